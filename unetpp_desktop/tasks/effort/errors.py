"""What is wrong in a mask, and what of it is too fine to be worth a stroke."""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.stroke import bounds

LEAST_PIXELS = 12
"""Smaller errors are left."""

_NEIGHBOURS = tuple((down, across) for down in (-1, 0, 1) for across in (-1, 0, 1))


@dataclass(frozen=True)
class Component:
    """Wrong pixels of one true class that touch, by a corner at least.

    ``stencil``, ``bool (h, w)``, lies at ``rect``; ``core`` are its pixels that are not `negligible`.
    """

    value: int
    rect: Rect
    stencil: np.ndarray
    core: np.ndarray

    @property
    def size(self) -> int:
        return int(np.count_nonzero(self.stencil))


def wrong_pixels(labels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """``bool (H, W)``: where the classes differ, both ``uint8 (H, W)``; a void truth is never wrong."""
    differs: np.ndarray = (labels != truth) & (truth != VOID)
    return differs


def negligible(labels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """``bool (H, W)``: pixels within 1 pixel of the border between their true class and the one they have.

    That border has to be there in the truth and in the mask: a pole one pixel wide that is missing
    altogether is no border that lies a pixel off. Corners count as neighbours.
    """
    height, width = labels.shape
    mask = cv2.copyMakeBorder(labels, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    true = cv2.copyMakeBorder(truth, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    in_truth = np.zeros(labels.shape, np.bool_)
    in_mask = np.zeros(labels.shape, np.bool_)
    for down, across in _NEIGHBOURS:
        place = slice(1 + down, 1 + down + height), slice(1 + across, 1 + across + width)
        in_truth |= true[place] == labels
        in_mask |= mask[place] == truth
    in_truth &= in_mask
    return in_truth


def error_components(labels: np.ndarray, truth: np.ndarray) -> list[Component]:
    """Errors that an annotator corrects, from the largest down to `LEAST_PIXELS`.

    Those whose pixels are all `negligible` are not among them.
    """
    wrong = wrong_pixels(labels, truth)
    core = wrong & ~negligible(labels, truth)
    found = []
    for value in np.unique(truth[core]).tolist():
        mine = wrong & (truth == value)
        place = bounds(mine, full_rect(mine.shape))
        mine, cut = mine[place.slices], core[place.slices]
        count, numbers, stats, _ = cv2.connectedComponentsWithStats(mine.astype(np.uint8), connectivity=8)
        cores = np.bincount(numbers[cut & mine], minlength=count)
        for number in range(1, count):
            left, top, width, height, size = map(int, stats[number])
            if size >= LEAST_PIXELS and cores[number]:
                inner = Rect(top, left, top + height, left + width)
                stencil = numbers[inner.slices] == number
                rect = Rect(
                    place.top + top, place.left + left, place.top + inner.bottom, place.left + inner.right
                )
                found.append(Component(value, rect, stencil, stencil & core[rect.slices]))
    return sorted(found, key=lambda component: (-component.size, component.rect))
