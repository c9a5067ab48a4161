"""Zoom, pan and the status line by real events."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    LEFT,
    MIDDLE,
    NONE,
    WIDTH,
    at,
    click,
    press,
    wheel,
)
from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.main_window import MainWindow


def test_the_wheel_zooms_at_the_cursor(window: MainWindow) -> None:
    canvas = window.canvas
    place = at(canvas, 90, 20)
    before = canvas.viewport.to_image(place.x(), place.y())
    zoom = canvas.zoom
    for _ in range(5):
        wheel(canvas, place, QPoint(0, 120))
    assert canvas.zoom > 2 * zoom
    assert canvas.viewport.to_image(place.x(), place.y()) == pytest.approx(before, abs=1e-6)


def test_pixels_are_crisp_past_100_percent(window: MainWindow) -> None:
    canvas = window.canvas
    press(window, Qt.Key.Key_T)
    for _ in range(9):
        wheel(canvas, at(canvas, 60, 45), QPoint(0, 120))
    QTest.mouseMove(canvas, QPoint(2, 2))
    assert window.session.image is not None
    picture = canvas.grab().toImage()
    for dx, dy in ((-0.4, -0.4), (0.4, 0.4)):
        x, y = canvas.viewport.to_widget(60.5 + dx, 45.5 + dy)
        assert picture.pixelColor(int(x), int(y)).getRgb()[:3] == tuple(window.session.image[45, 60])


def test_fit_follows_the_window_until_the_user_zooms(window: MainWindow) -> None:
    canvas = window.canvas
    fits = canvas.zoom
    window.resize(1400, 1000)
    assert canvas.zoom > fits
    press(window, Qt.Key.Key_1, CONTROL)
    assert canvas.zoom == 1
    window.resize(1000, 700)
    assert canvas.zoom == 1
    press(window, Qt.Key.Key_0, CONTROL)
    assert canvas.zoom == pytest.approx(fits)


@pytest.mark.parametrize("with_space", [True, False], ids=["space", "middle button"])
def test_panning_moves_the_scene_and_paints_nothing(window: MainWindow, with_space: bool) -> None:
    canvas = window.canvas
    canvas.setFocus()
    before = canvas.viewport
    start = at(canvas, 60, 45)
    if with_space:
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    button = LEFT if with_space else MIDDLE
    QTest.mousePress(canvas, button, NONE, start)
    QTest.mouseMove(canvas, start + QPoint(30, -20))
    QTest.mouseRelease(canvas, button, NONE, start + QPoint(30, -20))
    if with_space:
        QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert (canvas.viewport.left, canvas.viewport.top) == (before.left + 30, before.top - 20)
    assert not window.isWindowModified()
    click(canvas, 60, 45)
    assert window.isWindowModified()


def test_the_scene_cannot_be_lost_out_of_sight(window: MainWindow) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, MIDDLE, NONE, QPoint(10, 10))
    QTest.mouseMove(canvas, QPoint(9000, 9000))
    QTest.mouseRelease(canvas, MIDDLE, NONE, QPoint(9000, 9000))
    assert canvas.viewport.left < canvas.width()
    assert canvas.viewport.top < canvas.height()


def test_the_plain_wheel_can_be_left_for_moving(window: MainWindow) -> None:
    canvas = window.canvas
    window.session.change_setting(declared.CTRL_WHEEL_ZOOMS, True)
    zoom, top = canvas.zoom, canvas.viewport.top
    wheel(canvas, at(canvas, 60, 45), QPoint(0, -120))
    assert canvas.zoom == zoom
    assert canvas.viewport.top < top
    wheel(canvas, at(canvas, 60, 45), QPoint(0, 120), CONTROL)
    assert canvas.zoom > zoom


def test_the_view_stays_from_frame_to_frame(window: MainWindow) -> None:
    canvas = window.canvas
    wheel(canvas, at(canvas, 20, 20), QPoint(0, 480))
    before = canvas.viewport
    press(window, Qt.Key.Key_D)
    assert window.session.position == 1
    assert canvas.viewport == before


def test_the_status_line_says_what_is_under_the_pointer(window: MainWindow) -> None:
    canvas = window.canvas
    click(canvas, 60, 45)
    QTest.mouseMove(canvas, at(canvas, 60, 45))
    texts = [label.text() for label in window.contents.status_line.findChildren(QLabel)]
    assert "60, 45 · Sky (painted)" in texts
    QTest.mouseMove(canvas, at(canvas, WIDTH + 3, HEIGHT + 3))
    texts = [label.text() for label in window.contents.status_line.findChildren(QLabel)]
    assert not [text for text in texts if "painted" in text]


def test_tab_leaves_only_the_canvas_and_brings_the_columns_back(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Tab)
    assert not window.scene_list.isVisible()
    assert not window.label_panel.isVisible()
    press(window, Qt.Key.Key_Tab)
    assert window.scene_list.isVisible()
    assert window.label_panel.isVisible()
