"""Every tool but those that draw outlines, by real mouse and key events on a window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.folders import labels_of
from tests.gui.oracle import Oracle, choose_oracle
from tests.gui.tools.hands import edit_names, hover, paint_rect, picture
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
    deliver,
    drag,
    drawn,
    open_window,
    press,
    stay_after_done,
)
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.tools import ToolOptions
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.remembered import load_remembered
from unetpp_desktop.nn.registry import ModelEntry

Key = Qt.Key


def test_the_rectangle_paints_both_corner_pixels(window: MainWindow) -> None:
    press(window, Key.Key_R)
    drag(window.canvas, (70, 50), (20, 30))
    assert np.array_equal(np.argwhere(labels_of(window.session) == 4)[[0, -1]], [[30, 20], [50, 70]])
    assert np.count_nonzero(labels_of(window.session) == 4) == 21 * 51
    drag(window.canvas, (20, 30), (40, 40), modifiers=CONTROL)
    assert (labels_of(window.session)[30:41, 20:41] == VOID).all()
    press(window, Key.Key_Z, CONTROL)
    press(window, Key.Key_Z, CONTROL)
    assert (labels_of(window.session) == VOID).all()
    assert not window.session.document.can_undo  # type: ignore[union-attr]


def test_a_rectangle_that_leaves_the_scene_ends_at_its_border(window: MainWindow) -> None:
    press(window, Key.Key_R)
    drag(window.canvas, (100, 70), (WIDTH + 10, HEIGHT + 10))
    assert (labels_of(window.session)[70:, 100:] == 4).all()
    assert np.count_nonzero(labels_of(window.session) == 4) == (HEIGHT - 70) * (WIDTH - 100)


def test_fill_takes_one_region_and_with_ctrl_all_of_the_class(window: MainWindow) -> None:
    paint_rect(window, Rect(10, 10, 30, 30), 1)
    paint_rect(window, Rect(50, 50, 70, 70), 1)
    press(window, Key.Key_F)
    click(window.canvas, 15, 15)
    assert np.count_nonzero(labels_of(window.session) == 4) == 400
    press(window, Key.Key_Z, CONTROL)
    click(window.canvas, 15, 15, CONTROL)
    assert np.count_nonzero(labels_of(window.session) == 4) == 800
    assert edit_names(window)[2:] == ["Fill"]


def test_esc_before_the_button_goes_up_takes_a_fill_back(window: MainWindow) -> None:
    press(window, Key.Key_F)
    QTest.mousePress(window.canvas, LEFT, NONE, at(window.canvas, 15, 15))
    assert (labels_of(window.session) == 4).all()
    QTest.keyClick(window.canvas, Key.Key_Escape)
    QTest.mouseRelease(window.canvas, LEFT, NONE, at(window.canvas, 15, 15))
    assert (labels_of(window.session) == VOID).all()
    assert edit_names(window) == []


def test_the_region_that_a_click_would_fill_is_shown_when_the_pointer_rests(
    window: MainWindow, qtbot: QtBot
) -> None:
    canvas = window.canvas
    paint_rect(window, Rect(10, 10, 60, 60), 1)
    press(window, Key.Key_F)
    hover(window, 100, 80)
    far = at(canvas, 15, 50)
    before = canvas.grab().toImage().pixelColor(far)
    hover(window, 40, 20)
    qtbot.waitUntil(lambda: canvas.grab().toImage().pixelColor(far) != before)
    hover(window, 100, 80)
    assert canvas.grab().toImage().pixelColor(far) == before


def test_the_picker_chooses_the_class_under_the_pointer(window: MainWindow) -> None:
    paint_rect(window, Rect(10, 10, 30, 30), 7)
    press(window, Key.Key_I)
    click(window.canvas, 20, 20)
    assert window.session.active_class == 7
    assert window.session.tool.name == "Picker"
    click(window.canvas, 80, 80)
    assert window.session.active_class == 7
    assert any("void" in sentence for sentence in window.toasts.sentences())
    assert edit_names(window) == ["Paint"]


def test_a_held_picker_key_gives_the_tool_back(window: MainWindow) -> None:
    paint_rect(window, Rect(10, 10, 30, 30), 7)
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


def test_a_held_picker_key_that_goes_up_before_the_button_still_picks(window: MainWindow) -> None:
    paint_rect(window, Rect(10, 10, 30, 30), 7)
    canvas = window.canvas
    press(window, Key.Key_R)
    QTest.keyPress(canvas, Key.Key_I)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 20, 20))
    QTest.keyRelease(canvas, Key.Key_I)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 20, 20))
    assert window.session.active_class == 7
    assert window.session.tool.name == "Rectangle"
    drag(canvas, (50, 50), (60, 60))
    assert window.session.tool.name == "Rectangle"
    assert (labels_of(window.session)[50:61, 50:61] == 7).all()


def test_select_by_drag_and_by_click_and_more_with_ctrl(window: MainWindow) -> None:
    session, canvas = window.session, window.canvas
    paint_rect(window, Rect(60, 60, 70, 70), 7)
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
    assert edit_names(window) == []


def test_the_border_of_the_selection_is_drawn(window: MainWindow) -> None:
    press(window, Key.Key_M)
    before = picture(window)
    drag(window.canvas, (10, 10), (49, 39))
    place, drawn = at(window.canvas, 50, 20), picture(window)
    assert any(
        drawn.pixelColor(x, place.y()) != before.pixelColor(x, place.y())
        for x in range(place.x() - 8, place.x() + 8)
    )
    QTest.keyClick(window.canvas, Key.Key_Escape)
    assert picture(window) == before


def test_the_right_button_erases_with_every_tool(window: MainWindow) -> None:
    paint_rect(window, Rect(0, 0, HEIGHT, WIDTH), 1)
    for key in (Key.Key_R, Key.Key_L, Key.Key_F, Key.Key_I, Key.Key_M, Key.Key_G):
        press(window, key)
        drag(window.canvas, (20, 30), (60, 30), RIGHT)
        assert (labels_of(window.session)[30, 20:61] == VOID).all()
        assert np.count_nonzero(labels_of(window.session) == VOID) < 300
        press(window, Key.Key_Z, CONTROL)
        assert (labels_of(window.session) == 1).all()


def test_every_tool_obeys_what_may_be_painted_over(window: MainWindow) -> None:
    paint_rect(window, Rect(0, 0, HEIGHT, 60), 1)
    window.session.set_only_over(frozenset({VOID}))
    press(window, Key.Key_R)
    drag(window.canvas, (10, 10), (100, 50))
    assert (labels_of(window.session)[:, :60] == 1).all()
    assert (labels_of(window.session)[10:51, 60:101] == 4).all()
    window.session.set_only_over(None)
    window.session.set_protect_human(True)
    before = labels_of(window.session).copy()
    press(window, Key.Key_F)
    click(window.canvas, 10, 10)
    assert np.array_equal(labels_of(window.session), before)


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
    paint_rect(window, Rect(0, 0, HEIGHT, WIDTH), 1)
    drag(window.canvas, (20, 30), (60, 30), RIGHT)
    assert (labels_of(window.session) == 1).all()
    assert any("The model looks" in sentence for sentence in window.toasts.sentences())
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    assert not any("The model looks" in sentence for sentence in window.toasts.sentences())
    drag(window.canvas, (20, 30), (60, 30), RIGHT)
    says = session.answers.ranked
    assert says is not None
    assert session.document is not None
    assert np.array_equal(labels_of(window.session)[30, 20:61], says[0][30, 20:61])
    assert (session.document.origins[30, 20:61] != Origin.PAINTED).all()
    assert edit_names(window) == ["Paint", "Eraser"]


def test_what_the_model_says_counts_as_checked_where_it_is_given_back_in_a_scene_that_is_done(
    window: MainWindow, tmp_path: Path, oracle: Oracle, qtbot: QtBot
) -> None:
    session = window.session
    stay_after_done(window)
    choose_oracle(window, oracle, tmp_path)
    session.set_options(ToolOptions(erase_to_model=True))
    deliver(session, np.full((HEIGHT, WIDTH), 2, np.uint8))
    press(window, Key.Key_Return)
    oracle.go.release()
    session.answers.request()
    qtbot.waitUntil(lambda: session.answers.ranked is not None)
    drag(window.canvas, (20, 30), (60, 30), RIGHT)
    assert session.is_done
    assert session.document is not None
    assert (labels_of(session)[30, 20:61] == 4).all()
    assert (session.document.origins == Origin.ACCEPTED).all()


def test_only_what_a_fill_will_change_is_shown_before(window: MainWindow, qtbot: QtBot) -> None:
    deliver(window.session, np.full((HEIGHT, WIDTH), 2, np.uint8))
    paint_rect(window, Rect(0, 0, HEIGHT, 30), 2)
    window.session.set_protect_human(True)
    press(window, Key.Key_F)
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
    before = drawn(window.canvas)
    hover(window, 99, 80)
    hover(window, 100, 80)
    preview = window.canvas.input._preview
    qtbot.waitUntil(lambda: preview.proposed == 4)
    changed = (drawn(window.canvas) != before).any(axis=2)
    painted, free = at(window.canvas, 15, 20), at(window.canvas, 60, 20)
    assert changed[free.y(), free.x()]
    assert not changed[painted.y(), painted.x()]
    window.session.set_locked(2, True)  # now nothing would change
    assert preview.proposed is None
    assert np.array_equal(drawn(window.canvas)[: free.y()], before[: free.y()])


def test_a_click_that_changes_nothing_says_why(window: MainWindow, said: list[str]) -> None:
    session = window.session
    deliver(session, np.full((HEIGHT, WIDTH), 2, np.uint8))
    press(window, Key.Key_F)
    session.set_locked(2, True)
    click(window.canvas, 20, 20)
    session.set_locked(2, False)
    assert said == ["Nothing was changed: all these pixels are locked or protected."]
    click(window.canvas, 20, 20)
    click(window.canvas, 20, 20)
    assert said[1:] == [f"This is {session.palette.names[4]} already."]
    press(window, Key.Key_R, SHIFT)
    click(window.canvas, 20, 20)
    assert said[2:] == ["Nothing here is still to be checked."]
