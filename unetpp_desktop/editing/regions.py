"""What commands on one class of a mask propose: smooth, fill, clean, grow, shrink, replace.

Every function takes ``labels``, ``uint8 (H, W)``, leaves them as they are, and says which pixels
should get which class. It depends on nothing else, so it may run in any thread on a copy.
Void counts as a neighbour like any class: what is cut off in the middle of void becomes void.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.neighbours import nearest_classes
from unetpp_desktop.editing.stroke import bounds


@dataclass(frozen=True, eq=False)
class Proposal:
    """The pixels of ``rect`` where ``stencil``, ``bool (h, w)``, is set should become ``values``.

    ``values`` is ``uint8 (h, w)``. The rect is the smallest one; `EMPTY_RECT` where nothing is to change.
    """

    rect: Rect
    stencil: np.ndarray
    values: np.ndarray

    @property
    def count(self) -> int:
        """How many pixels it would change."""
        return int(np.count_nonzero(self.stencil))


NOTHING = Proposal(EMPTY_RECT, np.zeros((0, 0), np.bool_), np.zeros((0, 0), np.uint8))


def proposal(place: Rect, stencil: np.ndarray, values: np.ndarray | int) -> Proposal:
    """Cut to the pixels of ``place`` that ``stencil``, ``bool (h, w)``, selects."""
    rect = bounds(stencil, place)
    if rect.is_empty:
        return NOTHING
    inside = Rect(
        rect.top - place.top, rect.left - place.left, rect.bottom - place.top, rect.right - place.left
    ).slices
    cut = values[inside] if isinstance(values, np.ndarray) else np.full((rect.height, rect.width), values)
    return Proposal(rect, stencil[inside], cut.astype(np.uint8, copy=False))


def smooth(labels: np.ndarray, value: int, radius: int) -> Proposal:
    """Straightens the outline of a class: each pixel goes with the majority of its square.

    The square has a side of ``2 * radius + 1`` pixels. What is thinner than ``radius + 1`` pixels, of
    this class or of one beside it, has no majority anywhere and stays: a pole before the sky is
    neither eaten by the sky nor lost itself. What the class loses goes to the nearest other.
    """
    place = _around(labels, value, radius)
    if place.is_empty:
        return NOTHING
    part = labels[place.slices]
    mask = part == value
    majority = cv2.medianBlur(mask.view(np.uint8), 2 * radius + 1).view(np.bool_)
    lost = mask & ~majority & _near_thick(mask, radius)
    gained = majority & ~mask
    for other in np.unique(part[gained]):
        gained &= (part != other) | _near_thick(part == other, radius)
    values = np.full(part.shape, value, np.uint8)
    if lost.any():
        values[lost] = nearest_classes(part, ~mask)[lost]
    return proposal(place, lost | gained, values)


def fill_holes(labels: np.ndarray, value: int) -> Proposal:
    """Gives a class all that it encloses; what touches the border of the scene is not enclosed."""
    place = _around(labels, value, 0)
    if place.is_empty:
        return NOTHING
    outside = labels[place.slices] != value
    count, parts, stats, _ = cv2.connectedComponentsWithStats(outside.view(np.uint8), connectivity=4)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    enclosed = (left > 0) & (top > 0) & (right < place.width) & (bottom < place.height)
    enclosed[0] = False  # the class itself
    if count == 1 or not enclosed.any():
        return NOTHING
    return proposal(place, enclosed[parts], value)


def remove_islands(labels: np.ndarray, value: int, least: int) -> Proposal:
    """Gives pieces of a class that have fewer than ``least`` pixels to the nearest other class.

    Pixels that touch by a corner are one piece. Nothing happens where there is no other class.
    """
    place = _around(labels, value, 1)
    if place.is_empty:
        return NOTHING
    part = labels[place.slices]
    mask = part == value
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < least
    small[0] = False  # what is not of the class
    if mask.all() or not small.any():
        return NOTHING
    return proposal(place, small[pieces], nearest_classes(part, ~mask))


def grow(labels: np.ndarray, value: int, by: int) -> Proposal:
    """A class takes all pixels that are not farther from it than ``by`` pixels."""
    place = _around(labels, value, by)
    if place.is_empty:
        return NOTHING
    mask = labels[place.slices] == value
    return proposal(place, ~mask & (_distance_to(mask) <= by), value)


def shrink(labels: np.ndarray, value: int, by: int) -> Proposal:
    """The pixels of a class that are not farther than ``by`` pixels from another go to the nearest one.

    The border of the scene is no other class. Nothing happens where the class is everywhere.
    """
    place = _around(labels, value, by)
    if place.is_empty:
        return NOTHING
    part = labels[place.slices]
    mask = part == value
    if mask.all():
        return NOTHING
    return proposal(place, mask & (_distance_to(~mask) <= by), nearest_classes(part, ~mask))


def replace(labels: np.ndarray, old: int, new: int) -> Proposal:
    """All pixels of class ``old`` become ``new``; both may be void."""
    return proposal(full_rect(labels.shape), labels == old, new) if old != new else NOTHING


def fill_void(labels: np.ndarray) -> Proposal:
    """Every void pixel goes to the nearest class; nothing happens where all is void."""
    void = labels == VOID
    if void.all() or not void.any():
        return NOTHING
    return proposal(full_rect(labels.shape), void, nearest_classes(labels, ~void))


def _around(labels: np.ndarray, value: int, margin: int) -> Rect:
    """The rect that holds the class and ``margin`` pixels around it; empty where the class is not there."""
    rect = bounds(labels == value, full_rect(labels.shape))
    if rect.is_empty:
        return EMPTY_RECT
    wider = Rect(rect.top - margin, rect.left - margin, rect.bottom + margin, rect.right + margin)
    return wider.intersection(full_rect(labels.shape))


def _distance_to(mask: np.ndarray) -> np.ndarray:
    """``float32 (H, W)``: pixels to the nearest one of ``mask``, which must not be empty."""
    return cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _near_thick(mask: np.ndarray, radius: int) -> np.ndarray:
    """``bool (H, W)``: at most ``radius`` pixels (along rows and columns) from where ``mask`` is thick.

    It is thick where a square of ``radius + 1`` pixels fits in; it goes on beyond its borders.
    """
    side = radius + 1
    padded = cv2.copyMakeBorder(mask.view(np.uint8), *(side,) * 4, cv2.BORDER_REPLICATE)
    corners = cv2.erode(padded, np.ones((side, side), np.uint8), anchor=(0, 0))
    # Making squares of the corners again and growing them by radius to all sides is one step.
    reach = np.ones((side + 2 * radius, side + 2 * radius), np.uint8)
    near = cv2.dilate(corners, reach, anchor=(side + radius - 1, side + radius - 1))
    return near[side:-side, side:-side].view(np.bool_)
