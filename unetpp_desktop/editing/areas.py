"""Which pixels lie inside a polygon, a rectangle, or a connected region of one class.

Every function gives a rect and its ``bool (h, w)`` stencil; an `EMPTY_RECT` where there is no pixel.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.stroke import bounds

Area = tuple[Rect, np.ndarray]

NO_AREA: Area = (EMPTY_RECT, np.zeros((0, 0), np.bool_))


def polygon(points: Sequence[Point], within: Rect) -> Area:
    """The pixels of ``within`` whose centre the closed line through ``points`` goes round.

    A line that crosses itself encloses whatever it goes round once or more often in one sense, so
    that a lasso whose ends overlap has no hole there. Two polygons with a common side share no
    pixel and leave none between them. Costs what the polygon's own rect costs.
    """
    if len(points) < 3:
        return NO_AREA
    x, y = np.array(points, np.float64).T - 0.5  # a pixel's centre is a whole number now
    # Rows beyond are never looked at, columns to the left count: the line still goes round from there.
    top, bottom = max(within.top, int(np.ceil(y.min()))), min(within.bottom, int(np.ceil(y.max())))
    left, right = max(within.left, int(np.ceil(x.min()))), min(within.right, int(np.floor(x.max())) + 1)
    rect = Rect(top, left, bottom, right)
    if rect.is_empty:
        return NO_AREA
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    # Each side crosses the centre lines of the rows from the first up to, not including, the last.
    first = np.clip(np.ceil(np.minimum(y, next_y)), top, bottom).astype(np.intp)
    last = np.clip(np.ceil(np.maximum(y, next_y)), top, bottom).astype(np.intp)
    counts = last - first
    side = np.repeat(np.arange(len(x)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[side]
    down = next_y - y
    slope = np.divide(next_x - x, down, out=np.zeros_like(down), where=down != 0)
    crossing = np.ceil(x[side] + (row - y[side]) * slope[side])
    column = np.clip(crossing, left, right).astype(np.intp) - left
    turns = np.zeros((rect.height, rect.width + 1), np.int16)
    np.add.at(turns, (row - top, column), np.where(down > 0, 1, -1).astype(np.int16)[side])
    np.cumsum(turns, axis=1, dtype=np.int16, out=turns)
    return rect, turns[:, :-1] != 0


def rectangle(first: Point, second: Point, within: Rect) -> Area:
    """All pixels of ``within`` from the one under a point to the one under another, both included."""
    rect = pixel_rect(first, second).intersection(within)
    return NO_AREA if rect.is_empty else (rect, np.ones((rect.height, rect.width), np.bool_))


def pixel_rect(first: Point, second: Point) -> Rect:
    """The rect that two opposite corners span, each given by a point of its pixel."""
    (left, right), (top, bottom) = (
        sorted((int(one // 1), int(other // 1))) for one, other in zip(first, second, strict=True)
    )
    return Rect(top, left, bottom + 1, right + 1)


def connected(labels: np.ndarray, point: Point) -> Area:
    """The pixels of the class under ``point`` that can be reached from it over sides within the class."""
    if not is_inside(labels.shape, point):
        return NO_AREA
    height, width = labels.shape
    # OpenCV wants to write to what it reads, and a border of one pixel for what it finds.
    found = np.zeros((height + 2, width + 2), np.uint8)
    seed = int(point[0]), int(point[1])
    how = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    *_, (left, top, across, down) = cv2.floodFill(labels.copy(), found, seed, 0, 0, 0, how)
    rect = Rect(top, left, top + down, left + across)
    return rect, found[1:-1, 1:-1][rect.slices].astype(np.bool_)


def everywhere(labels: np.ndarray, point: Point) -> Area:
    """All pixels of the class under ``point``, wherever they are."""
    if not is_inside(labels.shape, point):
        return NO_AREA
    same = labels == labels[int(point[1]), int(point[0])]
    rect = bounds(same, full_rect(labels.shape))
    return rect, same[rect.slices]


def is_inside(shape: tuple[int, ...], point: Point) -> bool:
    """Whether a point lies on a pixel of an ``(H, W, ...)`` array."""
    return 0 <= point[0] < shape[1] and 0 <= point[1] < shape[0]
