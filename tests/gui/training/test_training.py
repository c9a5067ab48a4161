"""The Train tab and the training behind it: counted, started, paused, ended."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.folders import write_mask
from tests.gui.training.hands import button_of, click, show_panel, texts_of
from tests.gui.training.stand_in import StandIn
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.tasks import finetune as tasks_finetune
from unetpp_desktop.tasks.finetune import FinetuneResult


def test_the_focus_stays_in_the_panel_when_its_buttons_change(
    panel: TrainPanel, stand_in: StandIn, qtbot: QtBot
) -> None:
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    stand_in.go_on.clear()
    start = button_of(panel, "Start")
    qtbot.waitUntil(start.isEnabled)
    start.setFocus()
    qtbot.keyClick(start, Qt.Key.Key_Space)
    assert button_of(panel, "Pause").hasFocus()
    stand_in.go_on.set()
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert button_of(panel, "Accept").hasFocus()


def test_without_corrections_it_says_what_to_do(session: Session, qtbot: QtBot) -> None:
    panel = show_panel(session, qtbot)
    qtbot.wait(100)
    assert "Correct three scenes, then train." in texts_of(panel)
    assert not button_of(panel, "Start").isEnabled()


def test_corrections_are_counted_while_the_panel_is_seen(session: Session, qtbot: QtBot) -> None:
    panel = show_panel(session, qtbot)
    assert session.project is not None
    write_mask(session.project, "0.png", Origin.PAINTED)
    write_mask(session.project, "1.png", Origin.MODEL)
    session.scene_states_changed.emit(("0.png", "1.png"))
    qtbot.waitUntil(lambda: "1 of 3 scenes is corrected" in texts_of(panel))
    assert button_of(panel, "Start").isEnabled()


def test_a_scene_that_counts_is_opened_by_a_click(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: "3 corrected scenes count." in texts_of(panel))
    unfold = next(button for button in panel.findChildren(QToolButton) if button.text() == "Which scenes")
    qtbot.mouseClick(unfold, Qt.MouseButton.LeftButton)
    names = panel.findChild(QListWidget)
    assert names is not None
    place = names.visualItemRect(names.item(2)).center()
    qtbot.mouseClick(names.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.scene is not None
    assert session.scene.name == "2.png"


def test_pause_resume_and_cancel(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.go_on.clear()
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: "Step 0 of 12" in texts_of(panel))
    click(panel, "Pause", qtbot)
    assert "paused" in texts_of(panel)
    click(panel, "Resume", qtbot)
    assert panel.training.state is TrainingState.RUNNING
    click(panel, "Cancel", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.IDLE)
    assert panel.training.result is None
    assert session.jobs.active == []
    assert button_of(panel, "Start").isVisible()


def test_a_failed_training_leaves_the_panel_ready(
    panel: TrainPanel, session: Session, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def fail(*_: object) -> FinetuneResult:
        raise UserError("The model tells other classes apart. Choose another one.")

    monkeypatch.setattr(tasks_finetune, "finetune", fail)
    with qtbot.waitSignal(session.notice) as notice:
        click(panel, "Start", qtbot)
    assert notice.args == ["The model tells other classes apart. Choose another one.", "error"]
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.IDLE)


def test_closing_the_folder_ends_its_training(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.go_on.clear()
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: bool(panel.training.steps))
    assert session.close_folder()
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.IDLE)
    assert panel.training.steps == []


def test_the_open_scene_is_saved_first(panel: TrainPanel, session: Session, qtbot: QtBot) -> None:
    session.go_to(session.scenes[5])
    session.strokes.begin((5.0, 5.0))
    session.strokes.end((9.0, 9.0))
    project = session.project
    assert project is not None
    click(panel, "Start", qtbot)
    assert project.mask_path(session.scenes[5]).exists()
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
