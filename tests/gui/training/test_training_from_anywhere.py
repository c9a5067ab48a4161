"""Trainings are steered, and told of, wherever the user is in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.gui.training.hands import button_of, click, texts_of
from tests.gui.training.stand_in import StandIn
from tests.gui.training.windows import button_in_notice, notices, press_in_notice, press_with_alt
from tests.gui.windows import scene_folder
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.command_entries import entries
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.training_session import TrainingSession, TrainingState
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks import finetune as tasks_finetune
from unetpp_desktop.tasks.finetune import FinetuneResult

DONE = "The training is done. Better: 65.0 % mIoU, 60.0 % before."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return scene_folder(tmp_path / "scenes", 6)


@pytest.fixture
def training(window: MainWindow, stand_in: StandIn, tiny_model: ModelEntry) -> TrainingSession:
    """That of a window whose Label tab is seen."""
    window.session.set_model(tiny_model)
    window.show_label_tab()
    return window.train_panel.training


def _finish(training: TrainingSession, qtbot: QtBot) -> None:
    training.start()
    qtbot.waitUntil(lambda: training.state is TrainingState.FINISHED)


def _can_be_done(window: MainWindow) -> set[str]:
    wanted = ("training", "the new model", "discarded model")
    return {entry.text for entry in entries(window) if any(words in entry.text for words in wanted)}


def test_a_result_is_told_where_it_is_not_seen(
    window: MainWindow, training: TrainingSession, qtbot: QtBot
) -> None:
    _finish(training, qtbot)
    assert notices(window) == (DONE,)
    assert "Ctrl+T" in button_in_notice(window, "Show").toolTip()
    press_in_notice(window, "Show")
    assert window.train_panel.isVisible()
    assert notices(window) == ()


def test_a_refusal_is_told_as_one(
    window: MainWindow, training: TrainingSession, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.refused = "Pole lost 14.0 points of IoU."
    _finish(training, qtbot)
    assert notices(window) == ("The training is done, but the new model is refused: tiny stays in use.",)
    window.show_train_tab()  # by its key
    assert notices(window) == ()


def test_a_result_that_is_seen_is_not_told(
    window: MainWindow, training: TrainingSession, qtbot: QtBot
) -> None:
    window.show_train_tab()
    _finish(training, qtbot)
    assert notices(window) == ()


def test_a_failure_is_told_and_stays_in_the_tab_until_the_next_start(
    window: MainWindow, training: TrainingSession, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    sentence = "The disk is full. Free some space."

    def fail(*_: object) -> FinetuneResult:
        raise UserError(sentence)

    with monkeypatch.context() as patch:
        patch.setattr(tasks_finetune, "finetune", fail)
        training.start()
        qtbot.waitUntil(lambda: notices(window) == (sentence,))
    press_in_notice(window, "Show")
    assert notices(window) == ()
    assert sentence in texts_of(window.train_panel)
    assert button_of(window.train_panel, "Start").isVisible()
    _finish(training, qtbot)
    assert sentence not in texts_of(window.train_panel)


def test_a_training_is_steered_by_keys(
    window: MainWindow, training: TrainingSession, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.go_on.clear()
    assert _can_be_done(window) == {"Start a training"}
    press_with_alt(window, Qt.Key.Key_S)
    assert window.train_panel.isVisible()
    qtbot.waitUntil(lambda: bool(training.steps))
    assert _can_be_done(window) == {"Pause or resume training", "Cancel the training"}
    press_with_alt(window, Qt.Key.Key_P)
    assert training.state is TrainingState.PAUSED
    press_with_alt(window, Qt.Key.Key_P)
    assert training.state is TrainingState.RUNNING
    press_with_alt(window, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE)
    assert _can_be_done(window) == {"Start a training"}


def test_a_result_is_decided_about_by_keys(
    window: MainWindow, training: TrainingSession, stand_in: StandIn, qtbot: QtBot
) -> None:
    _finish(training, qtbot)
    assert _can_be_done(window) == {"Accept the new model", "Discard the new model"}
    press_with_alt(window, Qt.Key.Key_N)
    assert training.result is None
    assert _can_be_done(window) == {"Start a training", "Take back the discarded model"}
    press_with_alt(window, Qt.Key.Key_U)
    assert training.state is TrainingState.FINISHED
    assert "discarded" not in " ".join(notices(window))
    press_with_alt(window, Qt.Key.Key_Y)
    assert window.session.model is not None
    assert window.session.model.folder == stand_in.candidate.folder
    assert "corrected-1 is in use now." in notices(window)


def test_every_button_of_the_tab_says_what_it_does_and_its_key(
    window: MainWindow, training: TrainingSession, stand_in: StandIn, qtbot: QtBot
) -> None:
    window.show_train_tab()
    tips = {"Start": "Ctrl+Alt+S", "Pause": "Ctrl+Alt+P", "Cancel": "Ctrl+Alt+X"}
    tips |= {"Accept": "Ctrl+Alt+Y", "Discard": "Ctrl+Alt+N"}
    _finish(training, qtbot)
    for text, key in tips.items():
        assert key in button_of(window.train_panel, text).toolTip()
    stand_in.go_on.clear()
    training.discard()
    training.start()
    training.pause_or_resume()
    assert "Ctrl+Alt+P" in button_of(window.train_panel, "Resume").toolTip()
    training.cancel()
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE)


def test_accept_is_never_where_discard_was(
    window: MainWindow, training: TrainingSession, stand_in: StandIn, qtbot: QtBot
) -> None:
    window.show_train_tab()
    places = []
    for refused in (None, "Pole lost 14.0 points of IoU."):
        stand_in.refused = refused
        _finish(training, qtbot)
        accept = button_of(window.train_panel, "Use it anyway" if refused else "Accept")
        discard = button_of(window.train_panel, "Discard")
        qtbot.waitUntil(discard.isVisible)
        places.append(_order(accept, discard))
        click(window.train_panel, "Discard", qtbot)
    assert places == [(True, True)] * 2


def _order(first: QAbstractButton, second: QAbstractButton) -> tuple[bool, bool]:
    """Whether one is left of another, and before it by Tab."""
    return first.x() < second.x(), first.nextInFocusChain() is second
