"""A photo of 24 megapixels: time, peak memory, how a seam shows; and the same in 2 GB of memory.

    .venv/bin/python -m bench.large_photo shared/camvid/val

The photo is a mosaic of the folder's images, each enlarged four times. Every prediction runs in a
process of its own, whose peak is that of its resident memory (VmHWM); "limit" is its limit of
address space (RLIMIT_AS), which counts more than what it really uses. Along the seams windows of
the photo are predicted in one piece, too, and compared where that sees all that the network looks
at. Prints a table; the same figures go to build/large_photo.json.
"""

import argparse
import json
import multiprocessing
import time
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import numpy as np

from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.memory import most_pixels
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.scale import SCALES, USUAL_LOOKS, scale_for
from unetpp_desktop.nn.tiles import Tiling, context_of, tiling_of, unit_of
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project

OUT = Path("build") / "large_photo.json"
HEIGHT, WIDTH = 4000, 6000
_ENLARGED = 4
_WINDOW = 640  # pixels of a side, in the network's resolution


@dataclass(frozen=True)
class Order:
    """One prediction: ``memory`` and ``limit`` are in MiB, ``limit`` 0 for none."""

    scale: str
    memory: int
    limit: int


@dataclass(frozen=True)
class Row:
    """What a prediction took, in seconds and MiB; shares of pixels with another class than in one piece."""

    scale: float
    memory: int
    limit: int
    tiles: int
    seconds: float
    peak_mib: int
    differs_along_seams: float
    most_differs_in_a_window: float


def photo(folder: Path) -> np.ndarray:
    """``uint8 (HEIGHT, WIDTH, 3)``; raises `UserError` where the folder has no images."""
    scenes = Project.open(folder).scenes
    rows: list[np.ndarray] = []
    number = 0
    while sum(row.shape[0] for row in rows) < HEIGHT:
        row: list[np.ndarray] = []
        while sum(part.shape[1] for part in row) < WIDTH:
            image = read_image(scenes[number % len(scenes)].image_path)
            size = image.shape[1] * _ENLARGED, image.shape[0] * _ENLARGED
            row.append(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC))
            number += 7
        rows.append(np.hstack(row)[:, :WIDTH])
    return np.ascontiguousarray(np.vstack(rows)[:HEIGHT])


def _predict(path: str, model: str, depth: int, order: Order, answer: Connection) -> None:
    """Runs in a process of its own."""
    import resource

    if order.limit:
        resource.setrlimit(resource.RLIMIT_AS, (order.limit << 20, order.limit << 20))
    image = np.load(path)
    predictor = open_predictor(resolve_model(model), "cpu", memory=order.memory, scale=order.scale)
    start = time.perf_counter()
    labels = predictor.predict(image, depth).labels
    seconds = time.perf_counter() - start
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
    answer.send((labels, seconds, peak))


def _windows(tiling: Tiling, scale: Fraction) -> list[tuple[int, int]]:
    """Where windows lie on the crossings of seams, in units that both resolutions share."""
    unit = unit_of(scale, USUAL_LOOKS)
    side = round(_WINDOW / scale)

    def starts(spans: tuple[tuple[int, int], ...], longest: int) -> list[int]:
        middles = [(after + before) // 2 for before, after in spans]
        return [max(0, min(longest - side, middle - side // 2)) // unit * unit for middle in middles]

    rows = tuple((one.start + one.length, two.start) for one, two in pairwise(tiling.rows))
    columns = tuple((one.start + one.length, two.start) for one, two in pairwise(tiling.columns))
    return [(top, left) for top in starts(rows, HEIGHT) for left in starts(columns, WIDTH)]


def seam_differences(
    image: np.ndarray, labels: np.ndarray, model: str, depth: int, order: Order, most: int
) -> list[float]:
    """Of up to ``most`` windows, the share of pixels that have another class in one piece."""
    entry = resolve_model(model)
    scale = scale_for(order.scale, image.shape, entry.card.scene_pixels)
    most_at_once = most_pixels(entry.card, (depth,), order.memory, scale)
    reach = entry.card.network.reach(depth)
    tiling = tiling_of(HEIGHT, WIDTH, most_at_once, reach, scale, USUAL_LOOKS)
    side, margin = round(_WINDOW / scale), round((context_of(reach, USUAL_LOOKS) + 16) / scale)
    inner = slice(margin, side - margin), slice(margin, side - margin)
    predictor = open_predictor(entry, "cpu", memory=1 << 14)
    windows = _windows(tiling, scale)
    differences = []
    for top, left in windows[:: max(1, len(windows) // most)][:most]:
        window = slice(top, top + side), slice(left, left + side)
        whole = predictor.predict(image[window], depth, scale).labels
        differences.append(float((whole[inner] != labels[window][inner]).mean()))
    return differences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--windows", type=int, default=6, help="along the seams, compared with one piece")
    parser.add_argument("--scales", nargs="+", default=["auto", "1"], choices=["auto", *SCALES])
    options = parser.parse_args()
    OUT.parent.mkdir(exist_ok=True)
    image = photo(options.folder)
    path = OUT.with_suffix(".npy")
    np.save(path, image)
    rows = []
    print("| scale | memory, MiB | limit, MiB | tiles | seconds | peak, MiB | other class along seams |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for scale in options.scales:
        for order in (Order(scale, 2048, 0), Order(scale, 700, 2048)):
            here, there = multiprocessing.get_context("spawn").Pipe(duplex=False)
            arguments = (str(path), options.model, options.depth, order, there)
            child = multiprocessing.get_context("spawn").Process(target=_predict, args=arguments)
            child.start()
            there.close()
            labels, seconds, peak = here.recv()
            child.join()
            card = resolve_model(options.model).card
            exact = scale_for(scale, image.shape, card.scene_pixels)
            largest = most_pixels(card, (options.depth,), order.memory, exact)
            reach = card.network.reach(options.depth)
            tiling = tiling_of(HEIGHT, WIDTH, largest, reach, exact, USUAL_LOOKS)
            found = seam_differences(image, labels, options.model, options.depth, order, options.windows)
            row = Row(
                float(exact),
                order.memory,
                order.limit,
                len(tiling.rows) * len(tiling.columns),
                seconds,
                peak,
                float(np.mean(found)) if found else 0.0,
                max(found, default=0.0),
            )
            rows.append(row)
            print(
                f"| {row.scale:g} | {row.memory} | {row.limit or '-'} | {row.tiles} | {row.seconds:.1f} "
                f"| {row.peak_mib} | {100 * row.differs_along_seams:.4f} % "
                f"(most in a window: {100 * row.most_differs_in_a_window:.4f} %) |",
                flush=True,
            )
    path.unlink()
    OUT.write_text(json.dumps({"rows": [asdict(row) for row in rows]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
