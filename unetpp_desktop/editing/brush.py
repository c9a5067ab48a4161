"""Where a brush paints: its footprint at a point, and all footprints along a line.

A footprint of an odd diameter is centred on the pixel under the point, one of an even diameter on
the pixel corner nearest to it. A segment is the exact union of the footprints along a digital
line whose neighbouring places differ by at most one pixel in x and in y, so it has no gaps.
"""

import math
from functools import lru_cache

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect

Point = tuple[float, float]
"""``(x, y)`` in image pixels; pixel (column, row) covers ``column <= x < column + 1``."""


@lru_cache(maxsize=16)
def footprint(diameter: int, square: bool) -> np.ndarray:
    """``bool (diameter, diameter)``, read-only: the pixels that one click paints.

    A round brush holds the pixels whose centre is within its circle. Raises `ValueError` for a
    diameter below 1 pixel.
    """
    begins, ends = _row_extents(diameter, square)
    stencil = _filled_rows(begins, ends, diameter)
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
    image, only the part within them is computed: a pointer far outside costs no memory.
    """
    row_begins, row_ends = _row_extents(diameter, square)
    top, line_begins, line_ends = _line_rows(_corner(start, diameter), _corner(end, diameter))
    begins, ends = _dilated(line_begins, line_ends, row_begins, row_ends)
    rect = Rect(top, int(begins.min()), top + begins.size, int(ends.max()))
    if bounds is not None:
        rect = rect.intersection(bounds)
        if rect.is_empty:
            return EMPTY_RECT, np.zeros((0, 0), np.bool_)
        begins, ends = begins[rect.top - top : rect.bottom - top], ends[rect.top - top : rect.bottom - top]
    return rect, _filled_rows(begins - rect.left, ends - rect.left, rect.width)


def _corner(point: Point, diameter: int) -> tuple[int, int]:
    """The left and top pixel of the footprint at ``point``."""
    x, y = point
    half = diameter // 2
    if diameter % 2:
        return math.floor(x) - half, math.floor(y) - half
    return math.floor(x + 0.5) - half, math.floor(y + 0.5) - half


@lru_cache(maxsize=16)
def _row_extents(diameter: int, square: bool) -> tuple[np.ndarray, np.ndarray]:
    """First column and end column of each row of the footprint, ``int64 (diameter,)`` each."""
    if diameter < 1:
        raise ValueError(f"a brush has a diameter of at least 1 pixel, not {diameter}")
    if square:
        return np.zeros(diameter, np.int64), np.full(diameter, diameter, np.int64)
    # In half pixels, so that all is whole numbers: |2 dx|^2 + |2 dy|^2 <= diameter^2, where 2 dx
    # from the centre to a pixel centre is odd for even diameters and even for odd ones.
    twice_dy = 2 * np.arange(diameter) - (diameter - 1)
    room = [math.isqrt(int(left)) for left in diameter**2 - twice_dy**2]
    begins = np.array([(diameter - 1 - reach + 1) // 2 for reach in room], np.int64)
    return begins, diameter - begins


def _line_rows(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, np.ndarray, np.ndarray]:
    """The digital line between two pixels (x, y): its top row, and per row its first and last column."""
    if start[1] > end[1]:
        start, end = end, start
    across, down = end[0] - start[0], end[1] - start[1]
    steps = max(abs(across), down, 1)
    step = np.arange(steps + 1)
    columns = start[0] + (2 * step * across + steps) // (2 * steps)
    rows = (2 * step * down + steps) // (2 * steps)
    first = np.searchsorted(rows, np.arange(down + 1))
    last = np.append(first[1:], steps + 1) - 1
    return start[1], np.minimum(columns[first], columns[last]), np.maximum(columns[first], columns[last])


def _dilated(
    line_begins: np.ndarray, line_last: np.ndarray, row_begins: np.ndarray, row_ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """First and end column of each row of the union of footprints placed along the line.

    One row of the union is one interval: all rows of a footprint hold its middle, and places of
    neighbouring lines are neighbours. So the smallest begin and the largest end say it all.
    """
    height = line_begins.size + row_begins.size - 1
    begins = np.full(height, np.iinfo(np.int64).max)
    ends = np.full(height, np.iinfo(np.int64).min)
    # The loop runs over the shorter of the two, the arrays over the longer.
    if row_begins.size < line_begins.size:
        short_begins, short_ends, long_begins, long_ends = row_begins, row_ends, line_begins, line_last
    else:
        short_begins, short_ends, long_begins, long_ends = line_begins, line_last, row_begins, row_ends
    for row in range(short_begins.size):
        part = slice(row, row + long_begins.size)
        np.minimum(begins[part], long_begins + short_begins[row], out=begins[part])
        np.maximum(ends[part], long_ends + short_ends[row], out=ends[part])
    return begins, ends


def _filled_rows(begins: np.ndarray, ends: np.ndarray, width: int) -> np.ndarray:
    """``bool (h, width)``, true from ``begins`` up to ``ends`` in each row; both may lie outside."""
    columns = np.arange(width, dtype=np.int32)
    begins = np.clip(begins, 0, width).astype(np.int32)[:, None]
    ends = np.clip(ends, 0, width).astype(np.int32)[:, None]
    return (columns >= begins) & (columns < ends)
