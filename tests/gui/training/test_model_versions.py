"""The versions of a model: listed, used again, trained further, rolled back."""

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from tests.gui.folders import write_mask, write_scenes
from tests.gui.training.hands import (
    LOOKING,
    button_of,
    click,
    show_panel,
    shown_panel,
    texts_of,
    tree_of,
    versions_in,
)
from tests.gui.training.stand_in import StandIn, record
from unetpp_desktop.core.files import digest_of
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.nn.card import FinetuneRecord, write_card
from unetpp_desktop.nn.registry import ModelEntry, open_model
from unetpp_desktop.tasks import lineage


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


def test_versions_are_listed_and_any_can_be_used_again(
    session: Session, tiny_model: ModelEntry, qtbot: QtBot
) -> None:
    replayed = record("2026-11-25T11:30:00+00:00").model_copy(update={"base_data": "CamVid"})
    first = _version(session, tiny_model, "corrected-1", 11, replayed)
    second = _version(session, tiny_model, "corrected-2", 12, record("2026-11-25T12:30:00+00:00"))
    _version(session, tiny_model, "corrected-3", 13, record(refused="Pole lost 14.0 points."))
    session.set_model(second)
    panel = show_panel(session, qtbot)
    rows = versions_in(panel)
    assert "corrected-2 · in use" in rows
    assert "corrected-3 · refused" in rows
    item = tree_of(panel).findItems("corrected-1", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)[0]
    assert item.text(1) == "65.0 %"
    assert "60 of 80 steps" in item.toolTip(0)
    assert "40 % of what was learnt is taken\nScenes of CamVid were replayed" in item.toolTip(0)
    assert not button_of(panel, "Use this one").isEnabled()
    tree_of(panel).setCurrentItem(item)
    click(panel, "Use this one", qtbot)
    assert session.model == first
    qtbot.waitUntil(lambda: "corrected-1 · in use" in versions_in(panel))


def test_the_window_does_not_wait_for_the_weights_of_the_versions(
    session: Session, tiny_model: ModelEntry, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go_on = list[threading.Thread](), threading.Event()

    def slow(weights: Path) -> str:
        read.append(threading.current_thread())
        go_on.wait(5)
        return digest_of(weights)

    monkeypatch.setattr(lineage, "digest_of", slow)
    gone = record("2026-11-25T11:30:00+00:00").model_copy(update={"parent_weights": "0" * 64})
    for number in (1, 2):
        version = _version(session, tiny_model, f"corrected-{number}", 10 + number, gone)
    session.set_model(version)
    assert session.project is not None
    write_mask(session.project, "0.png", Origin.PAINTED)
    panel = shown_panel(session, qtbot)
    assert versions_in(panel) == [LOOKING]
    assert not button_of(panel, "Use this one").isEnabled()
    assert not button_of(panel, "Roll back").isEnabled()
    go_on.set()
    qtbot.waitUntil(lambda: "corrected-2 · in use" in versions_in(panel))
    qtbot.waitUntil(lambda: "tiny, which it came from, is not to be found." in texts_of(panel))
    assert "corrected-1" in versions_in(panel)
    assert read
    assert threading.main_thread() not in read


def test_a_fine_tuned_model_is_trained_further_only_on_request(
    panel: TrainPanel, session: Session, stand_in: StandIn, tiny_model: ModelEntry, qtbot: QtBot
) -> None:
    go_on = panel.findChild(QCheckBox)
    assert go_on is not None
    assert not go_on.isVisible()
    version = _version(session, tiny_model, "corrected-7", 11, record("2026-11-25T11:30:00+00:00"))
    session.set_model(version)
    qtbot.waitUntil(go_on.isVisible)
    click(panel, "Start", qtbot)
    click(panel, "Discard", qtbot)
    go_on.click()
    assert panel.training.base == version
    assert "Starts from the model corrected-7, which stays as it is." in texts_of(panel)
    click(panel, "Start", qtbot)
    qtbot.waitUntil(lambda: panel.training.state is TrainingState.FINISHED)
    assert stand_in.from_chosen == [False, True]


def test_a_version_whose_root_is_gone_says_so(
    panel: TrainPanel, session: Session, tiny_model: ModelEntry, qtbot: QtBot
) -> None:
    weights = {"parent_weights": "0" * 64}
    gone = record("2026-11-25T11:30:00+00:00").model_copy(update=weights)
    session.set_model(_version(session, tiny_model, "corrected-7", 11, gone))
    qtbot.waitUntil(lambda: "tiny, which it came from, is not to be found." in texts_of(panel))


def test_rolling_back_goes_from_version_to_version(
    session: Session, tiny_model: ModelEntry, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = session.models
    monkeypatch.setattr(session, "models", lambda: [tiny_model, *listed()])
    first = _version(session, tiny_model, "corrected-1", 11, record("2026-11-25T11:30:00+00:00"))
    second = _version(session, tiny_model, "corrected-2", 12, record("2026-11-25T12:30:00+00:00"))
    session.set_model(second)
    panel = show_panel(session, qtbot)
    assert panel.training.base == tiny_model
    click(panel, "Roll back", qtbot)
    assert session.model == first
    click(panel, "Roll back", qtbot)
    assert session.model == tiny_model
    assert not button_of(panel, "Roll back").isEnabled()


def test_the_model_in_use_belongs_to_its_folder(
    tmp_path: Path, session: Session, tiny_model: ModelEntry
) -> None:
    assert session.project is not None
    here = session.project.folder
    accepted = _version(session, tiny_model, "corrected-1", 11, record("2026-11-25T11:30:00+00:00"))
    session.set_model(accepted)
    elsewhere = write_scenes(tmp_path / "elsewhere", ["0.png"])
    assert session.open_folder(elsewhere)
    refused = _version(session, tiny_model, "corrected-1", 12, record(refused="Pole lost 14.0 points."))
    light = session.model
    assert light is not None
    assert light.name == DEFAULT_MODEL
    assert session.open_folder(here)
    assert session.model == accepted
    session.remembered.forget(elsewhere)
    assert session.open_folder(elsewhere)
    assert refused in session.models()
    assert session.model == light
    session.set_model(refused)  # somebody chose it
    assert session.open_folder(here)
    assert session.open_folder(elsewhere)
    assert session.model == refused


def test_a_folder_nothing_is_remembered_of_opens_with_the_version_accepted_last(
    session: Session, tiny_model: ModelEntry
) -> None:
    assert session.project is not None
    here = session.project.folder
    _version(session, tiny_model, "corrected-1", 11, record("2026-11-25T11:30:00+00:00"))
    last = _version(session, tiny_model, "corrected-2", 12, record("2026-11-25T12:30:00+00:00"))
    _version(session, tiny_model, "corrected-3", 13, record(refused="Pole lost 14.0 points."))
    assert session.close_folder()
    session.remembered.forget(here)
    assert session.open_folder(here)
    assert session.model == last
