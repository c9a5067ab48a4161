"""Whoever closes a folder while a training runs is asked whether it may be lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.training.stand_in import StandIn
from tests.gui.windows import CONTROL, drop_on, press, scene_folder
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.nn.registry import ModelEntry

WORDS = "The training is at step 0 of 12. It ends when this folder is closed, and what it learnt is lost."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return scene_folder(tmp_path / "scenes", 6)


@pytest.fixture
def training(window: MainWindow, stand_in: StandIn, tiny_model: ModelEntry, qtbot: QtBot) -> MainWindow:
    """A window in which a training stands at its first step."""
    window.session.set_model(tiny_model)
    stand_in.go_on.clear()
    window.train_panel.training.start()
    job = window.train_panel.training.job
    assert job is not None
    qtbot.waitUntil(lambda: job.total > 0)
    return window


class _Answers:
    """Answers the questions that come up, and keeps their words."""

    def __init__(self, answer: Callable[[QMessageBox], object]) -> None:
        self.asked: list[str] = []
        self._answer = answer
        self._looks = QTimer()
        self._looks.setInterval(5)
        self._looks.timeout.connect(self._look)
        self._looks.start()

    def _look(self) -> None:
        question = QApplication.activeModalWidget()
        if isinstance(question, QMessageBox):
            self.asked.append(question.text())
            self._answer(question)


def _escape(question: QMessageBox) -> None:
    QTest.keyClick(question, Qt.Key.Key_Escape)


def _stop(question: QMessageBox) -> None:
    button = next(button for button in question.findChildren(QPushButton) if button.text() == "Stop it")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _close_the_folder(window: MainWindow, _: Path) -> None:
    press(window, Qt.Key.Key_W, CONTROL)


def _open_another(window: MainWindow, elsewhere: Path) -> None:
    drop_on(window, scene_folder(elsewhere))


def _choose_labels(window: MainWindow, elsewhere: Path) -> None:
    elsewhere.mkdir()
    press(window, Qt.Key.Key_L, CONTROL | Qt.KeyboardModifier.ShiftModifier)


def _close_the_window(window: MainWindow, _: Path) -> None:
    window.close()


WAYS = [_close_the_folder, _open_another, _choose_labels, _close_the_window]


@pytest.mark.parametrize("leave", WAYS)
def test_the_training_goes_on_where_the_user_presses_escape(
    training: MainWindow,
    leave: Callable[[MainWindow, Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(elsewhere))
    project, answers = training.session.project, _Answers(_escape)
    leave(training, elsewhere)
    assert answers.asked == [WORDS]
    assert training.train_panel.training.state is TrainingState.RUNNING
    assert training.session.project is project
    assert training.isVisible()


@pytest.mark.parametrize("leave", WAYS)
def test_the_training_is_stopped_on_request(
    training: MainWindow,
    leave: Callable[[MainWindow, Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(elsewhere))
    project, answers = training.session.project, _Answers(_stop)
    leave(training, elsewhere)
    assert answers.asked == [WORDS]
    assert training.session.project is not project or not training.isVisible()
    qtbot.waitUntil(lambda: training.train_panel.training.state is TrainingState.IDLE)


def test_a_result_that_comes_meanwhile_is_seen_first(
    training: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    answers = _Answers(lambda _: stand_in.go_on.set())
    press(training, Qt.Key.Key_W, CONTROL)
    assert answers.asked[0] == WORDS
    assert training.session.project is not None
    qtbot.waitUntil(lambda: training.train_panel.training.state is TrainingState.FINISHED)


def test_without_a_training_nothing_is_asked(
    training: MainWindow, stand_in: StandIn, tmp_path: Path, qtbot: QtBot
) -> None:
    stand_in.go_on.set()
    qtbot.waitUntil(lambda: training.train_panel.training.state is TrainingState.FINISHED)
    answers = _Answers(_escape)
    drop_on(training, scene_folder(tmp_path / "elsewhere"))
    assert training.session.project is not None
    assert training.session.project.folder == tmp_path / "elsewhere"
    press(training, Qt.Key.Key_W, CONTROL)
    assert training.session.project is None
    assert training.close()
    assert answers.asked == []
