"""Where a brush paints: its footprint at a point, and all footprints along a line.

A footprint of an odd diameter is centred on the pixel under the point, one of an even diameter on
the pixel corner nearest to it. A segment is the exact union of the footprints along a digital
line whose neighbouring places differ by at most one pixel in x and in y, so it has no gaps.
"""

import math
from functools import lru_cache
from operator import itemgetter

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect

Point = tuple[float, float]
"""``(x, y)`` in image pixels; pixel (column, row) covers ``column <= x < column + 1``."""

_ONE_COLUMN_LESS = np.array([[0], [1]], np.int32)
_NOWHERE = np.iinfo(np.int32).max
_ROWS_AT_ONCE = 64  # of a footprint or a line: more of them would take more memory and gain no time


@lru_cache(maxsize=16)
def footprint(diameter: int, square: bool) -> np.ndarray:
    """``bool (diameter, diameter)``, read-only: the pixels that one click paints.

    A round brush holds the pixels whose centre is within its circle. Raises `ValueError` for a
    diameter below 1 pixel.
    """
    stencil = _filled_rows(_footprint_extents(diameter, square), 0, diameter)
    stencil.flags.writeable = False
    return stencil


def footprint_rect(point: Point, diameter: int) -> Rect:
    """Where the footprint lies when the cursor is at ``point``; it may stick out of the image."""
    left, top = _corner(point, diameter)
    return Rect(top, left, top + diameter, left + diameter)


def segment(
    start: Point, end: Point, diameter: int, square: bool, bounds: Rect | None = None
) -> tuple[Rect, np.ndarray]:
    """All footprints along the line from ``start`` to ``end``: a rect and its ``bool (h, w)`` stencil.

    The stencil of a line of length 0 is the `footprint`. With ``bounds``, such as the rect of the
    image, only the part within them is computed, so a pointer far outside costs no memory.
    Raises `ValueError` for a diameter below 1 pixel.
    """
    first, last = sorted((_corner(start, diameter), _corner(end, diameter)), key=itemgetter(1))
    extents = _dilated(_line_extents(first, last), _footprint_extents(diameter, square))
    top = first[1]
    rect = Rect(top, int(extents[0].min()), top + extents.shape[1], -int(extents[1].min()))
    if bounds is not None:
        rect = rect.intersection(bounds)
        if rect.is_empty:
            return EMPTY_RECT, np.zeros((0, 0), np.bool_)
        extents = extents[:, rect.top - top : rect.bottom - top]
    return rect, _filled_rows(extents, rect.left, rect.right)


def _corner(point: Point, diameter: int) -> tuple[int, int]:
    """The left and top pixel of the footprint at ``point``."""
    x, y = point
    half = diameter // 2
    if diameter % 2:
        return math.floor(x) - half, math.floor(y) - half
    return math.floor(x + 0.5) - half, math.floor(y + 0.5) - half


# "Extents" below are int32 (2, h): the first column of each row, and the *negated* end column, so
# that one `minimum` widens both sides.


@lru_cache(maxsize=16)
def _footprint_extents(diameter: int, square: bool) -> np.ndarray:
    if diameter < 1:
        raise ValueError(f"a brush has a diameter of at least 1 pixel, not {diameter}")
    if square:
        begins = np.zeros(diameter, np.int32)
    else:
        # A pixel belongs to the circle where (2 dx)^2 + (2 dy)^2 <= diameter^2: whole numbers.
        twice_dy = 2 * np.arange(diameter) - (diameter - 1)
        reach = [math.isqrt(int(rest)) for rest in diameter**2 - twice_dy**2]  # the largest 2 dx
        begins = np.array([(diameter - longest) // 2 for longest in reach], np.int32)
    return np.stack((begins, begins - diameter))


def _line_extents(start: tuple[int, int], end: tuple[int, int]) -> np.ndarray:
    """Those of the digital line, one pixel wide, from ``start`` (x, y) down to ``end``."""
    across, down = end[0] - start[0], end[1] - start[1]
    steps = max(abs(across), down, 1)
    step = np.arange(steps + 1)
    columns = start[0] + (2 * step * across + steps) // (2 * steps)
    rows = (2 * step * down + steps) // (2 * steps)
    changes = np.searchsorted(rows, np.arange(down + 2))
    first, last = columns[changes[:-1]], columns[changes[1:] - 1]
    extents = np.empty((2, down + 1), np.int32)
    np.minimum(first, last, out=extents[0])
    np.subtract(-1, np.maximum(first, last), out=extents[1])
    return extents


def _dilated(line: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Extents of the union of ``shape`` placed with its corner on every pixel of ``line``.

    Each row of the union is one interval: every row of a footprint holds the footprint's middle,
    and places that follow each other on the line are neighbours. So the extremes say it all.
    """
    # A place ends one column before the end of the line's interval.
    places = line + _ONE_COLUMN_LESS
    short, long = sorted((places, shape), key=np.size)  # the loop takes the shorter one
    length = long.shape[1]
    widest = np.full((2, length + short.shape[1] - 1), _NOWHERE, np.int32)
    for first in range(0, short.shape[1], _ROWS_AT_ONCE):
        some = short[:, first : first + _ROWS_AT_ONCE]
        count = some.shape[1]
        # Every row lies one column further to the right than the row above once the rows are cut one
        # column shorter: all sums of a column then belong to the same row of the union.
        sums = np.full((2, count, length + count), _NOWHERE, np.int32)
        np.add(long[:, None], some[:, :, None], out=sums[:, :, :length])
        skewed = sums.reshape(2, -1)[:, : count * (length + count - 1)].reshape(2, count, -1)
        part = widest[:, first : first + length + count - 1]
        np.minimum(part, skewed.min(axis=1), out=part)
    return widest


def _filled_rows(extents: np.ndarray, left: int, right: int) -> np.ndarray:
    """``bool (h, right - left)``: true where the columns ``left`` to ``right`` lie within the extents."""
    width = right - left
    begins = np.minimum(np.maximum(extents[0], left), right)
    ends = np.minimum(np.maximum(-extents[1], left), right)
    # Rows are copied out of one long row that changes in its middle, which beats any comparison of columns.
    filled: np.ndarray = _rows_from(False, width)[right - begins]
    filled &= _rows_from(True, width)[right - ends]
    return filled


def _rows_from(value: bool, width: int) -> np.ndarray:
    """``bool (width + 1, width)``: row ``width - n`` begins with ``n`` times ``value``, then the opposite."""
    row = np.full(2 * width, value)
    row[width:] = not value
    return np.ndarray((width + 1, width), np.bool_, row.data, strides=(1, 1))
