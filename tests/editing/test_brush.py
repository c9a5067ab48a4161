"""The brush paints what its cursor shows, and no line has a gap."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.brush import footprint, footprint_rect, segment

Point = tuple[float, float]
Pixels = set[tuple[int, int]]

COORDINATES = st.floats(-40, 60, allow_nan=False)
POINTS = st.tuples(COORDINATES, COORDINATES)
DIAMETERS = st.integers(1, 13)


def pixels(rect: Rect, stencil: np.ndarray) -> Pixels:
    assert stencil.dtype == np.bool_
    assert stencil.shape == (rect.height, rect.width)
    return {(rect.top + int(row), rect.left + int(column)) for row, column in np.argwhere(stencil)}


def footprint_pixels(point: Point, diameter: int, square: bool) -> Pixels:
    return pixels(footprint_rect(point, diameter), footprint(diameter, square))


def round_half_up(numerator: int, denominator: int) -> int:
    return math.floor(numerator / denominator + 0.5)


def naive_segment(start: Point, end: Point, diameter: int, square: bool) -> Pixels:
    """Every footprint along the line, one by one, from the upper end down."""
    rects = sorted((footprint_rect(start, diameter), footprint_rect(end, diameter)))
    (top, left), (bottom, right) = ((rect.top, rect.left) for rect in rects)
    steps = max(bottom - top, abs(right - left), 1)
    found: Pixels = set()
    for step in range(steps + 1):
        down = top + round_half_up(step * (bottom - top), steps)
        across = left + round_half_up(step * (right - left), steps)
        found |= pixels(Rect(down, across, down + diameter, across + diameter), footprint(diameter, square))
    return found


@pytest.mark.parametrize("diameter", [*range(1, 24), 99, 100])
def test_a_round_footprint_holds_the_pixels_whose_centre_is_in_the_circle(diameter: int) -> None:
    offsets = np.arange(diameter) - (diameter - 1) / 2
    inside = np.hypot(offsets[:, None], offsets) <= diameter / 2
    assert np.array_equal(footprint(diameter, square=False), inside)
    assert footprint(diameter, square=True).all()


@pytest.mark.parametrize("diameter", [1, 2, 3, 4, 15, 40])
def test_a_footprint_is_symmetric_and_reaches_its_diameter(diameter: int) -> None:
    stencil = footprint(diameter, square=False)
    assert stencil.shape == (diameter, diameter)
    for turned in (stencil[::-1], stencil[:, ::-1], stencil.T):
        assert np.array_equal(stencil, turned)
    assert stencil.any(axis=0).all()


def test_an_odd_footprint_is_centred_on_the_pixel_under_the_cursor() -> None:
    for point in ((10.0, 20.0), (10.5, 20.5), (10.99, 20.99)):
        assert footprint_rect(point, 1) == Rect(20, 10, 21, 11)
        assert footprint_rect(point, 5) == Rect(18, 8, 23, 13)
    assert footprint_rect((-0.25, -0.25), 1) == Rect(-1, -1, 0, 0)


def test_an_even_footprint_is_centred_on_the_nearest_pixel_corner() -> None:
    for point in ((10.0, 20.0), (10.49, 20.49), (9.5, 19.5)):
        assert footprint_rect(point, 2) == Rect(19, 9, 21, 11)
    assert footprint_rect((10.5, 20.5), 4) == Rect(19, 9, 23, 13)


@pytest.mark.parametrize("diameter", [0, -3])
def test_a_brush_without_a_pixel_is_refused(diameter: int) -> None:
    with pytest.raises(ValueError, match="at least 1 pixel"):
        footprint(diameter, square=False)
    with pytest.raises(ValueError, match="at least 1 pixel"):
        segment((0, 0), (1, 1), diameter, square=True)


def test_a_footprint_handed_out_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        footprint(3, square=False)[0, 0] = False


@given(POINTS, DIAMETERS, st.booleans())
def test_a_click_paints_the_footprint(point: Point, diameter: int, square: bool) -> None:
    rect, stencil = segment(point, point, diameter, square)
    assert rect == footprint_rect(point, diameter)
    assert np.array_equal(stencil, footprint(diameter, square))


@given(POINTS, POINTS, DIAMETERS, st.booleans())
def test_a_segment_is_the_union_of_the_footprints_along_it(
    start: Point, end: Point, diameter: int, square: bool
) -> None:
    rect, stencil = segment(start, end, diameter, square)
    found = pixels(rect, stencil)
    assert found == naive_segment(start, end, diameter, square)
    assert footprint_pixels(start, diameter, square) | footprint_pixels(end, diameter, square) <= found
    assert stencil.any(axis=0)[[0, -1]].all()
    assert stencil.any(axis=1)[[0, -1]].all()
    back_rect, back = segment(end, start, diameter, square)
    assert back_rect == rect
    assert np.array_equal(back, stencil)


@given(POINTS, POINTS)
def test_the_thinnest_line_has_no_gap_and_no_fat(start: Point, end: Point) -> None:
    rect, stencil = segment(start, end, 1, square=False)
    assert np.count_nonzero(stencil) == max(rect.height, rect.width)
    column_steps = np.diff(np.argwhere(stencil if rect.width < rect.height else stencil.T)[:, 1])
    assert (np.abs(column_steps) <= 1).all()


@given(POINTS, POINTS, DIAMETERS, st.booleans())
def test_bounds_cut_a_segment_and_change_nothing_within(
    start: Point, end: Point, diameter: int, square: bool
) -> None:
    bounds = Rect(0, 0, 20, 30)
    rect, stencil = segment(start, end, diameter, square, bounds)
    assert rect.intersection(bounds) == rect or rect == EMPTY_RECT
    whole = pixels(*segment(start, end, diameter, square))
    assert pixels(rect, stencil) == {(y, x) for y, x in whole if 0 <= y < 20 and 0 <= x < 30}


def test_a_pointer_far_outside_costs_no_image_of_that_size() -> None:
    rect, stencil = segment((5, 5), (400_000, 300_000), 9, square=False, bounds=Rect(0, 0, 40, 50))
    assert rect.intersection(Rect(0, 0, 40, 50)) == rect
    assert stencil.size <= 2000
    assert stencil.any()
