"""The brush strokes that turn a wrong mask into the true one, as a patient person would paint them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.editing.brush import Point, footprint, segment

DIAMETERS = (43, 21, 11, 5, 3, 1)
_LEAST_GAIN = 3  # wrong pixels that a stroke must mend; fewer are not worth the movement


@dataclass(frozen=True)
class PlannedStroke:
    """One straight stroke of a round brush; ``value`` is the class it paints, void for the eraser."""

    value: int
    diameter: int
    start: Point
    end: Point


def plan_strokes(
    labels: np.ndarray, truth: np.ndarray, diameters: Sequence[int] = DIAMETERS
) -> list[PlannedStroke]:
    """Strokes that make ``labels`` equal ``truth``, both ``uint8 (H, W)``, but for specks.

    Every stroke stays within the true region of its class, so their order does not matter; they
    are sorted by class and falling diameter, so that tools are rarely changed. Wrong pixels that a
    stroke would mend fewer than three of are left.
    """
    strokes = []
    for value in np.unique(truth[labels != truth]).tolist():
        region = truth == value
        wrong = region & (labels != truth)
        for diameter in sorted(diameters, reverse=True):
            strokes += _strokes_of_one_size(value, region, wrong, diameter)
    return strokes


def _strokes_of_one_size(
    value: int, region: np.ndarray, wrong: np.ndarray, diameter: int
) -> list[PlannedStroke]:
    """Horizontal strokes inside ``region`` that mend ``wrong``, which is updated."""
    strokes = []
    fits = _eroded(region, diameter)
    reach = diameter // 2
    rows = np.flatnonzero(fits.any(1))
    for row in rows.tolist():
        band = wrong[max(0, row - reach) : row + reach + 1]
        if np.count_nonzero(band) < _LEAST_GAIN:
            continue
        for first, last in _runs(fits[row]):
            needed = np.flatnonzero(band[:, max(0, first - reach) : last + reach + 1].any(0))
            if not needed.size:
                continue
            offset = max(0, first - reach)
            start = min(max(first, offset + int(needed[0])), last)
            end = min(max(start, offset + int(needed[-1])), last)
            stroke = PlannedStroke(value, diameter, (start + 0.5, row + 0.5), (end + 0.5, row + 0.5))
            rect, stencil = segment(stroke.start, stroke.end, diameter, False)
            piece = wrong[rect.slices]
            if np.count_nonzero(piece & stencil) >= max(_LEAST_GAIN, diameter):
                piece &= ~stencil
                strokes.append(stroke)
    return strokes


def _eroded(region: np.ndarray, diameter: int) -> np.ndarray:
    """Where the centre of a round brush may be so that all of it lies inside ``region`` and the image."""
    import cv2  # takes 0.1 s to load, and the window does not need it

    kernel = footprint(diameter, False).astype(np.uint8)
    eroded = cv2.erode(region.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(eroded, np.bool_)


def _runs(row: np.ndarray) -> list[tuple[int, int]]:
    """First and last column of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
    return [(int(first), int(after) - 1) for first, after in zip(edges[::2], edges[1::2], strict=True)]
