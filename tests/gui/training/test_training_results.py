"""What comes of a training: the verdict, accepting and discarding, agreements, changed scenes."""

import shutil
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.training.hands import button_of, click, texts_of
from tests.gui.training.stand_in import STEPS, StandIn, metrics
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.agreement_table import AgreementTable
from unetpp_desktop.gui.changed_gallery import ChangedGallery
from unetpp_desktop.gui.comparison import Change, advice, class_changes, verdict
from unetpp_desktop.gui.curves import Curve
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.nn import predictor
from unetpp_desktop.nn.card import SceneAgreement
from unetpp_desktop.nn.registry import ModelEntry, open_model
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks import changed_scenes


def test_a_training_shows_its_curves_and_its_result_in_words(panel: TrainPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "3 corrected scenes count." in texts_of(panel))
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert len(panel.training.steps) == STEPS
    assert all(curve.isVisible() for curve in panel.findChildren(Curve))
    texts = texts_of(panel)
    assert "Better: 65.0 % mIoU, 60.0 % before." in texts
    assert "Learnt from 16 scenes. Measured on 4 scenes held out." in texts
    assert "Worse on: Sky." in texts
    qtbot.waitUntil(lambda: {"better", "worse"} <= set(texts_of(panel).splitlines()))
    assert not panel.grab().isNull()


def test_an_accepted_model_is_in_use_at_once(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    click(panel, "Start", qtbot)
    click(panel, "Accept", qtbot)
    assert session.model is not None
    assert session.model.folder == stand_in.candidate.folder
    assert session.model.card.finetuned is not None
    assert session.model.card.finetuned.accepted is not None
    assert panel.training.state is TrainingState.IDLE
    assert stand_in.candidate.folder.is_dir()
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert stand_in.bases == ["tiny", "corrected-1"]


def test_a_discarded_model_is_gone_and_the_one_in_use_stays(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    before = session.model
    click(panel, "Start", qtbot)
    click(panel, "Discard", qtbot)
    assert session.model == before
    assert session.close_folder()
    assert not stand_in.candidate.folder.exists()


def test_a_model_that_is_gone_already_is_discarded(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    said: list[str] = []
    session.notice.connect(lambda sentence, _kind: said.append(sentence))
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    shutil.rmtree(stand_in.candidate.folder)
    click(panel, "Discard", qtbot)
    assert panel.training.state is TrainingState.IDLE
    assert said == []


def test_the_candidate_is_listed_only_once_it_is_accepted(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    assert session.project is not None
    stand_in.candidate = _candidate_of(session.project, stand_in)
    stand_in.go_on.clear()
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: bool(stand_in.bases))
    _put_on_disk(stand_in.candidate)
    assert "corrected-1" not in [entry.name for entry in session.models()]
    stand_in.go_on.set()
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert "corrected-1" not in [entry.name for entry in session.models()]
    click(panel, "Accept", qtbot)
    assert "corrected-1" in [entry.name for entry in session.models()]


def test_discarding_a_candidate_that_is_in_use_goes_back_to_its_base(
    panel: TrainPanel, session: Session, stand_in: StandIn, tiny_model: ModelEntry, qtbot: QtBot
) -> None:
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    session.set_model(stand_in.candidate)
    click(panel, "Discard", qtbot)
    assert session.model == tiny_model
    with pytest.raises(UserError):
        open_model(stand_in.candidate.folder)


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
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    texts = texts_of(panel)
    assert "Refused: tiny stays in use." in texts
    assert "Pole lost 14.0 points of IoU." in texts
    assert panel.advised_button() is button_of(panel, "Discard")
    assert button_of(panel, "Discard").isDefault()
    assert not button_of(panel, "Use it anyway").isDefault()
    assert session.model == before
    click(panel, "Discard", qtbot)
    with pytest.raises(UserError):
        open_model(stand_in.candidate.folder)
    assert session.model == before


def test_a_refused_model_can_be_used_all_the_same(
    panel: TrainPanel, session: Session, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.refused = "Pole lost 14.0 points of IoU."
    click(panel, "Start", qtbot)
    click(panel, "Use it anyway", qtbot)
    assert session.model is not None
    assert session.model.folder == stand_in.candidate.folder


def test_what_the_model_knew_before_is_said_too(panel: TrainPanel, qtbot: QtBot) -> None:
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert "On 4 scenes: 70.0 % mIoU before, 69.0 % after." in texts_of(panel)


def _agreement(scene: str, share: float, expected: float = 0.9) -> SceneAgreement:
    return SceneAgreement(scene=scene, pixels=9_000, share=share, expected=expected)


def test_scenes_that_contradict_the_others_are_named_first(
    panel: TrainPanel, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.agreements = (_agreement("0.png", 0.88), _agreement("1.png", 0.21))
    stand_in.refused = "1 corrected scene contradicts the others: 1.png 21% (90% expected)."
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    table = panel.findChild(AgreementTable)
    assert table is not None
    assert table.isVisible()
    texts = [label.text() for label in table.findChildren(QLabel)]
    odd = ["1.png", "21", "90", "odd"]
    assert texts == ["Pixels in %", "as you", "expected", *odd, "0.png", "88", "90"]


def test_scenes_that_agree_are_folded_away(panel: TrainPanel, stand_in: StandIn, qtbot: QtBot) -> None:
    stand_in.agreements = (_agreement("0.png", 0.88), _agreement("1.png", 0.7))
    click(panel, "Start", qtbot)
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
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.changed is not None)
    gallery = panel.findChild(ChangedGallery)
    assert gallery is not None
    rows = gallery.findChildren(QAbstractButton)
    assert [row.text() for row in rows] == ["4.png, 31 % differ", "5.png, 4.2 % differ"]
    assert not gallery.grab().isNull()
    qtbot.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    assert session.scene is not None
    assert session.scene.name == "5.png"


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_models_that_were_not_compared_are_not_waited_for(
    panel: TrainPanel, session: Session, how: str, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    go_on = threading.Event()

    def compare(_project: object, _old: object, _new: object, _most: int, progress: Progress) -> None:
        while not go_on.wait(0.002):
            progress(0, 1, "comparing the models")
        raise UserError("The disk is gone.")

    monkeypatch.setattr(changed_scenes, "most_changed", compare)
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: "The two models are being compared." in texts_of(panel))
    (job,) = session.jobs.active
    if how == "cancelled":
        job.cancel()
    else:
        go_on.set()
    qtbot.waitUntil(lambda: "The two models were not compared." in texts_of(panel))
    assert "being compared" not in texts_of(panel)
    assert panel.training.state is TrainingState.FINISHED


def test_models_are_compared_at_the_scale_and_in_the_memory_of_the_settings(
    panel: TrainPanel, session: Session, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[dict[str, object]] = []

    def open_one(entry: ModelEntry, _device: str, **settings: object) -> ModelEntry:
        asked.append(settings)
        return entry

    monkeypatch.setattr(predictor, "open_predictor", open_one)
    session.settings.set(declared.PREDICTION_SCALE, declared.ScaleChoice.HALF)
    session.settings.set(declared.PREDICTION_MEGABYTES, 512)
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.changed is not None)
    assert asked == [{"memory": 512, "scale": "0.5", "looks": 2}] * 2


def test_words_for_changes() -> None:
    assert Change(0.5, 0.52).word == "better"
    assert Change(0.5, 0.48).word == "worse"
    assert Change(0.5, 0.501).word == "same"
    assert Change(None, 0.4).points is None
    assert verdict(metrics(0.6), metrics(0.6)) == "About the same: 60.0 % mIoU, 60.0 % before."
    changes = class_changes(metrics(0.5, Sky=0.5, Car=None), metrics(0.5, Sky=0.4, Car=None))
    assert advice(changes) == "Worse on: Sky."
    assert advice({}) == ""
