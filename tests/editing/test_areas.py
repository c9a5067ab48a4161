"""Which pixels are inside: compared with the plainest way to find them."""

from collections import deque

import cv2
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.editing.areas import Area, connected, everywhere, pixel_rect, polygon, rectangle
from unetpp_desktop.editing.selection import Selection

SHAPE = (24, 32)
Point = tuple[float, float]
POINTS = st.tuples(st.floats(-12, 44, allow_nan=False), st.floats(-12, 36, allow_nan=False))
MASKS = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).integers(0, 3, SHAPE, dtype=np.uint8)
)
PIXELS = st.tuples(st.integers(0, SHAPE[1] - 1), st.integers(0, SHAPE[0] - 1))


def whole(area: Area) -> np.ndarray:
    """The stencil in a mask of the whole shape."""
    rect, stencil = area
    assert stencil.dtype == np.bool_
    assert stencil.shape == (rect.height, rect.width)
    full = np.zeros(SHAPE, np.bool_)
    full[rect.slices] = stencil
    return full


def winding(points: list[Point], x: float, y: float) -> int:
    """How often the closed line goes round (x, y), side by side."""
    turns = 0
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        if (y0 <= y) != (y1 <= y):
            crossing = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            if crossing <= x:
                turns += 1 if y1 > y0 else -1
    return turns


@given(st.lists(POINTS, min_size=3, max_size=9))
@example([(2.0, 2.0), (20.0, 2.0), (20.0, 20.0), (2.0, 20.0), (2.0, 2.0), (20.0, 2.0), (8.0, 12.0)])
def test_a_polygon_holds_the_pixels_whose_centre_it_goes_round(points: list[Point]) -> None:
    inside = whole(polygon(points, full_rect(SHAPE)))
    for row, column in np.ndindex(SHAPE):
        x, y = column + 0.5, row + 0.5
        # On the line itself rounding decides, and either answer is right.
        if all(winding(points, x + off, y) == winding(points, x, y) for off in (-1e-6, 1e-6)):
            assert inside[row, column] == (winding(points, x, y) != 0)


@given(st.lists(PIXELS, min_size=3, max_size=3))
def test_a_triangle_is_what_opencv_fills_on_the_whole_mask_but_for_its_rim(points: list[Point]) -> None:
    inside = whole(polygon([(x + 0.5, y + 0.5) for x, y in points], full_rect(SHAPE)))
    filled, rim = np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8)
    corners = np.array([points], np.int32)
    cv2.fillPoly(filled, corners, 1)  # type: ignore[call-overload]
    cv2.polylines(rim, corners, True, 1)  # type: ignore[call-overload]
    assert np.array_equal(inside[rim == 0], filled[rim == 0] != 0)
    assert not inside[filled == 0].any()


@given(st.lists(POINTS, min_size=2, max_size=2), st.floats(0, 1))
def test_polygons_with_a_common_side_tile_the_plane(cut: list[Point], share: float) -> None:
    """A big rectangle cut in two by any line from its top to its bottom."""
    left, top, right, bottom = -50.0, -50.0, 80.0, 80.0
    (first, _), (second, _) = cut
    one = [(left, top), (first, top), (second, bottom), (left, bottom)]
    other = [(first, top), (right, top), (right, bottom), (second, bottom)]
    parts = [whole(polygon(points, full_rect(SHAPE))).astype(int) for points in (one, other)]
    assert (parts[0] + parts[1] == 1).all()


def test_a_lasso_whose_ends_overlap_has_no_hole_there() -> None:
    angles = np.linspace(0, 2.3 * np.pi, 60)
    radii = np.linspace(8, 11, 60)
    points = [
        (16 + r * np.cos(a), 12 + r * np.sin(a)) for a, r in zip(angles.tolist(), radii.tolist(), strict=True)
    ]
    inside = whole(polygon(points, full_rect(SHAPE)))
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    assert inside[np.hypot(columns + 0.5 - 16, rows + 0.5 - 12) < 7.5].all()


def test_the_stencil_of_a_small_polygon_is_small_and_one_outside_is_empty() -> None:
    rect, stencil = polygon([(3, 3), (6, 3), (3, 6)], Rect(0, 0, 5000, 5000))
    assert rect == Rect(3, 3, 6, 6)
    assert stencil.shape == (3, 3)
    for points in ([(-9, -9), (-3, -9), (-3, -3)], [(4, 4), (9, 9)], [(4, 4)] * 5, []):
        assert polygon(points, full_rect(SHAPE))[0] == EMPTY_RECT


def test_a_rectangle_holds_the_pixels_of_both_corners() -> None:
    assert pixel_rect((5.9, 3.2), (2.1, 3.9)) == Rect(3, 2, 4, 6)
    rect, stencil = rectangle((-4, 20), (3.5, 99), full_rect(SHAPE))
    assert rect == Rect(20, 0, 24, 4)
    assert stencil.all()
    assert rectangle((-4, 20), (-1, 22), full_rect(SHAPE))[0] == EMPTY_RECT


def naive_region(labels: np.ndarray, x: int, y: int) -> np.ndarray:
    found = np.zeros(labels.shape, np.bool_)
    found[y, x] = True
    waiting = deque([(y, x)])
    while waiting:
        row, column = waiting.popleft()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if (
                0 <= near[0] < labels.shape[0]
                and 0 <= near[1] < labels.shape[1]
                and not found[near]
                and labels[near] == labels[y, x]
            ):
                found[near] = True
                waiting.append(near)
    return found


@given(MASKS, PIXELS)
def test_a_connected_region_is_what_a_flood_reaches(labels: np.ndarray, pixel: tuple[int, int]) -> None:
    labels.flags.writeable = False
    x, y = pixel
    rect, stencil = connected(labels, (x + 0.7, y + 0.2))
    assert np.array_equal(whole((rect, stencil)), naive_region(labels, x, y))
    assert stencil.any(axis=0).all()
    assert stencil.any(axis=1).all()


@given(MASKS, PIXELS)
def test_everywhere_is_all_of_the_class(labels: np.ndarray, pixel: tuple[int, int]) -> None:
    x, y = pixel
    assert np.array_equal(whole(everywhere(labels, (x, y))), labels == labels[y, x])


def test_beside_the_mask_there_is_no_region() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    for point in ((-0.1, 3), (32, 3), (3, -1), (3, 24)):
        assert connected(labels, point)[0] == EMPTY_RECT
        assert everywhere(labels, point)[0] == EMPTY_RECT


@given(MASKS, PIXELS, PIXELS)
def test_two_selections_together_hold_the_pixels_of_either(
    labels: np.ndarray, one: tuple[int, int], other: tuple[int, int]
) -> None:
    first, second = Selection(*connected(labels, one)), Selection(*connected(labels, other))
    both = first.with_more(second)
    expected = whole((first.rect, first.stencil)) | whole((second.rect, second.stencil))
    assert np.array_equal(whole((both.rect, both.stencil)), expected)
    assert both.count == np.count_nonzero(expected)
