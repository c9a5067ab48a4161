"""How good a model is at each scale, on the scenes of a data set as they are and enlarged.

    .venv/bin/python -m bench.scales shared/camvid --split val --every 3

An enlarged scene stands for a photo of a better camera: the same things, in more pixels. Prints a
table of mIoU, pixel accuracy (in percent) and milliseconds per image; the same figures go to
build/scales.json. ``--every N`` takes every Nth scene.
"""

import argparse
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from unetpp_desktop.core.progress import silent
from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.scale import SCALES
from unetpp_desktop.storage.camvid import open_dataset
from unetpp_desktop.tasks.datasets import pairs_of_split, source_of, usable_pairs

OUT = Path("build") / "scales.json"


@dataclass(frozen=True)
class Row:
    """One scale on scenes that were enlarged so many times; fractions of 1 and milliseconds."""

    enlarged: int
    height: int
    width: int
    scale: float
    miou: float
    pixel_accuracy: float
    ms_p50: float


def enlarged(array: np.ndarray, times: int, interpolation: int) -> np.ndarray:
    height, width = array.shape[:2]
    return cv2.resize(array, (width * times, height * times), interpolation=interpolation)


def measure(
    scenes: list[tuple[np.ndarray, np.ndarray]],
    predictor: Predictor,
    table: np.ndarray,
    depth: int,
    times: int,
    classes: int,
) -> list[Row]:
    """All scales in turns, scene by scene."""
    matrices = {scale: ConfusionMatrix(classes) for scale in SCALES.values()}
    milliseconds: dict[Fraction, list[float]] = {scale: [] for scale in SCALES.values()}
    shape: tuple[int, ...] = ()
    for number, (image, truth) in enumerate(scenes):
        print(f"\r{times}x: scene {number + 1} of {len(scenes)}", end="", file=sys.stderr, flush=True)
        large, wanted = enlarged(image, times, cv2.INTER_CUBIC), enlarged(truth, times, cv2.INTER_NEAREST)
        shape = wanted.shape
        for scale in SCALES.values():
            start = time.perf_counter()
            labels = predictor.predict(large, depth, scale).labels
            milliseconds[scale].append(1000 * (time.perf_counter() - start))
            matrices[scale].add(table[labels], wanted)
    return [
        Row(
            times,
            shape[0],
            shape[1],
            float(scale),
            matrices[scale].miou(),
            matrices[scale].pixel_accuracy(),
            statistics.median(milliseconds[scale]),
        )
        for scale in SCALES.values()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--enlarge", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    entry = resolve_model(options.model)
    dataset = open_dataset(options.data)
    pairs = pairs_of_split(dataset, options.split)[1][:: options.every]
    source = source_of(dataset, usable_pairs(dataset, pairs, silent, print))
    scenes = [source.load(index) for index in range(source.count)]
    predictor = open_predictor(entry)
    table = dataset.palette.mapping_from(entry.card.palette)
    rows: list[Row] = []
    print(f"{entry.name} at depth {options.depth} on {len(scenes)} scenes")
    print("| enlarged | size | scale | mIoU | pixel accuracy | ms |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for times in options.enlarge:
        for row in measure(scenes, predictor, table, options.depth, times, len(dataset.palette)):
            rows.append(row)
            print(
                f"| {row.enlarged}x | {row.width} x {row.height} | {row.scale:g} | {100 * row.miou:.1f} "
                f"| {100 * row.pixel_accuracy:.1f} | {row.ms_p50:.0f} |",
                flush=True,
            )
    OUT.parent.mkdir(exist_ok=True)
    report = {"model": entry.name, "depth": options.depth, "scenes": len(scenes)}
    OUT.write_text(json.dumps({**report, "rows": [asdict(row) for row in rows]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
