"""Outlines in place of areas: the images behind them, and the window by key."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, at, drag, drawn, image_pixels, open_window, press
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.outlines import Outlines
from unetpp_desktop.gui.overlay import color_table
from unetpp_desktop.gui.view_options import OverlayStyle

TABLE = color_table(shipped_palette("camvid11"))


def test_only_pixels_with_another_class_beside_them_are_drawn_in_their_own_colour() -> None:
    labels = np.full((6, 8), 3, np.uint8)
    labels[2:5, 2:6] = 8
    shown = image_pixels(Outlines(labels, TABLE).images[0])
    expected = np.zeros((6, 8), np.uint32)
    expected[2:5, 2:6] = TABLE[8]
    expected[3, 3:5] = 0
    expected[1, 2:6] = expected[5, 2:6] = expected[2:5, 1] = expected[2:5, 6] = TABLE[3]
    np.testing.assert_array_equal(shown, expected)


def test_void_and_hidden_classes_have_no_outline_but_their_neighbours_do() -> None:
    labels = np.full((4, 6), VOID, np.uint8)
    labels[:, 2:4], labels[:, 4:] = 8, 3
    table = color_table(shipped_palette("camvid11"), frozenset({3}))
    shown = image_pixels(Outlines(labels, table).images[0])
    assert (shown[:, 2:4] == TABLE[8]).all()
    assert not shown[:, :2].any()
    assert not shown[:, 4:].any()


def test_a_thin_line_is_as_strong_in_the_smaller_images() -> None:
    labels = np.full((4100, 8), 3, np.uint8)
    labels[2000:2001] = 8
    images = Outlines(labels, TABLE).images
    assert [image.height() for image in images] == [4100, 2050, 1025]
    assert (image_pixels(images[2])[500] >> 24 == 255).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_refreshing_a_rect_equals_making_all_anew(seed: int) -> None:
    random = np.random.default_rng(seed)
    shape = (int(random.integers(2100, 2200)), int(random.integers(4, 90)))
    labels = np.full(shape, VOID, np.uint8)
    outlines = Outlines(labels, TABLE)
    for _ in range(4):
        top, bottom = sorted(random.integers(0, shape[0] + 1, 2))
        left, right = sorted(random.integers(0, shape[1] + 1, 2))
        rect = Rect(int(top), int(left), int(bottom), int(right))
        labels[rect.slices] = random.integers(0, 11, labels[rect.slices].shape) // int(random.integers(1, 11))
        outlines.refresh(rect)
    for shown, expected in zip(outlines.images, Outlines(labels, TABLE).images, strict=True):
        np.testing.assert_array_equal(image_pixels(shown), image_pixels(expected))


def test_a_refresh_leaves_everything_alone_that_is_not_near_the_rect() -> None:
    labels = np.full((300, 300), 3, np.uint8)
    layer = Outlines(labels, TABLE)
    labels[:] = 8
    labels[150:160] = 4
    layer.refresh(Rect(152, 40, 158, 50))
    shown = image_pixels(layer.images[0]).copy()
    shown[151:159, 39:51] = 0
    assert not shown.any()


def test_the_key_draws_outlines_and_a_stroke_moves_them(window: MainWindow) -> None:
    canvas = window.canvas
    window.session.set_diameter(40)
    press(window, Qt.Key.Key_9)
    empty = drawn(canvas)
    drag(canvas, (30, 45), (60, 45))
    QTest.mouseMove(canvas, QPoint(2, 2))
    press(window, Qt.Key.Key_O)
    assert window.commands["outlines"].isChecked()
    outlined = drawn(canvas)
    document = window.session.document
    assert document is not None
    top = int((document.labels[:, 45] == 8).argmax())
    inside, border = at(canvas, 45, 45), at(canvas, 45, top)
    assert (outlined[inside.y(), inside.x()] == empty[inside.y(), inside.x()]).all()
    assert (outlined[border.y(), border.x()] != empty[border.y(), border.x()]).any()

    drag(canvas, (45, 20), (46, 20))  # over the border, which moves outwards
    moved = drawn(canvas)
    assert (moved[border.y(), border.x()] == empty[border.y(), border.x()]).all()
    press(window, Qt.Key.Key_Z, CONTROL)
    back = drawn(canvas)  # the brush's circle may still be anywhere, but not at these places
    for place in (inside, border):
        assert (back[place.y(), place.x()] == outlined[place.y(), place.x()]).all()
    press(window, Qt.Key.Key_O)
    assert (drawn(canvas)[inside.y(), inside.x()] != empty[inside.y(), inside.x()]).any()


def test_hiding_the_overlay_hides_the_outlines(window: MainWindow) -> None:
    canvas = window.canvas
    drag(canvas, (30, 45), (60, 45))
    QTest.mouseMove(canvas, QPoint(2, 2))
    press(window, Qt.Key.Key_T)
    hidden = drawn(canvas)
    press(window, Qt.Key.Key_O)
    assert (drawn(canvas) == hidden).all()
    press(window, Qt.Key.Key_T)
    assert (drawn(canvas) != hidden).any()


def test_outlines_are_there_on_the_next_scene_and_at_the_next_start(
    qtbot: QtBot, tmp_path: Path, window: MainWindow
) -> None:
    press(window, Qt.Key.Key_O)
    press(window, Qt.Key.Key_D)
    window.session.set_diameter(40)
    empty = drawn(window.canvas)
    drag(window.canvas, (60, 45), (60, 46))
    QTest.mouseMove(window.canvas, QPoint(2, 2))
    place = at(window.canvas, 60, 45)
    assert (drawn(window.canvas)[place.y(), place.x()] == empty[place.y(), place.x()]).all()
    window.close()
    again = open_window(qtbot, tmp_path / "config", tmp_path / "scenes")
    assert again.session.view.style is OverlayStyle.OUTLINES
