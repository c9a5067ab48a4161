"""The polygon and the lasso by real mouse and key events on a window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.folders import labels_of
from tests.gui.tools.hands import edit_names, hover, picture
from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    LEFT,
    NONE,
    RIGHT,
    WIDTH,
    at,
    click,
    drag,
    press,
    stay_after_done,
)
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import polygon
from unetpp_desktop.gui.main_window import MainWindow

Key = Qt.Key
CORNERS = ((20, 20), (80, 20), (80, 60), (20, 60))


def _corners(window: MainWindow, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Clicks the corners of a rectangle, with the pointer moving in between."""
    press(window, Key.Key_G)
    for x, y in CORNERS:
        hover(window, x, y)
        click(window.canvas, x, y, modifiers)


def _inside(window: MainWindow) -> np.ndarray:
    """The pixels inside the clicked corners: to the nearest image point of a widget pixel."""
    canvas = window.canvas
    places = [at(canvas, x, y) for x, y in CORNERS]
    points = [canvas.viewport.to_image(place.x(), place.y()) for place in places]
    rect, stencil = polygon(points, Rect(0, 0, HEIGHT, WIDTH))
    inside = np.zeros((HEIGHT, WIDTH), np.bool_)
    inside[rect.slices] = stencil
    return inside


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_enter_paints_the_polygon_and_does_not_mark_the_scene_as_done(window: MainWindow, key: Key) -> None:
    stay_after_done(window)
    _corners(window)
    assert (labels_of(window.session) == VOID).all()
    QTest.keyClick(window.canvas, key)
    assert np.array_equal(labels_of(window.session) == 4, _inside(window))
    assert edit_names(window) == ["Polygon"]
    assert not window.session.is_done
    press(window, Key.Key_Z, CONTROL)
    assert (labels_of(window.session) == VOID).all()
    QTest.keyClick(window.canvas, key)
    assert window.session.is_done


def test_a_double_click_paints_the_polygon(window: MainWindow) -> None:
    _corners(window)
    QTest.mouseDClick(window.canvas, LEFT, NONE, at(window.canvas, 20, 60))
    assert np.array_equal(labels_of(window.session) == 4, _inside(window))
    assert not window.session.strokes.under_way


def test_a_click_on_the_first_corner_paints_the_polygon(window: MainWindow) -> None:
    _corners(window)
    click(window.canvas, *CORNERS[0])
    assert np.array_equal(labels_of(window.session) == 4, _inside(window))


def test_a_double_click_on_the_first_corner_begins_no_other_polygon(window: MainWindow) -> None:
    _corners(window)
    click(window.canvas, *CORNERS[0])
    QTest.mouseDClick(window.canvas, LEFT, NONE, at(window.canvas, *CORNERS[0]))
    assert np.array_equal(labels_of(window.session) == 4, _inside(window))
    assert not window.session.strokes.under_way
    click(window.canvas, 110, 5)
    assert window.session.strokes.under_way


def test_backspace_or_a_right_click_takes_a_corner_back_and_esc_all(window: MainWindow) -> None:
    _corners(window)
    click(window.canvas, 110, 80)
    QTest.keyClick(window.canvas, Key.Key_Backspace)
    click(window.canvas, 110, 5)
    QTest.mouseClick(window.canvas, RIGHT, NONE, at(window.canvas, 60, 60))
    QTest.keyClick(window.canvas, Key.Key_Return)
    assert np.array_equal(labels_of(window.session) == 4, _inside(window))
    before = labels_of(window.session).copy()
    window.session.set_class(7)
    _corners(window)
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert not window.session.strokes.under_way
    assert np.array_equal(labels_of(window.session), before)
    assert edit_names(window) == ["Polygon"]


def test_backspace_to_the_end_gives_the_polygon_up(window: MainWindow) -> None:
    _corners(window)
    for _ in CORNERS:
        assert window.session.strokes.under_way
        QTest.keyClick(window.canvas, Key.Key_Backspace)
    assert not window.session.strokes.under_way
    assert edit_names(window) == []


def test_the_line_of_a_polygon_is_drawn_and_goes_with_it(window: MainWindow) -> None:
    press(window, Key.Key_G)
    before = picture(window)
    for x, y in CORNERS[:2]:
        click(window.canvas, x, y)
    middle = at(window.canvas, 50, 20)
    assert picture(window).pixelColor(middle) != before.pixelColor(middle)
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert picture(window) == before


def test_the_class_of_a_polygon_can_be_chosen_while_it_is_drawn(window: MainWindow) -> None:
    _corners(window)
    press(window, Key.Key_2)
    QTest.keyClick(window.canvas, Key.Key_Return)
    assert (labels_of(window.session)[_inside(window)] == 1).all()


def test_the_scene_can_be_moved_and_zoomed_while_a_polygon_is_drawn(window: MainWindow) -> None:
    canvas = window.canvas
    _corners(window)
    inside = _inside(window)
    QTest.keyPress(canvas, Key.Key_Space)
    drag(canvas, (60, 40), (50, 35))
    QTest.keyRelease(canvas, Key.Key_Space)
    canvas.zoom_by(1.5)
    QTest.keyClick(canvas, Key.Key_Return)
    assert np.array_equal(labels_of(window.session) == 4, inside)


def test_another_scene_or_tool_gives_the_polygon_up(window: MainWindow) -> None:
    _corners(window)
    press(window, Key.Key_B)
    assert not window.session.strokes.under_way
    _corners(window)
    window.session.next_scene()
    assert not window.session.strokes.under_way
    QTest.keyClick(window.canvas, Key.Key_Backspace)
    assert (labels_of(window.session) == VOID).all()


def _lasso(window: MainWindow, modifiers: Qt.KeyboardModifier = NONE) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, LEFT, modifiers, at(canvas, *CORNERS[0]))
    for x, y in CORNERS[1:]:
        QTest.mouseMove(canvas, at(canvas, x, y))


def test_the_lasso_paints_what_it_went_round_and_with_ctrl_erases_it(window: MainWindow) -> None:
    press(window, Key.Key_L)
    for modifiers, value in ((NONE, 4), (CONTROL, VOID)):
        _lasso(window, modifiers)
        QTest.mouseRelease(window.canvas, LEFT, modifiers, at(window.canvas, *CORNERS[-1]))
        assert (labels_of(window.session)[_inside(window)] == value).all()
    assert edit_names(window) == ["Lasso", "Lasso"]
    press(window, Key.Key_Z, CONTROL)
    assert np.array_equal(labels_of(window.session) == 4, _inside(window))


def test_esc_gives_the_lasso_up_and_the_release_that_follows_does_nothing(window: MainWindow) -> None:
    press(window, Key.Key_L)
    _lasso(window)
    assert len(window.session.strokes.gesture.outline) == 4  # type: ignore[union-attr]
    QTest.keyClick(window.canvas, Key.Key_Escape)
    QTest.mouseRelease(window.canvas, LEFT, NONE, at(window.canvas, *CORNERS[-1]))
    assert (labels_of(window.session) == VOID).all()
    assert edit_names(window) == []
    _lasso(window)
    QTest.mouseRelease(window.canvas, LEFT, NONE, at(window.canvas, *CORNERS[-1]))
    assert edit_names(window) == ["Lasso"]


def test_the_picker_key_does_not_cost_a_polygon(window: MainWindow) -> None:
    _corners(window)
    press(window, Key.Key_I)
    QTest.keyClick(window.canvas, Key.Key_Return)
    assert np.array_equal(labels_of(window.session) == 4, _inside(window))
