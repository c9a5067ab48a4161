"""A model that was discarded can be taken back for a while, and is deleted then."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.training.hands import click
from tests.gui.training.stand_in import StandIn
from tests.gui.training.windows import (
    button_in_notice,
    notices,
    press_in_notice,
    press_with_alt,
    put_among_models,
)
from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.training_session import TrainingSession, TrainingState
from unetpp_desktop.nn.registry import ModelEntry

DISCARDED = "corrected-1 is discarded."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return scene_folder(tmp_path / "scenes", 6)


@pytest.fixture
def training(window: MainWindow, stand_in: StandIn, tiny_model: ModelEntry, qtbot: QtBot) -> TrainingSession:
    """Its new model has just been discarded, by the button of the Train tab."""
    put_among_models(window, stand_in, tiny_model)
    window.session.set_model(tiny_model)
    window.show_train_tab()
    training = window.train_panel.training
    training.start()
    qtbot.waitUntil(lambda: training.state is TrainingState.FINISHED)
    click(window.train_panel, "Discard", qtbot)
    return training


def _listed(window: MainWindow) -> bool:
    return "corrected-1" in [entry.name for entry in window.session.models()]


def test_it_is_no_model_any_more_and_comes_back_as_it_was(
    window: MainWindow, training: TrainingSession, stand_in: StandIn, qtbot: QtBot
) -> None:
    assert notices(window) == (DISCARDED,)
    assert not _listed(window)
    assert training.state is TrainingState.IDLE
    assert "Ctrl+Alt+U" in button_in_notice(window, "Undo").toolTip()
    press_in_notice(window, "Undo")
    assert notices(window) == ()
    assert training.state is TrainingState.FINISHED
    assert not _listed(window)  # nobody has decided about it
    click(window.train_panel, "Accept", qtbot)
    assert window.session.model is not None
    assert window.session.model.folder == stand_in.candidate.folder
    assert window.session.model.weights.exists()
    assert _listed(window)


def test_it_is_deleted_with_the_offer(
    window: MainWindow, training: TrainingSession, stand_in: StandIn
) -> None:
    assert stand_in.candidate.folder.exists()
    press_in_notice(window, "Close")
    assert not stand_in.candidate.folder.exists()
    assert training.discarded.kept is None
    assert not window.commands["undo_discard"].isEnabled()


def test_it_is_deleted_with_its_folder(
    window: MainWindow, training: TrainingSession, stand_in: StandIn
) -> None:
    assert window.session.close_folder()
    assert not stand_in.candidate.folder.exists()
    assert training.discarded.kept is None


def test_it_is_deleted_at_the_next_start(
    window: MainWindow,
    training: TrainingSession,
    stand_in: StandIn,
    folder: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    assert window.close()
    assert stand_in.candidate.folder.exists()
    open_window(qtbot, tmp_path / "config", folder)
    assert not stand_in.candidate.folder.exists()


def test_while_another_training_runs_it_is_put_back_among_the_models(
    window: MainWindow, training: TrainingSession, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.go_on.clear()
    training.start()
    press_with_alt(window, Qt.Key.Key_U)
    assert _listed(window)
    assert training.state is TrainingState.RUNNING
    assert "corrected-1 is among the models again." in notices(window)
    training.cancel()
    qtbot.waitUntil(lambda: training.state is TrainingState.IDLE)


def test_what_was_deleted_meanwhile_is_said_to_be_gone(
    window: MainWindow, training: TrainingSession, stand_in: StandIn
) -> None:
    for path in stand_in.candidate.folder.iterdir():
        path.unlink()
    press_in_notice(window, "Undo")
    assert training.state is TrainingState.IDLE
    (said,) = notices(window)
    assert said.startswith(f"{stand_in.candidate.folder} could not be taken back")
