"""Going back to what the model says, while it has not said it yet."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.oracle import Oracle, choose_oracle
from tests.gui.windows import CONTROL, click, open_window, press, scene_folder
from unetpp_desktop.gui.main_window import MainWindow

ALT = Qt.KeyboardModifier.AltModifier
CAR = 8


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, oracle: Oracle) -> MainWindow:
    """Some pixels are painted, and the model is asked because they are to become what it says."""
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    choose_oracle(window, oracle, tmp_path)
    _paint(window)
    press(window, Qt.Key.Key_R, CONTROL)
    qtbot.waitUntil(lambda: oracle.asked == [4])
    return window


def _paint(window: MainWindow) -> None:
    window.session.set_class(CAR)
    click(window.canvas, 60, 45)


def _labels(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.labels


def _let_it_end(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    oracle.go.release()
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def test_the_mask_goes_back_once_the_model_has_answered(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    _let_it_end(window, qtbot, oracle)
    qtbot.waitUntil(lambda: bool((_labels(window) == 4).all()))


def test_what_was_given_up_does_not_come_with_a_later_answer(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    (job,) = window.session.jobs.active
    job.cancel()
    _let_it_end(window, qtbot, oracle)
    oracle.go.release()
    press(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: _labels(window)[0, 0] == 4)
    assert _labels(window)[45, 60] == CAR


def test_the_answer_at_another_depth_is_not_taken_for_the_one_asked_for(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    press(window, Qt.Key.Key_2, ALT)
    press(window, Qt.Key.Key_P)
    oracle.go.release(2)
    qtbot.waitUntil(lambda: _labels(window)[0, 0] == 2)
    assert _labels(window)[45, 60] == CAR
