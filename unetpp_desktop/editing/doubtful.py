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
    for value in np.unique(labels[doubtful]):
        if value != VOID:
            mask = doubtful & (labels == value)
            place = bounds(mask, full_rect(labels.shape))
            yield from _parts(np.ascontiguousarray(mask[place.slices]), place, rules)


def _parts(mask: np.ndarray, place: Rect, rules: DoubtfulRules) -> Iterator[Area]:
    """The connected parts of ``mask``, which lies at ``place``; long ones are halved until they fit."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    for number in range(1, count):
        left, top, width, height, pixels = stats[number]
        if pixels < rules.least_pixels:
            continue
        inside = Rect(top, left, top + height, left + width)
        stencil = parts[inside.slices] == number
        rect = Rect(place.top + int(top), place.left + int(left), 0, 0)
        rect = Rect(rect.top, rect.left, rect.top + int(height), rect.left + int(width))
        if max(width, height) <= rules.longest_side:
            yield rect, stencil
            continue
        for half in _halves(rect):
            cut = stencil[half.within(rect).slices]
            smaller = bounds(cut, half)
            if not smaller.is_empty:
                yield from _parts(np.ascontiguousarray(stencil[smaller.within(rect).slices]), smaller, rules)


def _halves(rect: Rect) -> tuple[Rect, Rect]:
    if rect.height >= rect.width:
        middle = (rect.top + rect.bottom) // 2
        return rect._replace(bottom=middle), rect._replace(top=middle)
    middle = (rect.left + rect.right) // 2
    return rect._replace(right=middle), rect._replace(left=middle)
