"""Tools and commands on a scene of which only a preview is shown."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.gui.folders import labels_of
from tests.gui.oracle import Oracle
from tests.gui.previews.looks import depth_shown, let_answer, origins, wait_for_depth
from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    LEFT,
    NONE,
    SHIFT,
    WIDTH,
    at,
    click,
    drag,
    press,
)
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.replace_dialog import ReplaceDialog

ALT = Qt.KeyboardModifier.AltModifier


def test_a_tool_for_regions_makes_the_preview_the_mask_first(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    let_answer(window, qtbot, oracle)
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_2)
    drag(window.canvas, (60, 0), (60, 89))  # divides the scene
    press(window, Qt.Key.Key_F)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 20, 45)
    assert (labels_of(window.session)[:, :50] == 7).all()
    assert (labels_of(window.session)[:, 70:] == 4).all()
    assert origins(window)[45, 100] == Origin.MODEL
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (labels_of(window.session)[:, :50] == 4).all()
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (labels_of(window.session)[:, :50] == VOID).all()


def test_esc_in_the_press_of_a_tool_for_regions_leaves_no_edit(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    let_answer(window, qtbot, oracle)
    window.session.set_class(7)
    press(window, Qt.Key.Key_F)
    QTest.mousePress(window.canvas, LEFT, NONE, at(window.canvas, 30, 30))
    assert (labels_of(window.session) == 7).all()
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(window.canvas, LEFT, NONE, at(window.canvas, 30, 30))
    assert (labels_of(window.session) == VOID).all()
    assert (origins(window) == Origin.NONE).all()
    assert depth_shown(window) == 4
    click(window.canvas, 30, 30)
    assert (origins(window) == Origin.PAINTED).all()


def test_a_command_works_on_what_is_seen(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    let_answer(window, qtbot, oracle)
    window.session.set_class(7)
    drag(window.canvas, (40, 40), (60, 40))
    before = np.count_nonzero(labels_of(window.session) == 7)
    press(window, Qt.Key.Key_G, SHIFT)
    assert np.count_nonzero(labels_of(window.session) == 7) > before
    assert (labels_of(window.session)[:20] == 4).all()
    assert (origins(window)[:20] == Origin.MODEL).all()


def test_a_command_that_finds_nothing_says_that_only_a_preview_is_shown(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, said: list[str]
) -> None:
    oracle.go.release()
    wait_for_depth(window, qtbot, 1)
    window.session.set_class(1)
    press(window, Qt.Key.Key_G, SHIFT)
    assert said == ["Only a preview is shown yet. Pre-label the scene first."]
    assert (labels_of(window.session) == VOID).all()
    oracle.go.release()


def test_replacing_counts_what_is_seen_and_leaves_it_a_preview_where_it_is_given_up(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    let_answer(window, qtbot, oracle)
    window.session.set_class(4)
    for accepted in (False, True):
        press(window, Qt.Key.Key_H, CONTROL)
        dialog = next(child for child in window.findChildren(ReplaceDialog) if child.isVisible())
        assert f"{HEIGHT * WIDTH:,} px" in [label.text() for label in dialog.findChildren(QLabel)]
        (dialog.accept if accepted else dialog.reject)()
        assert ((labels_of(window.session) == VOID) == (not accepted)).all()
        assert (depth_shown(window) is None) == accepted
    assert (labels_of(window.session) == 0).all()


def test_v_checks_the_region_that_is_previewed(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    let_answer(window, qtbot, oracle)
    QTest.mouseMove(window.canvas, at(window.canvas, 50, 50))
    press(window, Qt.Key.Key_V)
    assert (labels_of(window.session) == 4).all()
    assert (origins(window) == Origin.ACCEPTED).all()


def test_the_picker_takes_the_class_that_is_seen(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    let_answer(window, qtbot, oracle)
    window.session.set_diameter(9)
    press(window, Qt.Key.Key_2)
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_I)
    click(window.canvas, 20, 20)
    assert window.session.active_class == 4
    click(window.canvas, 60, 45)
    assert window.session.active_class == 1
    assert (labels_of(window.session)[:20] == VOID).all()  # nothing was made the mask for that
