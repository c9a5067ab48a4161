"""Solo and the pixel grid: by key and by mouse, judged by what is drawn."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, LEFT, SHIFT, at, click, drawn, open_window, press, wheel
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.pixel_grid import GRID_ZOOM

_ALT = Qt.KeyboardModifier.AltModifier


def _around(canvas: Canvas, picture: np.ndarray, x: int, y: int) -> np.ndarray:
    place = at(canvas, x, y)
    return picture[place.y() - 2 : place.y() + 2, place.x() - 2 : place.x() + 2]


def test_solo_draws_one_class_and_again_all(window: MainWindow) -> None:
    canvas = window.canvas
    click(canvas, 30, 45)
    press(window, Qt.Key.Key_2)
    click(canvas, 90, 45)
    QTest.mouseMove(canvas, QPoint(2, 2))
    both = drawn(canvas)
    press(window, Qt.Key.Key_H, SHIFT)
    solo = drawn(canvas)
    assert (_around(canvas, solo, 30, 45) != _around(canvas, both, 30, 45)).any()
    assert (_around(canvas, solo, 90, 45) == _around(canvas, both, 90, 45)).all()
    assert window.commands["solo_class"].isChecked()
    press(window, Qt.Key.Key_H, SHIFT)
    assert (drawn(canvas) == both).all()
    assert not window.commands["solo_class"].isChecked()


def test_alt_and_a_click_on_the_eye_is_solo(window: MainWindow) -> None:
    classes = window.label_panel.classes
    row = classes.visualRect(classes.model().index(3, 0))
    eye = QPoint(row.right() - 90, row.center().y())
    QTest.mouseClick(classes.viewport(), LEFT, _ALT, eye)
    assert window.session.is_solo(3)
    QTest.mouseClick(classes.viewport(), LEFT, _ALT, eye)
    assert not window.session.hidden


def test_solo_after_another_solo_goes_to_the_other_class(window: MainWindow) -> None:
    press(window, Qt.Key.Key_H, SHIFT)
    press(window, Qt.Key.Key_3)
    press(window, Qt.Key.Key_H, SHIFT)
    assert window.session.is_solo(2)


def test_the_grid_lies_between_the_pixels_past_800_percent(window: MainWindow) -> None:
    canvas = window.canvas
    while canvas.zoom <= GRID_ZOOM * 2:
        wheel(canvas, at(canvas, 60, 45), QPoint(0, 120))
    QTest.mouseMove(canvas, QPoint(2, 2))
    with_grid = drawn(canvas)
    press(window, Qt.Key.Key_G, CONTROL)
    without = drawn(canvas)
    differs = (with_grid != without).any(axis=2)
    x, y = (int(value) for value in canvas.viewport.to_widget(60, 45))
    step = canvas.viewport.scale
    assert differs[y : y + int(step), x].mean() > 0.9
    assert not differs[y + 2 : y + int(step) - 1, x + 2 : x + int(step) - 1].any()
    assert not window.commands["pixel_grid"].isChecked()
    press(window, Qt.Key.Key_G, CONTROL)
    assert (drawn(canvas) == with_grid).all()


def test_below_800_percent_there_is_no_grid(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.zoom_to(GRID_ZOOM, QPoint(300, 300).toPointF())
    before = drawn(canvas)
    press(window, Qt.Key.Key_G, CONTROL)
    assert (drawn(canvas) == before).all()


def test_the_choice_of_grid_outlives_the_window(qtbot: QtBot, tmp_path: Path, window: MainWindow) -> None:
    press(window, Qt.Key.Key_G, CONTROL)
    window.close()
    again = open_window(qtbot, tmp_path / "config", tmp_path / "scenes")
    assert not again.session.view.pixel_grid
