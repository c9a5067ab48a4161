"""Strokes by real mouse events, down to the saved file."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    RIGHT,
    SHIFT,
    at,
    click,
    drag,
    open_window,
    press,
    saved_labels,
    scene_folder,
    wheel,
)
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.brush import footprint
from unetpp_desktop.gui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_diameter(5)
    return window


def _labels(window: MainWindow) -> np.ndarray:
    document = window.session.document
    assert document is not None
    return document.labels


def test_a_stroke_reaches_the_saved_file(window: MainWindow, tmp_path: Path) -> None:
    press(window, Qt.Key.Key_4)
    drag(window.canvas, (20, 30), (60, 30))
    press(window, Qt.Key.Key_S, CONTROL)
    labels = saved_labels(tmp_path / "scenes", "0.png")
    assert (labels[30, 20:61] == 3).all()
    assert labels[30, 80] == VOID
    assert not window.isWindowModified()


def test_a_click_paints_exactly_the_footprint(window: MainWindow) -> None:
    window.session.set_diameter(9)
    click(window.canvas, 50, 40)
    expected = np.full(_labels(window).shape, VOID)
    expected[36:45, 46:55][footprint(9, False)] = window.session.active_class
    np.testing.assert_array_equal(_labels(window), expected)


def test_undo_and_redo_by_their_keys(window: MainWindow) -> None:
    drag(window.canvas, (20, 30), (60, 30))
    painted = _labels(window).copy()
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (_labels(window) == VOID).all()
    for modifiers, key in ((CONTROL | SHIFT, Qt.Key.Key_Z), (CONTROL, Qt.Key.Key_Y)):
        press(window, key, modifiers)
        np.testing.assert_array_equal(_labels(window), painted)
        press(window, Qt.Key.Key_Z, CONTROL)


def test_shift_click_draws_a_straight_line(window: MainWindow) -> None:
    click(window.canvas, 10, 10)
    click(window.canvas, 70, 70, SHIFT)
    diagonal = np.arange(10, 71)
    assert (_labels(window)[diagonal, diagonal] == window.session.active_class).all()


def test_the_right_button_erases_whatever_the_tool(window: MainWindow) -> None:
    drag(window.canvas, (20, 30), (60, 30))
    drag(window.canvas, (40, 30), (60, 30), RIGHT)
    labels = _labels(window)
    assert labels[30, 25] == window.session.active_class
    assert (labels[30, 40:61] == VOID).all()
    assert window.session.document is not None
    assert window.session.document.origins[30, 50] == Origin.PAINTED
    assert window.session.tool.name == "Brush"


def test_escape_gives_the_stroke_up(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.setFocus()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 20, 30))
    QTest.mouseMove(canvas, at(canvas, 60, 30))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 60, 30))
    assert (_labels(window) == VOID).all()
    assert not window.isWindowModified()


def test_undo_in_the_middle_of_a_stroke_takes_back_only_that_stroke(window: MainWindow) -> None:
    drag(window.canvas, (20, 10), (60, 10))
    before = _labels(window).copy()
    canvas = window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 20, 40))
    QTest.mouseMove(canvas, at(canvas, 60, 40))
    press(window, Qt.Key.Key_Z, CONTROL)
    QTest.mouseMove(canvas, at(canvas, 80, 40))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 80, 40))
    np.testing.assert_array_equal(_labels(window), before)


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [(Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight), (Qt.Key.Key_Comma, Qt.Key.Key_Period)],
)
def test_the_size_of_the_brush_by_keys(window: MainWindow, smaller: Qt.Key, larger: Qt.Key) -> None:
    window.session.set_diameter(20)
    press(window, larger)
    assert window.session.diameter > 20
    press(window, smaller)
    press(window, smaller)
    assert window.session.diameter < 20


@pytest.mark.parametrize("turn", [QPoint(0, 120), QPoint(120, 0)], ids=["upright", "sideways"])
def test_shift_and_wheel_change_the_brush_and_not_the_zoom(window: MainWindow, turn: QPoint) -> None:
    window.session.set_diameter(20)
    zoom = window.canvas.zoom
    wheel(window.canvas, at(window.canvas, 60, 45), turn, SHIFT)
    assert window.session.diameter > 20
    wheel(window.canvas, at(window.canvas, 60, 45), -turn, SHIFT)
    assert window.session.diameter == 20
    assert window.canvas.zoom == zoom


def test_a_brush_of_one_pixel_can_grow_and_shrink_by_one(window: MainWindow) -> None:
    window.session.set_diameter(1)
    press(window, Qt.Key.Key_BracketRight)
    assert window.session.diameter == 2
    press(window, Qt.Key.Key_BracketLeft)
    press(window, Qt.Key.Key_BracketLeft)
    assert window.session.diameter == 1


def test_a_locked_class_keeps_its_pixels(window: MainWindow) -> None:
    press(window, Qt.Key.Key_2)
    drag(window.canvas, (20, 30), (60, 30))
    press(window, Qt.Key.Key_K)
    press(window, Qt.Key.Key_5)
    drag(window.canvas, (20, 30), (60, 30))
    assert (_labels(window)[30, 20:61] == 1).all()
    assert not (_labels(window) == 4).any()


def test_class_keys_reach_the_first_ten_and_the_others_follow_by_step(window: MainWindow) -> None:
    press(window, Qt.Key.Key_0)
    assert window.session.active_class == 9
    press(window, Qt.Key.Key_W)
    assert window.session.active_class == 10
    press(window, Qt.Key.Key_W)
    assert window.session.active_class == 10
    press(window, Qt.Key.Key_X)
    assert window.session.active_class == 9


def test_the_overlay_shows_what_the_mask_holds(window: MainWindow) -> None:
    press(window, Qt.Key.Key_5)  # Pavement, a strong blue
    place = at(window.canvas, 60, 45)
    before = window.canvas.grab().toImage().pixelColor(place)
    drag(window.canvas, (40, 45), (80, 45))
    QTest.mouseMove(window.canvas, at(window.canvas, 5, 5))
    after = window.canvas.grab().toImage().pixelColor(place)
    assert after != before
    QTest.keyPress(window.canvas, Qt.Key.Key_T)
    assert window.canvas.grab().toImage().pixelColor(place) == before
    QTest.qWait(300)
    QTest.keyRelease(window.canvas, Qt.Key.Key_T)
    assert window.canvas.grab().toImage().pixelColor(place) == after


def test_a_short_press_of_t_leaves_the_overlay_hidden(window: MainWindow) -> None:
    press(window, Qt.Key.Key_T)
    assert window.canvas.overlay_hidden
    press(window, Qt.Key.Key_T)
    assert not window.canvas.overlay_hidden
