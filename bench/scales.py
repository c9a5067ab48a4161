"""How good a model is at each scale, with one look and with two, on scenes as they are and enlarged.

    .venv/bin/python -m bench.scales shared/camvid --split val --every 3 --depths 3 4

An enlarged scene stands for a photo of a better camera: the same things, in more pixels. Prints a
table of mIoU, pixel accuracy (in percent) and milliseconds per image; the same figures go to
build/scales.json. ``--every N`` takes every Nth scene.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from unetpp_desktop.core.progress import silent
from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.scale import LOOKS, SCALES
from unetpp_desktop.storage.camvid import open_dataset
from unetpp_desktop.tasks.datasets import pairs_of_split, source_of, usable_pairs

OUT = Path("build") / "scales.json"


@dataclass(frozen=True)
class Row:
    """One way to look at scenes that were enlarged so many times; fractions of 1 and milliseconds."""

    enlarged: int
    depth: int
    height: int
    width: int
    scale: float
    looks: int
    miou: float
    pixel_accuracy: float
    ms_p50: float


def enlarged(array: np.ndarray, times: int, interpolation: int) -> np.ndarray:
    height, width = array.shape[:2]
    return cv2.resize(array, (width * times, height * times), interpolation=interpolation)


def measure(
    scenes: list[tuple[np.ndarray, np.ndarray]],
    predictors: Mapping[int, Predictor],
    table: np.ndarray,
    depth: int,
    times: int,
    scales: Sequence[Fraction],
    classes: int,
) -> list[Row]:
    """All ways in turns, scene by scene."""
    ways = [(scale, looks) for scale in scales for looks in predictors]
    matrices = {way: ConfusionMatrix(classes) for way in ways}
    milliseconds: dict[tuple[Fraction, int], list[float]] = {way: [] for way in ways}
    shape: tuple[int, ...] = ()
    for number, (image, truth) in enumerate(scenes):
        print(f"\r{times}x: scene {number + 1} of {len(scenes)}", end="", file=sys.stderr, flush=True)
        large, wanted = enlarged(image, times, cv2.INTER_CUBIC), enlarged(truth, times, cv2.INTER_NEAREST)
        shape = wanted.shape
        for scale, looks in ways:
            start = time.perf_counter()
            labels = predictors[looks].predict(large, depth, scale).labels
            milliseconds[scale, looks].append(1000 * (time.perf_counter() - start))
            matrices[scale, looks].add(table[labels], wanted)
    return [
        Row(
            times,
            depth,
            shape[0],
            shape[1],
            float(scale),
            looks,
            matrices[scale, looks].miou(),
            matrices[scale, looks].pixel_accuracy(),
            statistics.median(milliseconds[scale, looks]),
        )
        for scale, looks in ways
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--depths", type=int, nargs="+", default=[4])
    parser.add_argument("--scales", nargs="+", choices=list(SCALES), default=list(SCALES))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--enlarge", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    entry = resolve_model(options.model)
    dataset = open_dataset(options.data)
    pairs = pairs_of_split(dataset, options.split)[1][:: options.every]
    source = source_of(dataset, usable_pairs(dataset, pairs, silent, print))
    scenes = [source.load(index) for index in range(source.count)]
    predictors = {looks: open_predictor(entry, looks=looks) for looks in LOOKS}
    table = dataset.palette.mapping_from(entry.card.palette)
    rows: list[Row] = []
    scales, classes = [SCALES[choice] for choice in options.scales], len(dataset.palette)
    print(f"{entry.name} on {len(scenes)} scenes")
    print("| enlarged | size | depth | scale | looks | mIoU | pixel accuracy | ms |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for times, depth in product(options.enlarge, options.depths):
        for row in measure(scenes, predictors, table, depth, times, scales, classes):
            rows.append(row)
            print(
                f"| {row.enlarged}x | {row.width} x {row.height} | {row.depth} | {row.scale:g} | {row.looks} "
                f"| {100 * row.miou:.1f} "
                f"| {100 * row.pixel_accuracy:.1f} | {row.ms_p50:.0f} |",
                flush=True,
            )
    OUT.parent.mkdir(exist_ok=True)
    report = {"model": entry.name, "scenes": len(scenes)}
    OUT.write_text(json.dumps({**report, "rows": [asdict(row) for row in rows]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
