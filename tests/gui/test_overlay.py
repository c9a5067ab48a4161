"""The coloured overlay follows the mask rect by rect."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from tests.gui.windows import image_pixels
from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.editing.brush import footprint
from unetpp_desktop.gui.brush_cursor import outline, paint_cursor
from unetpp_desktop.gui.class_shares import ClassShares
from unetpp_desktop.gui.layer import level_count
from unetpp_desktop.gui.overlay import Overlay, color_table
from unetpp_desktop.gui.scene_levels import SceneLevels
from unetpp_desktop.gui.view_options import Light
from unetpp_desktop.gui.viewport import Viewport

PALETTE = shipped_palette("camvid11")


def test_classes_are_opaque_and_void_is_clear() -> None:
    table = color_table(PALETTE)
    assert table[0] == 0xFF808080
    assert table[VOID] == 0
    assert (table[len(PALETTE) :] == 0).all()


def test_hidden_classes_are_clear() -> None:
    table = color_table(PALETTE, frozenset({3}))
    assert table[3] == 0
    assert table[4] != 0


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_refreshing_a_rect_equals_making_all_anew(seed: int) -> None:
    random = np.random.default_rng(seed)
    shape = (int(random.integers(2100, 2200)), int(random.integers(4, 90)))
    labels = np.full(shape, VOID, np.uint8)
    overlay = Overlay(labels, color_table(PALETTE))
    for _ in range(4):
        top, bottom = sorted(random.integers(0, shape[0] + 1, 2))
        left, right = sorted(random.integers(0, shape[1] + 1, 2))
        rect = Rect(int(top), int(left), int(bottom), int(right))
        labels[rect.slices] = random.integers(0, 11)
        overlay.refresh(rect)
    for shown, expected in zip(overlay.images, Overlay(labels, color_table(PALETTE)).images, strict=True):
        np.testing.assert_array_equal(image_pixels(shown), image_pixels(expected))


def test_scene_and_overlay_have_the_same_levels() -> None:
    shape = (2003, 4001)
    levels = SceneLevels(np.zeros((*shape, 3), np.uint8))
    images = [levels.image(number, Light()) for number in range(len(levels))]
    overlay = Overlay(np.zeros(shape, np.uint8), color_table(PALETTE))
    assert [image.size() for image in images] == [image.size() for image in overlay.images]
    assert len(images) == level_count(shape) == 3


def test_halves_are_means() -> None:
    image = np.zeros((2000, 2000, 3), np.uint8)
    image[::2] = (200, 100, 40)
    half = SceneLevels(image).image(1, Light())
    color = half.pixelColor(5, 5)
    assert (color.red(), color.green(), color.blue()) == (100, 50, 20)


def test_the_shares_follow_the_mask() -> None:
    labels = np.full((300, 600), VOID, np.uint8)
    shares = ClassShares(labels)
    labels[100:200, :] = 4
    shares.recount(Rect(100, 0, 200, 600))
    assert shares.shares()[4] == 1 / 3
    assert shares.shares()[VOID] == 2 / 3
    shares.recount(full_rect(labels.shape))
    assert shares.shares().sum() == 1


def _corners(diameter: int, square: bool) -> list[tuple[float, float]]:
    corners = [(point.x(), point.y()) for point in outline(diameter, square)]
    assert corners[0] == corners[-1]  # it is closed
    return corners[:-1]


def test_the_outline_of_a_square_brush_is_its_border() -> None:
    assert _corners(3, True) == [(3, 0), (3, 3), (0, 3), (0, 0)]


@pytest.mark.parametrize("diameter", [1, 2, 3, 7, 10, 31])
def test_the_outline_of_a_round_brush_encloses_what_it_paints(diameter: int) -> None:
    corners = _corners(diameter, False)
    assert all((x == left) != (y == top) for (left, top), (x, y) in pairwise([*corners, corners[0]]))
    border = QPolygonF(list(outline(diameter, False)))
    rule = Qt.FillRule.OddEvenFill
    inside = [
        [border.containsPoint(QPointF(x + 0.5, y + 0.5), rule) for x in range(diameter)]
        for y in range(diameter)
    ]
    assert inside == footprint(diameter, False).tolist()


def _painted_cursor(clip: QRect, diameter: int, square: bool) -> np.ndarray:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(90, 120, 90))
    painter = QPainter(image)
    painter.setClipRect(clip)
    paint_cursor(painter, Viewport(3.0, 20.0, 10.0), (40.0, 30.0), diameter, square)
    painter.end()
    return image_pixels(image)[clip.top() : clip.bottom() + 1, clip.left() : clip.right() + 1].copy()


@pytest.mark.parametrize("square", [False, True])
@pytest.mark.parametrize("diameter", [5, 50, 61])
def test_a_part_of_the_cursor_looks_as_it_does_in_the_whole(
    qapp: object, diameter: int, square: bool
) -> None:
    whole = _painted_cursor(QRect(0, 0, 300, 200), diameter, square)
    assert len(np.unique(whole)) > 2
    for part in (
        QRect(60, 10, 90, 60),
        QRect(200, 100, 100, 100),
        QRect(0, 90, 300, 25),
        QRect(90, 70, 40, 40),
    ):
        expected = whole[part.top() : part.bottom() + 1, part.left() : part.right() + 1]
        np.testing.assert_array_equal(_painted_cursor(part, diameter, square), expected)
