"""The predictor on OpenVINO, for CPUs; it does without torch."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import openvino as ov

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.nn.openvino_graph import (
    Reading,
    build_graph,
    confidences_of,
    labels_of,
    ranked_classes_of,
    read_weights,
)
from unetpp_desktop.nn.predictor import RANKS, Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.self_test import SelfTest
from unetpp_desktop.nn.tiles import in_tiles

_MOST_GRAPHS = 6  # each keeps memory for all its nodes
_MOST_PIXELS = 4_000_000  # of the images of all graphs together
_PRECISIONS = {"fp32": "f32", "bf16": "bf16"}
_TESTED_SIDE = 320  # pixels; the self-test looks at a corner of an image

_Key = tuple[tuple[int, int], tuple[int, ...], Reading, str]


class OpenVinoPredictor:
    """Compiles a graph for each size of image when one comes, and keeps the last ones.

    Where the processor computes in bf16, the second image decides, once per machine and model, at
    which depths that is used: see `self_test`. The first is not to wait for that.
    """

    engine = "openvino"
    device = "cpu"

    def __init__(self, entry: ModelEntry, cache_folder: Path) -> None:
        self.card = entry.card
        self._weights = read_weights(entry)
        self._core = ov.Core()
        self._graphs: OrderedDict[_Key, ov.CompiledModel] = OrderedDict()
        # Whether the weights fit the card is to be known now, not at the first image.
        build_graph(self.card, self._weights, (1, 1), self._depths, labels_of)
        self._self_test: SelfTest | None = None
        self._reduced: frozenset[int] = frozenset()  # depths that are computed in bf16
        self._has_answered = False
        self.reduces = "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if self.reduces:
            processor = self._core.get_property("CPU", "FULL_DEVICE_NAME")
            digest = hashlib.sha256(read_bytes(entry.weights)).hexdigest()
            test = SelfTest(cache_folder, f"{digest} bf16 {ov.__version__} {processor}")
            self._apply(test)

    @property
    def precision(self) -> str:
        if not self._reduced:
            return "fp32"
        depths = ", ".join(map(str, sorted(self._reduced)))
        return "bf16" if len(self._reduced) == self.card.depth else f"bf16 at depth {depths}, else fp32"

    def choose(self, reduced: Iterable[int]) -> None:
        """Computes the depths ``reduced`` in bf16 and all others in fp32, whatever the self-test says."""
        self._self_test = None
        self._reduced = frozenset(reduced)

    def predict(self, image: np.ndarray, depth: int) -> Prediction:
        self._choose_precision(image)
        start = time.perf_counter()
        labels = self._read(image, (depth,), labels_of, (), np.uint8)[depth]
        return Prediction(labels, depth, time.perf_counter() - start)

    def predict_depths(self, image: np.ndarray, depths: Sequence[int]) -> dict[int, np.ndarray]:
        self._choose_precision(image)
        return self._read(image, depths, labels_of, (), np.uint8)

    def predict_confidences(self, image: np.ndarray, depths: Sequence[int]) -> dict[int, np.ndarray]:
        self._choose_precision(image)
        return self._read(image, depths, confidences_of, (), np.float32)

    def predict_ranked(self, image: np.ndarray, depth: int) -> np.ndarray:
        self._choose_precision(image)
        return self._read(image, (depth,), ranked_classes_of, (RANKS,), np.uint8)[depth]

    def _read(
        self,
        image: np.ndarray,
        depths: Sequence[int],
        reading: Reading,
        planes: tuple[int, ...],
        dtype: type[np.generic],
    ) -> dict[int, np.ndarray]:
        rounded = tuple(depth for depth in depths if depth in self._reduced)
        exact = tuple(depth for depth in depths if depth not in self._reduced)
        groups = {precision: group for precision, group in (("bf16", rounded), ("fp32", exact)) if group}

        def answer(piece: np.ndarray) -> Mapping[int, np.ndarray]:
            answers: dict[int, np.ndarray] = {}
            for precision, group in groups.items():
                answers |= self._run(piece, group, reading, precision)
            return answers

        return in_tiles(image, depths, answer, planes, dtype)

    def _run(
        self, image: np.ndarray, depths: tuple[int, ...], reading: Reading, precision: str
    ) -> dict[int, np.ndarray]:
        try:
            graph = self._graph((image.shape[0], image.shape[1]), depths, reading, precision)
            outputs = graph(np.ascontiguousarray(image)[None])
        except (RuntimeError, MemoryError) as error:
            self._graphs.clear()
            if isinstance(error, RuntimeError) and "alloc" not in str(error).lower():
                raise
            raise UserError(
                f"The memory is too small for depth {max(depths)}. "
                "Choose a smaller depth, or close other programs."
            ) from error
        # (1, planes, H, W); one plane is none of its own
        return {
            depth: outputs[place][0] if reading is ranked_classes_of else outputs[place][0, 0]
            for place, depth in enumerate(depths)
        }

    def _graph(
        self, size: tuple[int, int], depths: tuple[int, ...], reading: Reading, precision: str
    ) -> ov.CompiledModel:
        key = (size, depths, reading, precision)
        if key not in self._graphs:
            pixels = size[0] * size[1]
            while self._graphs and (
                len(self._graphs) >= _MOST_GRAPHS or self._pixels() + pixels > _MOST_PIXELS
            ):
                self._graphs.popitem(last=False)  # first let go of the memory of an old one
            model = build_graph(self.card, self._weights, size, depths, reading)
            options = {"INFERENCE_PRECISION_HINT": _PRECISIONS[precision], "PERFORMANCE_HINT": "LATENCY"}
            self._graphs[key] = self._core.compile_model(model, "CPU", options)
        self._graphs.move_to_end(key)
        return self._graphs[key]

    def _pixels(self) -> int:
        return sum(size[0] * size[1] for size, _, _, _ in self._graphs)

    @property
    def _depths(self) -> tuple[int, ...]:
        return tuple(range(1, self.card.depth + 1))

    def _choose_precision(self, image: np.ndarray) -> None:
        """Finds out with the second image whether bf16 pays, where that is not known yet."""
        test = self._self_test
        if test is None or not self._has_answered:
            self._has_answered = True
            return
        piece = image[:_TESTED_SIDE, :_TESTED_SIDE]

        def labels(precision: str) -> np.ndarray:
            answers = self._run(piece, self._depths, labels_of, precision)
            return np.stack([answers[depth] for depth in self._depths])

        test.run(lambda: labels("fp32"), lambda: labels("bf16"))
        self._graphs.clear()
        self._apply(test)

    def _apply(self, test: SelfTest) -> None:
        findings = test.findings
        self._self_test = test if findings is None else None
        if findings is not None:
            self._reduced = frozenset(depth for depth in self._depths if findings.pays(depth))
