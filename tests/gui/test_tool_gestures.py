"""Every tool by real mouse and key events on a window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    LEFT,
    NONE,
    RIGHT,
    SHIFT,
    WIDTH,
    at,
    click,
    drag,
    open_window,
    press,
    scene_folder,
    stay_after_done,
)
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import polygon
from unetpp_desktop.editing.tools import ToolOptions
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.remembered import load_remembered
from unetpp_desktop.nn.registry import ModelEntry

Key = Qt.Key
CORNERS = ((20, 20), (80, 20), (80, 60), (20, 60))


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_diameter(5)
    window.session.set_class(4)
    return window


def _labels(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.labels


def _paint(window: MainWindow, rect: Rect, value: int) -> None:
    """An edit of the document that no tool made."""
    session = window.session
    assert session.document is not None
    stencil = np.ones((rect.height, rect.width), np.bool_)
    session.after_edit(session.document.paint(rect, stencil, value, Origin.PAINTED))


def _edits(window: MainWindow) -> list[str]:
    assert window.session.document is not None
    return [entry.name for entry in window.session.document.history.entries()]


def _hover(window: MainWindow, x: float, y: float) -> None:
    QTest.mouseMove(window.canvas, at(window.canvas, x, y))


def _picture(window: MainWindow) -> QImage:
    """The canvas without the pointer on it."""
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
    return window.canvas.grab().toImage()


def _corners(window: MainWindow, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Clicks the corners of a rectangle, with the pointer moving in between."""
    press(window, Key.Key_G)
    for x, y in CORNERS:
        _hover(window, x, y)
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
    assert (_labels(window) == VOID).all()
    QTest.keyClick(window.canvas, key)
    assert np.array_equal(_labels(window) == 4, _inside(window))
    assert _edits(window) == ["Polygon"]
    assert not window.session.is_done
    press(window, Key.Key_Z, CONTROL)
    assert (_labels(window) == VOID).all()
    QTest.keyClick(window.canvas, key)
    assert window.session.is_done


def test_a_double_click_paints_the_polygon(window: MainWindow) -> None:
    _corners(window)
    QTest.mouseDClick(window.canvas, LEFT, NONE, at(window.canvas, 20, 60))
    assert np.array_equal(_labels(window) == 4, _inside(window))
    assert not window.session.strokes.under_way


def test_a_click_on_the_first_corner_paints_the_polygon(window: MainWindow) -> None:
    _corners(window)
    click(window.canvas, *CORNERS[0])
    assert np.array_equal(_labels(window) == 4, _inside(window))


def test_backspace_or_a_right_click_takes_a_corner_back_and_esc_all(window: MainWindow) -> None:
    _corners(window)
    click(window.canvas, 110, 80)
    QTest.keyClick(window.canvas, Key.Key_Backspace)
    click(window.canvas, 110, 5)
    QTest.mouseClick(window.canvas, RIGHT, NONE, at(window.canvas, 60, 60))
    QTest.keyClick(window.canvas, Key.Key_Return)
    assert np.array_equal(_labels(window) == 4, _inside(window))
    before = _labels(window).copy()
    window.session.set_class(7)
    _corners(window)
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert not window.session.strokes.under_way
    assert np.array_equal(_labels(window), before)
    assert _edits(window) == ["Polygon"]


def test_backspace_to_the_end_gives_the_polygon_up(window: MainWindow) -> None:
    _corners(window)
    for _ in CORNERS:
        assert window.session.strokes.under_way
        QTest.keyClick(window.canvas, Key.Key_Backspace)
    assert not window.session.strokes.under_way
    assert _edits(window) == []


def test_the_line_of_a_polygon_is_drawn_and_goes_with_it(window: MainWindow) -> None:
    press(window, Key.Key_G)
    before = _picture(window)
    for x, y in CORNERS[:2]:
        click(window.canvas, x, y)
    middle = at(window.canvas, 50, 20)
    assert _picture(window).pixelColor(middle) != before.pixelColor(middle)
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert _picture(window) == before


def test_the_class_of_a_polygon_can_be_chosen_while_it_is_drawn(window: MainWindow) -> None:
    _corners(window)
    press(window, Key.Key_2)
    QTest.keyClick(window.canvas, Key.Key_Return)
    assert (_labels(window)[_inside(window)] == 1).all()


def test_the_scene_can_be_moved_and_zoomed_while_a_polygon_is_drawn(window: MainWindow) -> None:
    canvas = window.canvas
    _corners(window)
    inside = _inside(window)
    QTest.keyPress(canvas, Key.Key_Space)
    drag(canvas, (60, 40), (50, 35))
    QTest.keyRelease(canvas, Key.Key_Space)
    canvas.zoom_by(1.5)
    QTest.keyClick(canvas, Key.Key_Return)
    assert np.array_equal(_labels(window) == 4, inside)


def test_another_scene_or_tool_gives_the_polygon_up(window: MainWindow) -> None:
    _corners(window)
    press(window, Key.Key_B)
    assert not window.session.strokes.under_way
    _corners(window)
    window.session.next_scene()
    assert not window.session.strokes.under_way
    QTest.keyClick(window.canvas, Key.Key_Backspace)
    assert (_labels(window) == VOID).all()


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
        assert (_labels(window)[_inside(window)] == value).all()
    assert _edits(window) == ["Lasso", "Lasso"]
    press(window, Key.Key_Z, CONTROL)
    assert np.array_equal(_labels(window) == 4, _inside(window))


def test_esc_gives_the_lasso_up_and_the_release_that_follows_does_nothing(window: MainWindow) -> None:
    press(window, Key.Key_L)
    _lasso(window)
    assert len(window.session.strokes.gesture.outline) == 4  # type: ignore[union-attr]
    QTest.keyClick(window.canvas, Key.Key_Escape)
    QTest.mouseRelease(window.canvas, LEFT, NONE, at(window.canvas, *CORNERS[-1]))
    assert (_labels(window) == VOID).all()
    assert _edits(window) == []
    _lasso(window)
    QTest.mouseRelease(window.canvas, LEFT, NONE, at(window.canvas, *CORNERS[-1]))
    assert _edits(window) == ["Lasso"]


def test_the_rectangle_paints_both_corner_pixels(window: MainWindow) -> None:
    press(window, Key.Key_R)
    drag(window.canvas, (70, 50), (20, 30))
    assert np.array_equal(np.argwhere(_labels(window) == 4)[[0, -1]], [[30, 20], [50, 70]])
    assert np.count_nonzero(_labels(window) == 4) == 21 * 51
    drag(window.canvas, (20, 30), (40, 40), modifiers=CONTROL)
    assert (_labels(window)[30:41, 20:41] == VOID).all()
    press(window, Key.Key_Z, CONTROL)
    press(window, Key.Key_Z, CONTROL)
    assert (_labels(window) == VOID).all()
    assert not window.session.document.can_undo  # type: ignore[union-attr]


def test_a_rectangle_that_leaves_the_scene_ends_at_its_border(window: MainWindow) -> None:
    press(window, Key.Key_R)
    drag(window.canvas, (100, 70), (WIDTH + 10, HEIGHT + 10))
    assert (_labels(window)[70:, 100:] == 4).all()
    assert np.count_nonzero(_labels(window) == 4) == (HEIGHT - 70) * (WIDTH - 100)


def test_fill_takes_one_region_and_with_ctrl_all_of_the_class(window: MainWindow) -> None:
    _paint(window, Rect(10, 10, 30, 30), 1)
    _paint(window, Rect(50, 50, 70, 70), 1)
    press(window, Key.Key_F)
    click(window.canvas, 15, 15)
    assert np.count_nonzero(_labels(window) == 4) == 400
    press(window, Key.Key_Z, CONTROL)
    click(window.canvas, 15, 15, CONTROL)
    assert np.count_nonzero(_labels(window) == 4) == 800
    assert _edits(window)[2:] == ["Fill"]


def test_esc_before_the_button_goes_up_takes_a_fill_back(window: MainWindow) -> None:
    press(window, Key.Key_F)
    QTest.mousePress(window.canvas, LEFT, NONE, at(window.canvas, 15, 15))
    assert (_labels(window) == 4).all()
    QTest.keyClick(window.canvas, Key.Key_Escape)
    QTest.mouseRelease(window.canvas, LEFT, NONE, at(window.canvas, 15, 15))
    assert (_labels(window) == VOID).all()
    assert _edits(window) == []


def test_the_region_that_a_click_would_fill_is_shown_when_the_pointer_rests(
    window: MainWindow, qtbot: QtBot
) -> None:
    canvas = window.canvas
    _paint(window, Rect(10, 10, 60, 60), 1)
    press(window, Key.Key_F)
    _hover(window, 100, 80)
    far = at(canvas, 15, 50)
    before = canvas.grab().toImage().pixelColor(far)
    _hover(window, 40, 20)
    qtbot.waitUntil(lambda: canvas.grab().toImage().pixelColor(far) != before)
    _hover(window, 100, 80)
    assert canvas.grab().toImage().pixelColor(far) == before


def test_the_picker_chooses_the_class_under_the_pointer(window: MainWindow) -> None:
    _paint(window, Rect(10, 10, 30, 30), 7)
    press(window, Key.Key_I)
    click(window.canvas, 20, 20)
    assert window.session.active_class == 7
    assert window.session.tool.name == "Picker"
    click(window.canvas, 80, 80)
    assert window.session.active_class == 7
    assert any("void" in sentence for sentence in window.toasts.sentences())
    assert _edits(window) == ["Paint"]


def test_a_held_picker_key_gives_the_tool_back(window: MainWindow) -> None:
    _paint(window, Rect(10, 10, 30, 30), 7)
    canvas = window.canvas
    press(window, Key.Key_R)
    canvas.setFocus()
    QTest.keyPress(canvas, Key.Key_I)
    assert window.session.tool.name == "Picker"
    click(canvas, 20, 20)
    QTest.keyRelease(canvas, Key.Key_I)
    assert window.session.tool.name == "Rectangle"
    assert window.session.active_class == 7
    press(window, Key.Key_I)  # a tap
    assert window.session.tool.name == "Picker"
    press(window, Key.Key_I)
    assert window.session.tool.name == "Picker"


def test_the_picker_key_does_not_cost_a_polygon(window: MainWindow) -> None:
    _corners(window)
    press(window, Key.Key_I)
    QTest.keyClick(window.canvas, Key.Key_Return)
    assert np.array_equal(_labels(window) == 4, _inside(window))


def test_select_by_drag_and_by_click_and_more_with_ctrl(window: MainWindow) -> None:
    session, canvas = window.session, window.canvas
    _paint(window, Rect(60, 60, 70, 70), 7)
    assert not window.commands["deselect"].isEnabled()
    press(window, Key.Key_M)
    drag(canvas, (10, 10), (29, 19))
    assert session.selection is not None
    assert session.selection.rect == Rect(10, 10, 20, 30)
    click(canvas, 65, 65, CONTROL)
    assert session.selection.count == 300
    click(canvas, 65, 65)
    assert session.selection.rect == Rect(60, 60, 70, 70)
    press(window, Key.Key_I, CONTROL | SHIFT)
    assert session.selection is None
    click(canvas, 65, 65)
    QTest.keyClick(canvas, Key.Key_Escape)
    assert session.selection is None
    click(canvas, 65, 65)
    session.next_scene()
    assert session.selection is None
    assert _edits(window) == []


def test_the_border_of_the_selection_is_drawn(window: MainWindow) -> None:
    press(window, Key.Key_M)
    before = _picture(window)
    drag(window.canvas, (10, 10), (49, 39))
    place, drawn = at(window.canvas, 50, 20), _picture(window)
    assert any(
        drawn.pixelColor(x, place.y()) != before.pixelColor(x, place.y())
        for x in range(place.x() - 8, place.x() + 8)
    )
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert _picture(window) == before


def test_the_right_button_erases_with_every_tool(window: MainWindow) -> None:
    _paint(window, Rect(0, 0, HEIGHT, WIDTH), 1)
    for key in (Key.Key_R, Key.Key_L, Key.Key_F, Key.Key_I, Key.Key_M, Key.Key_G):
        press(window, key)
        drag(window.canvas, (20, 30), (60, 30), RIGHT)
        assert (_labels(window)[30, 20:61] == VOID).all()
        assert np.count_nonzero(_labels(window) == VOID) < 300
        press(window, Key.Key_Z, CONTROL)
        assert (_labels(window) == 1).all()


def test_every_tool_obeys_what_may_be_painted_over(window: MainWindow) -> None:
    _paint(window, Rect(0, 0, HEIGHT, 60), 1)
    window.session.set_only_over(frozenset({VOID}))
    press(window, Key.Key_R)
    drag(window.canvas, (10, 10), (100, 50))
    assert (_labels(window)[:, :60] == 1).all()
    assert (_labels(window)[10:51, 60:101] == 4).all()
    window.session.set_only_over(None)
    window.session.set_protect_human(True)
    before = _labels(window).copy()
    press(window, Key.Key_F)
    click(window.canvas, 10, 10)
    assert np.array_equal(_labels(window), before)


def _pen(
    window: MainWindow,
    kind: QEvent.Type,
    x: float,
    y: float,
    pressure: float,
    pointer: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
) -> None:
    """What a pen sends, and the mouse event that Qt makes of it where it is not taken."""
    place = QPointF(at(window.canvas, x, y))
    device = QPointingDevice(
        "pen",
        1,
        QPointingDevice.DeviceType.Stylus,
        pointer,
        QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure,
        1,
        1,
    )
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else LEFT
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else LEFT
    global_place = QPointF(window.canvas.mapToGlobal(place.toPoint()))
    event = QTabletEvent(kind, device, place, global_place, pressure, 0, 0, 0, 0, 0, NONE, button, held)
    QApplication.sendEvent(window.canvas, event)
    assert not event.isAccepted()
    mouse = {
        QEvent.Type.TabletPress: QEvent.Type.MouseButtonPress,
        QEvent.Type.TabletMove: QEvent.Type.MouseMove,
        QEvent.Type.TabletRelease: QEvent.Type.MouseButtonRelease,
    }[kind]
    QApplication.sendEvent(window.canvas, QMouseEvent(mouse, place, global_place, button, held, NONE))


def _pen_stroke(window: MainWindow, pressure: float, pointer: QPointingDevice.PointerType) -> None:
    _pen(window, QEvent.Type.TabletPress, 20, 30, pressure, pointer)
    _pen(window, QEvent.Type.TabletMove, 60, 30, pressure, pointer)
    _pen(window, QEvent.Type.TabletRelease, 60, 30, 0.0, pointer)


def test_the_pressure_of_a_pen_sets_the_width_where_that_is_chosen(window: MainWindow) -> None:
    window.session.set_diameter(20)
    kind = QPointingDevice.PointerType
    for chosen, width in ((False, 20), (True, 10)):
        window.session.set_options(ToolOptions(pressure=chosen))
        _pen_stroke(window, 0.5, kind.Pen)
        assert np.count_nonzero(_labels(window)[:, 40] == 4) == width
        press(window, Key.Key_Z, CONTROL)
    drag(window.canvas, (20, 30), (60, 30))  # a mouse is as wide as the brush
    assert np.count_nonzero(_labels(window)[:, 40] == 4) == 20


def test_a_pen_that_was_put_away_leaves_the_mouse_as_it_was(window: MainWindow) -> None:
    window.session.set_options(ToolOptions(pressure=True))
    for pointer in (QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser):
        _pen_stroke(window, 0.2, pointer)
        _pen(window, QEvent.Type.TabletMove, 90, 80, 0.0, pointer)  # on its way out
        drag(window.canvas, (20, 60), (60, 60))
        assert np.count_nonzero(_labels(window)[50:70, 40] == 4) == 5
        press(window, Key.Key_Z, CONTROL)


def test_the_other_end_of_the_pen_erases(window: MainWindow) -> None:
    _paint(window, Rect(0, 0, HEIGHT, WIDTH), 1)
    _pen_stroke(window, 0.5, QPointingDevice.PointerType.Eraser)
    assert (_labels(window)[30, 20:61] == VOID).all()


def test_what_was_chosen_about_the_tools_is_so_at_the_next_start(
    qtbot: QtBot, tmp_path: Path, window: MainWindow
) -> None:
    session = window.session
    session.set_options(ToolOptions(erase_to_model=True, pressure=True))
    session.set_only_over(frozenset({VOID, 3}))
    session.set_protect_human(True)
    press(window, Key.Key_L)
    window.close()
    assert load_remembered(tmp_path / "config" / "remembered.json").only_over == ("Road", "")
    again = open_window(qtbot, tmp_path / "config", tmp_path / "scenes")
    assert again.session.options == session.options
    assert again.session.rules.only_over == {VOID, 3}
    assert again.session.rules.protect_human
    assert again.session.tool.name == "Lasso"
    assert again.session.document is not None
    assert again.session.document.rules == again.session.rules


def test_erasing_to_what_the_model_says_asks_it_first(
    window: MainWindow, qtbot: QtBot, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)  # torch is loaded
    session = window.session
    session.set_model(tiny_model)
    session.set_options(ToolOptions(erase_to_model=True))
    _paint(window, Rect(0, 0, HEIGHT, WIDTH), 1)
    drag(window.canvas, (20, 30), (60, 30), RIGHT)
    assert (_labels(window) == 1).all()
    assert any("The model looks" in sentence for sentence in window.toasts.sentences())
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    assert not any("The model looks" in sentence for sentence in window.toasts.sentences())
    drag(window.canvas, (20, 30), (60, 30), RIGHT)
    says = session.answers.ranked
    assert says is not None
    assert session.document is not None
    assert np.array_equal(_labels(window)[30, 20:61], says[0][30, 20:61])
    assert (session.document.origins[30, 20:61] != Origin.PAINTED).all()
    assert _edits(window) == ["Paint", "Eraser"]
