"""The Train tab and the training behind it, with a stand-in for the network's work."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QPushButton, QToolButton, QTreeWidget
from pytestqt.qtbot import QtBot

from tests.gui.folders import new_session, write_mask, write_scenes
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.agreement_table import AgreementTable
from unetpp_desktop.gui.changed_gallery import ChangedGallery
from unetpp_desktop.gui.comparison import Change, advice, class_changes, verdict
from unetpp_desktop.gui.curves import Curve
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.nn import predictor
from unetpp_desktop.nn.card import DepthMetrics, FinetuneRecord, SceneAgreement, write_card
from unetpp_desktop.nn.finetuning import StepReport
from unetpp_desktop.nn.registry import ModelEntry, open_model
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks import changed_scenes
from unetpp_desktop.tasks import finetune as tasks_finetune
from unetpp_desktop.tasks.changed_scenes import ChangedScene
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
        self.from_chosen: list[bool] = []
        self.refused: str | None = None
        self.agreements: tuple[SceneAgreement, ...] = ()

    def __call__(
        self,
        _project: Project,
        base: ModelEntry,
        options: FinetuneOptions,
        progress: Progress,
        on_step: Callable[[StepReport], None],
        _device: str,
    ) -> FinetuneResult:
        self.bases.append(base.name)
        self.from_chosen.append(options.from_chosen)
        for step in range(STEPS):
            progress(step, STEPS, "learning from your corrections")
            on_step(StepReport(step + 1, STEPS, 1.0 / (step + 1), 0.6 if step % 4 == 3 else None))
            while not self.go_on.wait(0.002):
                progress(step, STEPS, "learning from your corrections")
        before, after = _metrics(0.6, Sky=0.9, Pole=0.3), _metrics(0.65, Sky=0.8, Pole=0.5)
        return FinetuneResult(
            self.candidate,
            before,
            after,
            {4: before},
            {4: after},
            "4 scenes held out",
            16,
            (),
            self.refused,
            _metrics(0.7, Sky=0.8),
            _metrics(0.69, Sky=0.79),
            self.agreements,
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
    card = tiny_model.card.model_copy(update={"name": "corrected-1", "finetuned": _record()})
    stand_in = StandIn(ModelEntry(folder, card))
    monkeypatch.setattr(tasks_finetune, "finetune", stand_in)
    monkeypatch.setattr(predictor, "open_predictor", lambda entry, _device: entry)
    monkeypatch.setattr(changed_scenes, "most_changed", _changed)
    return stand_in


def _changed(
    project: Project, _before: object, _after: object, at_most: int, progress: Progress
) -> list[ChangedScene]:
    progress(0, 1, "comparing the models")
    picture = np.zeros((18, 24, 3), np.uint8)
    shares = (0.31, 0.042)
    return [
        ChangedScene(scene, share, picture, picture)
        for scene, share in zip(project.scenes[4:], shares, strict=True)
    ][:at_most]


def _record(accepted: str | None = None, refused: str | None = None) -> FinetuneRecord:
    return FinetuneRecord(
        learnt=("0.png", "1.png"),
        held_out=("2.png",),
        compared_on="4 scenes held out",
        compared_with="tiny",
        settings={"steps": 80, "steps_done": 60, "rate": 1e-3, "seed": 0},
        before=_metrics(0.6),
        after=_metrics(0.65),
        refused=refused,
        accepted=accepted,
    )


def _version(session: Session, base: ModelEntry, name: str, hour: int, record: FinetuneRecord) -> ModelEntry:
    """A fine-tuned model among those of the project."""
    assert session.project is not None
    folder = session.project.own_folder / "models" / name
    shutil.copytree(base.folder, folder)
    card = base.card.model_copy(
        update={
            "name": name,
            "parent": base.name,
            "created": f"2026-11-25T{hour}:00:00+00:00",
            "finetuned": record,
        }
    )
    write_card(folder, card)
    return open_model(folder)


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
    def found() -> list[QPushButton]:
        return [
            button
            for button in panel.findChildren(QPushButton)
            if button.text() == text and button.isVisible() and button.isEnabled()
        ]

    qtbot.waitUntil(lambda: bool(found()))
    qtbot.mouseClick(found()[0], Qt.MouseButton.LeftButton)


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
    qtbot.waitUntil(lambda: {"better", "worse"} <= set(_texts(panel).splitlines()))
    assert not panel.grab().isNull()


def test_an_accepted_model_is_in_use_at_once(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    _click(panel, "Start", qtbot)
    _click(panel, "Accept", qtbot)
    assert session.model is not None
    assert session.model.folder == stand_in.candidate.folder
    assert session.model.card.finetuned is not None
    assert session.model.card.finetuned.accepted is not None
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


def test_what_is_refused_is_not_what_return_accepts(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.refused = "Pole lost 14.0 points of IoU."
    before = session.model
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    texts = _texts(panel)
    assert "Refused: tiny stays in use." in texts
    assert "Pole lost 14.0 points of IoU." in texts
    assert panel.advised_button() is _button(panel, "Discard")
    assert _button(panel, "Discard").isDefault()
    assert not _button(panel, "Use it anyway").isDefault()
    assert session.model == before
    _click(panel, "Discard", qtbot)
    assert not stand_in.candidate.folder.exists()
    assert session.model == before


def test_a_refused_model_can_be_used_all_the_same(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.refused = "Pole lost 14.0 points of IoU."
    _click(panel, "Start", qtbot)
    _click(panel, "Use it anyway", qtbot)
    assert session.model is not None
    assert session.model.folder == stand_in.candidate.folder


def test_what_the_model_knew_before_is_said_too(panel: TrainPanel, qtbot: QtBot) -> None:
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert "On 4 scenes: 70.0 % mIoU before, 69.0 % after." in _texts(panel)


def _agreement(scene: str, share: float, expected: float = 0.9) -> SceneAgreement:
    return SceneAgreement(scene=scene, pixels=9_000, share=share, expected=expected)


def test_scenes_that_contradict_the_others_are_named_first(
    panel: TrainPanel, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.agreements = (_agreement("0.png", 0.88), _agreement("1.png", 0.21))
    stand_in.refused = "1 corrected scene contradicts the others: 1.png 21% (90% expected)."
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    table = panel.findChild(AgreementTable)
    assert table is not None
    assert table.isVisible()
    texts = [label.text() for label in table.findChildren(QLabel)]
    odd = ["1.png", "21", "90", "odd"]
    assert texts == ["Pixels in %", "as you", "expected", *odd, "0.png", "88", "90"]


def test_scenes_that_agree_are_folded_away(panel: TrainPanel, stand_in: StandIn, qtbot: QtBot) -> None:
    stand_in.agreements = (_agreement("0.png", 0.88), _agreement("1.png", 0.7))
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    table = panel.findChild(AgreementTable)
    assert table is not None
    assert not table.isVisible()
    heading = next(
        found for found in panel.findChildren(QToolButton) if found.text() == "How your scenes agree"
    )
    qtbot.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert table.isVisible()


def test_a_click_on_a_changed_scene_opens_it(panel: TrainPanel, session: Session, qtbot: QtBot) -> None:
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.changed is not None)
    gallery = panel.findChild(ChangedGallery)
    assert gallery is not None
    rows = gallery.findChildren(QAbstractButton)
    assert [row.text() for row in rows] == ["4.png, 31 % differ", "5.png, 4.2 % differ"]
    assert not gallery.grab().isNull()
    qtbot.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    assert session.scene is not None
    assert session.scene.name == "5.png"


def _tree(panel: TrainPanel) -> QTreeWidget:
    tree = panel.findChild(QTreeWidget)
    assert tree is not None
    return tree


def _rows(panel: TrainPanel) -> list[str]:
    found = _tree(panel).findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
    return [item.text(0) for item in found]


def test_versions_are_listed_and_any_can_be_used_again(
    session: Session, tiny_model: ModelEntry, qtbot: QtBot
) -> None:
    first = _version(session, tiny_model, "corrected-1", 11, _record("2026-11-25T11:30:00+00:00"))
    second = _version(session, tiny_model, "corrected-2", 12, _record("2026-11-25T12:30:00+00:00"))
    _version(session, tiny_model, "corrected-3", 13, _record(refused="Pole lost 14.0 points."))
    session.set_model(second)
    panel = _show(session, qtbot)
    rows = _rows(panel)
    assert "corrected-2 · in use" in rows
    assert "corrected-3 · refused" in rows
    item = _tree(panel).findItems("corrected-1", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)[0]
    assert item.text(1) == "65.0 %"
    assert "60 of 80 steps" in item.toolTip(0)
    assert not _button(panel, "Use this one").isEnabled()
    _tree(panel).setCurrentItem(item)
    _click(panel, "Use this one", qtbot)
    assert session.model == first
    assert "corrected-1 · in use" in _rows(panel)


def test_a_fine_tuned_model_is_trained_further_only_on_request(
    panel: TrainPanel, session: Session, stand_in: StandIn, tiny_model: ModelEntry, qtbot: QtBot
) -> None:
    go_on = panel.findChild(QCheckBox)
    assert go_on is not None
    assert not go_on.isVisible()
    version = _version(session, tiny_model, "corrected-7", 11, _record("2026-11-25T11:30:00+00:00"))
    session.set_model(version)
    qtbot.waitUntil(go_on.isVisible)
    _click(panel, "Start", qtbot)
    _click(panel, "Discard", qtbot)
    go_on.click()
    assert panel.training.base == version
    assert "Starts from the model corrected-7, which stays as it is." in _texts(panel)
    _click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert stand_in.from_chosen == [False, True]


def test_rolling_back_goes_from_version_to_version(
    session: Session, tiny_model: ModelEntry, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = session.models
    monkeypatch.setattr(session, "models", lambda: [tiny_model, *listed()])
    first = _version(session, tiny_model, "corrected-1", 11, _record("2026-11-25T11:30:00+00:00"))
    second = _version(session, tiny_model, "corrected-2", 12, _record("2026-11-25T12:30:00+00:00"))
    session.set_model(second)
    panel = _show(session, qtbot)
    assert panel.training.base == tiny_model
    _click(panel, "Roll back", qtbot)
    assert session.model == first
    _click(panel, "Roll back", qtbot)
    assert session.model == tiny_model
    assert not _button(panel, "Roll back").isEnabled()


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
