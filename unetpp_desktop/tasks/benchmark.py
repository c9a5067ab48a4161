"""How fast a model labels on this machine: every engine and depth, next to the plain way, in one run."""

import platform
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.cost import multiply_adds
from unetpp_desktop.nn.int8 import GRAPH_FILE
from unetpp_desktop.nn.predictor import Predictor, open_predictor, uses_openvino
from unetpp_desktop.nn.quantising import is_readable, quantise
from unetpp_desktop.nn.registry import ModelEntry, resolve_model
from unetpp_desktop.storage.street import draw_scene
from unetpp_desktop.tasks.benchmark_report import BenchmarkReport, BenchmarkRow, Machine
from unetpp_desktop.tasks.contenders import PLAIN, Contender, Labels, all_opened, device_of
from unetpp_desktop.tasks.folder_rate import folder_rates
from unetpp_desktop.tasks.machine import installed_version, load, processor_name, usable_cores
from unetpp_desktop.tasks.peak_memory import peak_memory
from unetpp_desktop.tasks.quantise import int8_store

_PALETTE = "camvid11"  # of a network with chance weights
_DRAWN, _DRAWN_SCENES = "drawn", 4  # what INT8 of a network with chance weights is made from
_SMALLEST = 64  # pixels of a side of a drawn scene
_LARGEST = 4096  # pixels of a side
_CALLS = 3  # in a row; the first finds caches and threads as another engine left them, and is not counted


@dataclass(frozen=True)
class BenchmarkOptions:
    """What is measured.

    ``filters`` ("32,64,...") takes a network with chance weights in place of ``model``; ``size`` is
    (H, W) of the image; ``depth`` a number or "all"; ``repeats`` the rounds over all ways; ``folder``
    holds images that are labelled besides, as pre-labelling does it.
    """

    model: str = DEFAULT_MODEL
    filters: str | None = None
    size: tuple[int, int] = (368, 480)
    depth: str = "all"
    device: str = "auto"
    engine: str = "auto"
    repeats: int = 5
    folder: Path | None = None


def run_benchmark(options: BenchmarkOptions, progress: Progress) -> BenchmarkReport:
    """Labels one image in every way, in turns, and says how long each took.

    Raises `UserError` where model, filters, depth, device or engine is wrong.
    """
    begin = load()
    progress(0, 0, "opening the model")
    device = device_of(options.device, options.engine)
    image = draw_scene(0, *options.size).image
    with tempfile.TemporaryDirectory() as place:
        entry = _entry(options, Path(place), image)
        if options.filters is not None and device == "cpu" and options.engine != "torch":
            make_drawn_int8(entry, options.size, progress)
        return _Run(options, device, entry, image, progress).report(begin)


def image_size(words: str) -> tuple[int, int]:
    """(H, W) of "HxW"; raises `UserError` where it is none, or too small or too large for a scene."""
    parts = words.lower().split("x")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or min(map(int, parts)) < _SMALLEST:
        raise UserError(
            f"--size {words} is no height and width of {_SMALLEST} pixels or more. Give one such as 368x480."
        )
    if max(map(int, parts)) > _LARGEST:
        raise UserError(
            f"--size {words} would take more memory than machines have, as PyTorch sees an image whole. "
            f"Give sides of {_LARGEST} pixels or less, such as 368x480."
        )
    return int(parts[0]), int(parts[1])


def _entry(options: BenchmarkOptions, folder: Path, image: np.ndarray) -> ModelEntry:
    if options.filters is None:
        return resolve_model(options.model)
    from unetpp_desktop.nn.fresh import fresh_model

    try:
        filters = tuple(int(part) for part in options.filters.split(","))
        return fresh_model(folder / "fresh", filters, shipped_palette(_PALETTE), image)
    except (ValueError, ValidationError) as error:
        raise UserError(
            f"--filters {options.filters} describes no network. Give 2 to 5 positive numbers, such as "
            "32,64,128,256,512."
        ) from error


def make_drawn_int8(entry: ModelEntry, size: tuple[int, int], progress: Progress) -> None:
    """INT8 from drawn scenes, for the speed of chance weights alone; does nothing where NNCF is missing."""
    store = int8_store(entry)
    graph = store.folder / _DRAWN / GRAPH_FILE
    if find_spec("nncf") is not None and uses_openvino("cpu"):
        if not is_readable(graph):
            quantise(entry, [draw_scene(seed, *size).image for seed in range(_DRAWN_SCENES)], graph, progress)
        store.take(_DRAWN)


def _depths(depth: str, deepest: int) -> list[int]:
    if depth == "all":
        return list(range(1, deepest + 1))
    if not depth.isdigit() or not 1 <= int(depth) <= deepest:
        raise UserError(f"There is no depth {depth}. Choose 1 to {deepest}, or all.")
    return [int(depth)]


class _Run:
    """One run: what is open, and what was measured until now."""

    def __init__(
        self,
        options: BenchmarkOptions,
        device: str,
        entry: ModelEntry,
        image: np.ndarray,
        progress: Progress,
    ) -> None:
        self._options, self._device, self._entry, self._image = options, device, entry, image
        self._depths = _depths(options.depth, entry.card.depth)
        self._progress, self._done, self._steps = progress, 0, 0

    def report(self, load_before: float | None) -> BenchmarkReport:
        import torch

        from unetpp_desktop.nn.matmul import matmul_precisions

        precisions = matmul_precisions(self._device)
        threads = torch.get_num_threads()
        torch.set_num_threads(usable_cores())  # as many as OpenVINO takes, whatever the environment says
        try:
            ways, left_out = all_opened(self._entry, self._device, self._options.engine, self._depths)
            self._steps = (self._options.repeats + 1) * len(ways)
            times, products = self._in_turns(ways, precisions)
            contenders = list(ways)
            ways.clear()  # lets go of their memory
            predictor, default = self._default(times)
            folder = self._options.folder
            rates = [] if folder is None else folder_rates(folder, predictor, self._depths, self._progress)
        finally:
            torch.set_num_threads(threads)
        gflops = {precision: float(np.median(rates)) for precision, rates in products.items()}
        return BenchmarkReport(
            machine=Machine(
                processor=processor_name(),
                cores=usable_cores(),
                device=self._device,
                system=platform.platform(),
                python=platform.python_version(),
                torch=torch.__version__,
                openvino=installed_version("openvino"),
                load=load_before,
                gflops=gflops,
            ),
            model=self._entry.name,
            rows=[self._row(way, times, gflops, default) for way in contenders],
            folder=rates,
            left_out=left_out,
        )

    def _step(self, note: str) -> None:
        self._progress(self._done, self._steps, note)
        self._done += 1

    def _in_turns(
        self, ways: Mapping[Contender, Labels], precisions: Sequence[str]
    ) -> tuple[dict[Contender, list[float]], dict[str, list[float]]]:
        """Milliseconds of each way, and GFLOP/s of matrix products."""
        from unetpp_desktop.nn.matmul import matmul

        times: dict[Contender, list[float]] = {way: [] for way in ways}
        rates = {precision: matmul(self._device, precision) for precision in precisions}
        products: dict[str, list[float]] = {precision: [] for precision in precisions}
        for _ in range(self._options.repeats):
            for precision, rate in rates.items():
                products[precision] += [rate() for _ in range(_CALLS)][1:]
            for way, labels in ways.items():
                self._step(way.words)
                times[way] += [self._milliseconds(labels) for _ in range(_CALLS)][1:]
        return times, products

    def _milliseconds(self, labels: Labels) -> float:
        start = time.perf_counter()
        labels(self._image)
        return 1000 * (time.perf_counter() - start)

    def _default(self, times: Mapping[Contender, list[float]]) -> tuple[Predictor, set[Contender]]:
        """What the app takes by itself, or with the engine that was named.

        Chance weights fail the self-test's comparison of the classes, and would not be chosen INT8 for:
        there it is the faster of fp32 and bf16, as with trained ones that pass.
        """
        options = self._options
        predictor = open_predictor(self._entry, options.device, options.engine, looks=1)
        if options.filters is not None:
            candidates = [
                way for way in times if way.engine == predictor.engine and way.precision in ("fp32", "bf16")
            ]
            ranked = sorted(candidates, key=lambda way: float(np.median(times[way])))
            return predictor, {next(way for way in ranked if way.depth == depth) for depth in self._depths}
        for depth in self._depths:
            for _ in range(2):  # the second image decides about the precision
                predictor.predict(self._image, depth)
        chosen = predictor.explanation.depths
        return predictor, {Contender(predictor.engine, row.precision, row.depth) for row in chosen}

    def _row(
        self,
        way: Contender,
        times: Mapping[Contender, list[float]],
        gflops: Mapping[str, float],
        default: set[Contender],
    ) -> BenchmarkRow:
        self._step(f"memory of {way.words}")
        p50, p95 = map(float, np.percentile(times[way], (50, 95)))
        plain = float(np.median(times[Contender(PLAIN, "fp32", way.depth)]))
        gmac = multiply_adds(self._entry.card.network, way.depth, self._options.size) / 1e9
        rate = gflops.get(way.precision)
        return BenchmarkRow(
            engine=way.engine,
            precision=way.precision,
            depth=way.depth,
            height=self._options.size[0],
            width=self._options.size[1],
            ms_p50=p50,
            ms_p95=p95,
            peak_mib=peak_memory(self._entry.folder, way, self._device, self._image),
            ratio_to_plain=plain / p50,
            gmac=gmac,
            share_of_matmul=None if rate is None else 2000 * gmac / p50 / rate,
            default=way in default,
        )
