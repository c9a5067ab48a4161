"""A key in the middle of a stroke: what opens takes the release, or the scene moves under the hand."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.folders import labels_of
from tests.gui.tools.hands import edit_names, hover
from tests.gui.windows import CONTROL, LEFT, MIDDLE, NONE, at, click, drag, press
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.main_window import MainWindow

Key = Qt.Key


def _painted(window: MainWindow) -> int:
    return int(np.count_nonzero(labels_of(window.session) != VOID))


def _lose_the_release(window: MainWindow, qtbot: QtBot, button: Qt.MouseButton = LEFT) -> None:
    """The list of classes opens with the button down, has the release, and is closed."""
    QTest.keyClick(window.canvas, Key.Key_C)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QWidget)
    QTest.mouseRelease(popup, button, NONE, popup.rect().center())
    QTest.keyClick(popup, Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def test_a_stroke_whose_release_a_popup_had_ends_where_it_was(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 20, 20))
    QTest.mouseMove(canvas, at(canvas, 25, 20))
    before = _painted(window)
    assert before
    _lose_the_release(window, qtbot)
    hover(window, 100, 80)
    hover(window, 20, 80)
    assert _painted(window) == before
    assert not window.session.strokes.under_way
    assert edit_names(window) == ["Brush"]
    drag(canvas, (60, 60), (80, 60))
    assert (labels_of(window.session)[60, 60:81] == 4).all()
    assert edit_names(window) == ["Brush", "Brush"]


def test_a_press_after_a_lost_release_begins_a_new_stroke(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 20, 20))
    _lose_the_release(window, qtbot)
    click(canvas, 100, 80)  # a pen comes down without having been seen on its way
    assert (labels_of(window.session)[80, 98:103] == 4).all()
    assert (labels_of(window.session)[50, :] == VOID).all()
    assert edit_names(window) == ["Brush", "Brush"]


def test_a_polygon_goes_on_after_a_lost_release(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    press(window, Key.Key_G)
    click(canvas, 20, 20)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 80, 20))
    _lose_the_release(window, qtbot)
    hover(window, 80, 60)
    click(canvas, 80, 60)
    hover(window, 10, 80)
    QTest.keyClick(canvas, Key.Key_Return)
    labels = labels_of(window.session)
    assert labels[22, 75] == labels[55, 78] == 4
    assert labels[40, 30] == VOID


def test_a_scene_is_not_dragged_on_after_a_lost_release(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, MIDDLE, NONE, at(canvas, 20, 20))
    _lose_the_release(window, qtbot, MIDDLE)
    before = canvas.viewport
    hover(window, 60, 60)
    assert canvas.viewport == before


def test_a_release_after_the_view_jumped_paints_no_line(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.zoom_to(20, QPointF(0, 0))
    canvas.center_on(30, 30)
    start, end = at(canvas, 30, 30), at(canvas, 33, 30)
    QTest.mousePress(canvas, LEFT, NONE, start)
    QTest.mouseMove(canvas, end)
    before = labels_of(window.session).copy()
    QTest.keyClick(canvas, Key.Key_0, CONTROL)
    QTest.mouseRelease(canvas, LEFT, NONE, end)
    assert np.array_equal(labels_of(window.session), before)
    assert edit_names(window) == ["Brush"]


def test_a_stroke_goes_on_after_the_view_jumped_without_a_line(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.zoom_to(20, QPointF(0, 0))
    canvas.center_on(30, 30)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 30, 30))
    QTest.mouseMove(canvas, at(canvas, 33, 30))
    before = labels_of(window.session).copy()
    canvas.center_on(90, 70)  # as going to another place of the review does
    hand = at(canvas, 93, 70)
    QTest.mouseMove(canvas, hand)
    QTest.mouseMove(canvas, at(canvas, 96, 70))
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 96, 70))
    after = labels_of(window.session)
    assert (after[70, 93:97] == 4).all()
    assert np.array_equal(after[:60], before[:60])
    assert edit_names(window) == ["Brush"]


def test_a_stroke_goes_on_without_a_line_when_the_panels_are_hidden(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 45))
    hand, width = canvas.mapToGlobal(at(canvas, 100, 45)), canvas.width()
    before = _painted(window)
    QTest.keyClick(canvas, Key.Key_Tab)
    qtbot.waitUntil(lambda: canvas.width() > 1.5 * width)
    x, y = canvas.viewport.to_image(*canvas.mapFromGlobal(hand).toTuple())
    assert abs(x - 100) > 12  # another place lies under the hand
    QTest.mouseMove(canvas, at(canvas, x + 2, y))
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, x + 2, y))
    assert before < _painted(window) <= before + 5 * 8


def test_zooming_about_the_pointer_leaves_no_gap_in_a_stroke(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.center_on(60, 45)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 50, 45))
    QTest.mouseMove(canvas, at(canvas, 60, 45))
    canvas.zoom_to(canvas.viewport.scale * 1.5, QPointF(at(canvas, 60, 45)))
    QTest.mouseMove(canvas, at(canvas, 75, 45))
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 75, 45))
    assert (labels_of(window.session)[45, 50:76] == 4).all()
