"""The Train tab and the training behind it, with a stand-in for the network's work."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.folders import new_session, write_mask, write_scenes
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.comparison import Change, advice, class_changes, verdict
from unetpp_desktop.gui.curves import Curve
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.nn.card import DepthMetrics
from unetpp_desktop.nn.finetuning import StepReport
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks import finetune as tasks_finetune
from unetpp_desktop.tasks.finetune import FinetuneOptions, FinetuneResult

STEPS = 12


def _metrics(miou: float, **iou: float | None) -> DepthMetrics:
    return DepthMetrics(miou=miou, pixel_accuracy=0.9, iou=iou, scenes=4, data="4 scenes")


class StandIn:
    """Takes the place of `tasks.finetune.finetune`: counts steps, may be told to wait between two."""

    def __init__(self, candidate: ModelEntry) -> None:
        self.candidate = candidate
        self.go_on = threading.Event()
        self.go_on.set()
        self.bases: list[str] = []

    def __call__(
        self,
        _project: Project,
        base: ModelEntry,
        _options: FinetuneOptions,
        progress: Progress,
        on_step: Callable[[StepReport], None],
        _device: str,
    ) -> FinetuneResult:
        self.bases.append(base.name)
        for step in range(STEPS):
            progress(step, STEPS, "learning from your corrections")
            on_step(StepReport(step + 1, STEPS, 1.0 / (step + 1), 0.6 if step % 4 == 3 else None))
            while not self.go_on.wait(0.002):
                progress(step, STEPS, "learning from your corrections")
        before, after = _metrics(0.6, Sky=0.9, Pole=0.3), _metrics(0.65, Sky=0.8, Pole=0.5)
        return FinetuneResult(
            self.candidate, before, after, {4: before}, {4: after}, "4 scenes held out", 16, ()
        )


@pytest.fixture
def session(tmp_path: Path, jobs: Jobs, tiny_model: ModelEntry) -> Session:
    folder = write_scenes(tmp_path / "scenes", [f"{number}.png" for number in range(6)])
    session = new_session(folder, jobs)
    session.set_model(tiny_model)
    return session


@pytest.fixture
def stand_in(tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    folder = tmp_path / "corrected-1"
    folder.mkdir()
    card = tiny_model.card.model_copy(update={"name": "corrected-1"})
    stand_in = StandIn(ModelEntry(folder, card))
    monkeypatch.setattr(tasks_finetune, "finetune", stand_in)
    return stand_in


@pytest.fixture
def panel(session: Session, stand_in: StandIn, qtbot: QtBot) -> TrainPanel:
    assert session.project is not None
    for number in range(3):
        write_mask(session.project, f"{number}.png", Origin.PAINTED)
    return _show(session, qtbot)


def _show(session: Session, qtbot: QtBot) -> TrainPanel:
    panel = TrainPanel(session)
    qtbot.addWidget(panel)
    panel.resize(280, 700)
    panel.show()
    return panel


def _button(panel: TrainPanel, text: str) -> QPushButton:
    return next(button for button in panel.findChildren(QPushButton) if button.text() == text)


def _click(panel: TrainPanel, text: str, qtbot: QtBot) -> None:
    button = _button(panel, text)
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _texts(panel: TrainPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_the_focus_stays_in_the_panel_when_its_buttons_change(
    panel: TrainPanel, stand_in: StandIn, qtbot: QtBot
) -> None:
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    stand_in.go_on.clear()
    start = _button(panel, "Start")
    qtbot.waitUntil(start.isEnabled)
    start.setFocus()
    qtbot.keyClick(start, Qt.Key.Key_Space)
    assert _button(panel, "Pause").hasFocus()
    stand_in.go_on.set()
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert _button(panel, "Accept").hasFocus()


def test_without_corrections_it_says_what_to_do(session: Session, qtbot: QtBot) -> None:
    panel = _show(session, qtbot)
    qtbot.wait(100)
    assert "Correct three scenes, then train." in _texts(panel)
    assert not _button(panel, "Start").isEnabled()


def test_corrections_are_counted_while_the_panel_is_seen(session: Session, qtbot: QtBot) -> None:
    panel = _show(session, qtbot)
    assert session.project is not None
    write_mask(session.project, "0.png", Origin.PAINTED)
    write_mask(session.project, "1.png", Origin.MODEL)
    session.scene_states_changed.emit(("0.png", "1.png"))
    qtbot.waitUntil(lambda: "1 of 3 scenes is corrected" in _texts(panel))
    assert _button(panel, "Start").isEnabled()


def test_a_training_shows_its_curves_and_its_result_in_words(panel: TrainPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "3 corrected scenes count." in _texts(panel))
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert len(panel.training.steps) == STEPS
    assert all(curve.isVisible() for curve in panel.findChildren(Curve))
    texts = _texts(panel)
    assert "Better: 65.0 % mIoU, 60.0 % before." in texts
    assert "Learnt from 16 scenes. Measured on 4 scenes held out." in texts
    assert "Worse on: Sky." in texts
    assert "better" in texts.splitlines()
    assert "worse" in texts.splitlines()
    assert not panel.grab().isNull()


def test_an_accepted_model_is_in_use_at_once(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    _click(panel, "Start", qtbot)
    _click(panel, "Accept", qtbot)
    assert session.model == stand_in.candidate
    assert panel.training.state is TrainingState.IDLE
    assert stand_in.candidate.folder.is_dir()
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert stand_in.bases == ["tiny", "corrected-1"]


def test_a_discarded_model_is_gone_and_the_one_in_use_stays(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    before = session.model
    _click(panel, "Start", qtbot)
    _click(panel, "Discard", qtbot)
    assert session.model == before
    assert not stand_in.candidate.folder.exists()


def test_the_candidate_is_listed_only_once_it_is_accepted(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    assert session.project is not None
    stand_in.candidate = _candidate_of(session.project, stand_in)
    stand_in.go_on.clear()
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: bool(stand_in.bases))
    _put_on_disk(stand_in.candidate)
    assert "corrected-1" not in [entry.name for entry in session.models()]
    stand_in.go_on.set()
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert "corrected-1" not in [entry.name for entry in session.models()]
    _click(panel, "Accept", qtbot)
    assert "corrected-1" in [entry.name for entry in session.models()]


def test_discarding_a_candidate_that_is_in_use_goes_back_to_its_base(
    panel: TrainPanel, session: Session, stand_in: StandIn, tiny_model: ModelEntry, qtbot: QtBot
) -> None:
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    session.set_model(stand_in.candidate)
    _click(panel, "Discard", qtbot)
    assert session.model == tiny_model
    assert not stand_in.candidate.folder.exists()


def _candidate_of(project: Project, stand_in: StandIn) -> ModelEntry:
    return ModelEntry(project.own_folder / "models" / "corrected-1", stand_in.candidate.card)


def _put_on_disk(entry: ModelEntry) -> None:
    entry.folder.mkdir(parents=True)
    (entry.folder / "card.json").write_text(entry.card.model_dump_json())
    entry.weights.touch()


def test_pause_resume_and_cancel(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.go_on.clear()
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: "Step 0 of 12" in _texts(panel))
    _click(panel, "Pause", qtbot)
    assert "paused" in _texts(panel)
    _click(panel, "Resume", qtbot)
    assert panel.training.state is TrainingState.RUNNING
    _click(panel, "Cancel", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.IDLE)
    assert panel.training.result is None
    assert session.jobs.active == []
    assert _button(panel, "Start").isVisible()


def test_a_failed_training_leaves_the_panel_ready(
    panel: TrainPanel, session: Session, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def fail(*_: object) -> FinetuneResult:
        raise UserError("The model tells other classes apart. Choose another one.")

    monkeypatch.setattr(tasks_finetune, "finetune", fail)
    with qtbot.waitSignal(session.notice) as notice:
        _click(panel, "Start", qtbot)
    assert notice.args == ["The model tells other classes apart. Choose another one.", "error"]
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.IDLE)


def test_closing_the_folder_ends_its_training(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.go_on.clear()
    _click(panel, "Start", qtbot)
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
    _click(panel, "Start", qtbot)
    assert project.mask_path(session.scenes[5]).exists()
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)


def test_words_for_changes() -> None:
    assert Change(0.5, 0.52).word == "better"
    assert Change(0.5, 0.48).word == "worse"
    assert Change(0.5, 0.501).word == "same"
    assert Change(None, 0.4).points is None
    assert verdict(_metrics(0.6), _metrics(0.6)) == "About the same: 60.0 % mIoU, 60.0 % before."
    changes = class_changes(_metrics(0.5, Sky=0.5, Car=None), _metrics(0.5, Sky=0.4, Car=None))
    assert advice(changes) == "Worse on: Sky."
    assert advice({}) == ""
