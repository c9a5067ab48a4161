"""Marking parts of a scene as checked, and what is said of where its classes come from."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    SHIFT,
    WIDTH,
    at,
    click,
    deliver,
    drag,
    open_window,
    press,
    scene_folder,
    stay_after_done,
)
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A scene whose left half was predicted as class 1, its right half as class 2."""
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    labels = np.full((HEIGHT, WIDTH), 1, np.uint8)
    labels[:, WIDTH // 2 :] = 2
    deliver(window.session, labels)
    return window


def _origins(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.origins


def _move_to(window: MainWindow, x: int, y: int) -> None:
    for place in ((x + 1, y), (x, y)):  # where it is already, it would not move
        QTest.mouseMove(window.canvas, at(window.canvas, *place))


def test_a_key_checks_the_region_under_the_pointer_as_one_edit(window: MainWindow) -> None:
    _move_to(window, 10, 10)
    press(window, Qt.Key.Key_V)
    assert (_origins(window)[:, : WIDTH // 2] == Origin.ACCEPTED).all()
    assert (_origins(window)[:, WIDTH // 2 :] == Origin.MODEL).all()
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (_origins(window) == Origin.MODEL).all()
    assert not window.session.is_done
    press(window, Qt.Key.Key_Y, CONTROL)
    assert (_origins(window)[:, : WIDTH // 2] == Origin.ACCEPTED).all()
    assert not window.session.is_done


def test_a_scene_that_was_done_since_all_was_checked_is_so_no_more_when_that_is_undone(
    window: MainWindow,
) -> None:
    stay_after_done(window)
    for x in (10, WIDTH - 10):
        _move_to(window, x, 10)
        press(window, Qt.Key.Key_V)
    press(window, Qt.Key.Key_Return)
    assert window.session.is_done
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (_origins(window)[:, WIDTH // 2 :] == Origin.MODEL).all()
    assert not window.session.is_done


def test_the_key_checks_what_is_selected(window: MainWindow) -> None:
    press(window, Qt.Key.Key_M)
    drag(window.canvas, (50, 20), (69, 39))
    _move_to(window, 5, 5)
    press(window, Qt.Key.Key_V)
    expected = np.zeros((HEIGHT, WIDTH), np.bool_)
    expected[20:40, 50:70] = True
    assert np.array_equal(_origins(window) == Origin.ACCEPTED, expected)


def test_the_tool_checks_a_rectangle_and_leaves_painted_pixels_painted(window: MainWindow) -> None:
    press(window, Qt.Key.Key_R)
    drag(window.canvas, (30, 30), (39, 39))
    press(window, Qt.Key.Key_R, SHIFT)
    drag(window.canvas, (20, 20), (49, 49))
    origins = _origins(window)
    assert (origins[30:40, 30:40] == Origin.PAINTED).all()
    assert np.count_nonzero(origins == Origin.ACCEPTED) == 30 * 30 - 10 * 10
    press(window, Qt.Key.Key_Z, CONTROL)
    assert np.count_nonzero(_origins(window) == Origin.ACCEPTED) == 0


def test_the_tool_checks_a_region_by_a_click(window: MainWindow) -> None:
    press(window, Qt.Key.Key_R, SHIFT)
    click(window.canvas, 100, 40)
    assert np.array_equal(np.unique(_origins(window)[:, WIDTH // 2 :]), [Origin.ACCEPTED])
    assert np.array_equal(np.unique(_origins(window)[:, : WIDTH // 2]), [Origin.MODEL])


def test_a_locked_class_can_be_checked(window: MainWindow) -> None:
    window.session.set_locked(1, True)
    _move_to(window, 10, 10)
    press(window, Qt.Key.Key_V)
    assert (_origins(window)[:, : WIDTH // 2] == Origin.ACCEPTED).all()


def test_where_nothing_is_to_be_checked_it_is_said(window: MainWindow, said: list[str]) -> None:
    _move_to(window, 10, 10)
    press(window, Qt.Key.Key_V)
    assert window.session.document is not None
    edits = len(window.session.document.history)
    press(window, Qt.Key.Key_V)
    assert said == ["Nothing here is still to be checked."]
    assert len(window.session.document.history) == edits
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
    press(window, Qt.Key.Key_V)
    assert said[-1] == "Point at a region, or select one, to mark it as checked."


def test_the_key_waits_for_the_end_of_a_gesture(window: MainWindow, said: list[str]) -> None:
    press(window, Qt.Key.Key_G)
    click(window.canvas, 10, 10)
    press(window, Qt.Key.Key_V)
    assert "End what you are drawing first" in said[-1]
    assert (_origins(window) == Origin.MODEL).all()


def test_the_label_tab_says_in_words_where_the_classes_come_from(window: MainWindow) -> None:
    stay_after_done(window)
    words = window.label_panel.origins.words
    assert words.text() == "100 % model"
    press(window, Qt.Key.Key_R)
    drag(window.canvas, (0, 0), (WIDTH // 4 - 1, HEIGHT - 1))
    assert words.text() == "25 % painted · 75 % model"
    _move_to(window, 100, 40)
    press(window, Qt.Key.Key_V)
    assert words.text() == "25 % painted · 50 % checked · 25 % model"
    press(window, Qt.Key.Key_Return)
    assert words.text() == "25 % painted · 75 % checked"
    assert "V checks a region" in window.label_panel.origins.toolTip()
    window.session.next_scene()
    assert words.text() == "Nothing is labelled yet"
