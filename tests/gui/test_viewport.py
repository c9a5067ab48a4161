"""Zoom and position as plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.gui.viewport import (
    FIT_MARGIN,
    LEAST_VISIBLE,
    Viewport,
    centred,
    clamped_scale,
    fitted,
    pyramid_level,
)

_sides = st.tuples(st.integers(1, 8000), st.integers(1, 8000))
_scales = st.floats(0.01, 64)
_places = st.floats(-4000, 4000)
_viewports = st.builds(Viewport, _scales, _places, _places)


@given(_viewports, _places, _places)
def test_there_and_back(viewport: Viewport, x: float, y: float) -> None:
    assert viewport.to_widget(*viewport.to_image(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(_viewports, _scales, _places, _places)
def test_zooming_keeps_the_point_under_the_cursor(
    viewport: Viewport, scale: float, x: float, y: float
) -> None:
    zoomed = viewport.zoomed(scale, x, y)
    assert zoomed.scale == scale
    assert zoomed.to_widget(*viewport.to_image(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(_sides)
def test_a_fitted_image_lies_in_the_middle_within_the_margin(image: tuple[int, int]) -> None:
    widget = (600.0, 900.0)
    viewport = fitted(image, widget)
    right, bottom = viewport.to_widget(image[1], image[0])
    assert viewport.left == pytest.approx(widget[1] - right)
    assert viewport.top == pytest.approx(widget[0] - bottom)
    assert min(viewport.left, viewport.top) >= FIT_MARGIN - 1e-6


@given(_sides, _viewports)
def test_part_of_the_image_always_stays_in_sight(image: tuple[int, int], viewport: Viewport) -> None:
    widget = (600.0, 900.0)
    held = viewport.held(image, widget)
    right, bottom = held.to_widget(image[1], image[0])
    seen_x = min(right, widget[1]) - max(held.left, 0)
    seen_y = min(bottom, widget[0]) - max(held.top, 0)
    assert seen_x >= min(LEAST_VISIBLE, image[1] * held.scale) - 1e-6
    assert seen_y >= min(LEAST_VISIBLE, image[0] * held.scale) - 1e-6


@given(_viewports, st.integers(0, 500), st.integers(0, 500), st.integers(1, 500), st.integers(1, 500))
def test_the_widget_rect_covers_the_rect(
    viewport: Viewport, top: int, left: int, height: int, width: int
) -> None:
    x, y, w, h = viewport.widget_rect(Rect(top, left, top + height, left + width), 0)
    for column, row in ((left, top), (left + width, top + height)):
        place_x, place_y = viewport.to_widget(column, row)
        assert x <= place_x <= x + w
        assert y <= place_y <= y + h


@given(_scales, st.integers(1, 5))
def test_the_level_drawn_is_never_enlarged_and_never_twice_too_large(scale: float, levels: int) -> None:
    level = pyramid_level(scale, levels)
    drawn_at = scale * 2**level
    assert level == 0 or drawn_at <= 1.01
    assert level == levels - 1 or drawn_at > 0.5


def test_scales_end_somewhere() -> None:
    assert clamped_scale(1e6, 0.2) == 64
    assert clamped_scale(1e-6, 0.2) == pytest.approx(0.05)
    assert clamped_scale(1e-6, 8) == pytest.approx(0.25)


def test_centred_at_any_scale() -> None:
    viewport = centred(2.0, (100, 200), (300.0, 500.0))
    assert viewport.to_widget(100, 50) == (250, 150)
