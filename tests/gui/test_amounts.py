"""Another amount of a command that was run, typed on the bar over the canvas."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from tests.gui.folders import labels_of
from tests.gui.tools.hands import edit_names, paint_rect
from tests.gui.windows import CONTROL, HEIGHT, SHIFT, WIDTH, click, drag, open_window, press, scene_folder
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.gui.main_window import MainWindow

ROAD, CAR = 3, 8
Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A car of 20 x 30 pixels, two islands of 4 pixels, and road around them."""
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_class(CAR)
    paint_rect(window, Rect(0, 0, HEIGHT, WIDTH), ROAD)
    for rect in (Rect(10, 10, 30, 40), Rect(60, 60, 62, 62), Rect(60, 90, 62, 92)):
        paint_rect(window, rect, CAR)
    return window


def _number(window: MainWindow) -> QSpinBox:
    """The number on the bar, which has the keys."""
    press(window, Key.Key_M, CONTROL)
    number = window.mask_desk.amount_bar.findChild(QSpinBox)
    assert number is not None
    assert number.hasFocus()
    return number


def _type_amount(window: MainWindow, amount: str) -> None:
    number = _number(window)
    QTest.keyClicks(number, amount)
    QTest.keyClick(number, Key.Key_Return)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_another_amount_works_where_the_command_worked(window: MainWindow, elsewhere: bool) -> None:
    press(window, Key.Key_M)
    drag(window.canvas, (50, 50), (75, 75))
    press(window, Key.Key_I, SHIFT)
    press(window, Key.Key_Escape)
    if elsewhere:
        drag(window.canvas, (85, 50), (100, 75))
    _type_amount(window, "60")
    labels = labels_of(window.session)
    assert (labels[60:62, 60:62] == ROAD).all()
    assert (labels[60:62, 90:92] == CAR).all()
    assert edit_names(window)[4:] == ["Remove islands"]
    press(window, Key.Key_G, SHIFT)  # a new command works on what is selected now
    assert (labels[9, 20] == CAR) is not elsewhere


def test_another_amount_waits_for_the_end_of_a_polygon(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Key.Key_G, SHIFT)
    after = labels_of(window.session).copy()
    press(window, Key.Key_G)
    click(window.canvas, 80, 40)
    told: list[str] = []
    window.session.notice.connect(lambda sentence, _level: told.append(sentence))
    number = _number(window)
    QTest.keyClick(number, Key.Key_Up)
    qtbot.waitUntil(lambda: "End what you are drawing first" in " ".join(told))
    assert np.array_equal(labels_of(window.session), after)
    assert number.value() == 1
    press(window, Key.Key_Escape)
    _type_amount(window, "4")
    assert labels_of(window.session)[6, 20] == CAR


@pytest.mark.parametrize(("key", "painted"), [(Key.Key_Return, True), (Key.Key_Escape, False)])
def test_enter_and_esc_in_the_number_are_for_a_polygon_that_is_being_drawn(
    window: MainWindow, key: Key, painted: bool
) -> None:
    press(window, Key.Key_G, SHIFT)
    edits = len(edit_names(window))
    press(window, Key.Key_G)
    for x, y in ((80, 40), (100, 40), (100, 55)):
        click(window.canvas, x, y)
    number = _number(window)
    QTest.keyClick(number, key)
    assert not window.session.strokes.under_way
    assert len(edit_names(window)) == edits + painted
    assert (labels_of(window.session)[42, 98] == CAR) == painted
    assert window.mask_desk.amount_bar.isVisible() is not painted  # another edit puts it away


def test_the_bar_of_a_command_that_changed_nothing_goes_with_the_next_edit(window: MainWindow) -> None:
    press(window, Key.Key_I, SHIFT)
    press(window, Key.Key_I, SHIFT)
    assert edit_names(window)[4:] == ["Remove islands"]
    assert window.mask_desk.amount_bar.isVisible()
    drag(window.canvas, (70, 70), (80, 70))
    assert not window.mask_desk.amount_bar.isVisible()
