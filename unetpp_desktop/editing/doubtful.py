"""Doubtful pixels of a mask as connected regions, small enough to be looked at one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import Area
from unetpp_desktop.editing.stroke import bounds


@dataclass(frozen=True)
class DoubtfulRules:
    """What becomes a region: pixels that are wrong with ``least_error``, if ``least_pixels`` hang together.

    A region longer than ``longest_side`` pixels is cut.
    """

    least_error: float
    least_pixels: int
    longest_side: int


def doubtful_regions(
    error: np.ndarray, labels: np.ndarray, countable: np.ndarray, rules: DoubtfulRules
) -> Iterator[Area]:
    """The doubtful regions of a mask: rect and ``bool (h, w)`` stencil of each; they share no pixel.

    ``error`` is ``float32 (H, W)``, how probable each pixel is wrong; ``labels`` ``uint8 (H, W)``. Only
    the pixels of ``countable``, ``bool (H, W)``, count. Each region is of one class, so that one class can
    be put in its place, and pixels that touch by a corner hang together.
    """
    doubtful = countable & (error >= rules.least_error)
    for value in np.flatnonzero(np.bincount(labels[doubtful], minlength=VOID)[:VOID]):
        mask = doubtful & (labels == value)
        place = bounds(mask, full_rect(labels.shape))
        yield from _parts(np.ascontiguousarray(mask[place.slices]), place, rules)


def _parts(mask: np.ndarray, place: Rect, rules: DoubtfulRules) -> Iterator[Area]:
    """The connected parts of ``mask``, which lies at ``place``; long ones are halved until they fit."""
    parts, stats = _numbered(mask)
    for number in np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= rules.least_pixels) + 1:
        left, top, width, height, _ = stats[number].tolist()
        stencil = parts[top : top + height, left : left + width] == number
        top, left = place.top + top, place.left + left
        rect = Rect(top, left, top + height, left + width)
        if max(width, height) <= rules.longest_side:
            yield rect, stencil
            continue
        for half in _halves(rect):
            cut = stencil[half.within(rect).slices]
            smaller = bounds(cut, half)
            if not smaller.is_empty:
                yield from _parts(np.ascontiguousarray(stencil[smaller.within(rect).slices]), smaller, rules)


def _numbered(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The number of the connected part that each pixel belongs to, 0 for none, and OpenCV's facts of each.

    OpenCV makes room for the facts of as many parts as there could be; with 16 bits that takes a third of
    the time, and they suffice where no more parts than they count can lie side by side.
    """
    height, width = mask.shape
    narrow = ((height + 1) // 2) * ((width + 1) // 2) < 2**16
    numbers = cv2.CV_16U if narrow else cv2.CV_32S
    _, parts, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask.view(np.uint8), 8, numbers, cv2.CCL_SPAGHETTI
    )
    return parts, stats


def _halves(rect: Rect) -> tuple[Rect, Rect]:
    if rect.height >= rect.width:
        middle = (rect.top + rect.bottom) // 2
        return rect._replace(bottom=middle), rect._replace(top=middle)
    middle = (rect.left + rect.right) // 2
    return rect._replace(right=middle), rect._replace(left=middle)
