"""Fixtures of the tests of the Train tab."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.folders import new_session, write_mask, write_scenes
from tests.gui.training.hands import show_panel
from tests.gui.training.stand_in import StandIn, changed_scenes_of, record
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.nn import predictor
from unetpp_desktop.nn.card import write_card
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks import changed_scenes
from unetpp_desktop.tasks import finetune as tasks_finetune


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
    card = tiny_model.card.model_copy(update={"name": "corrected-1", "finetuned": record()})
    write_card(folder, card)
    stand_in = StandIn(ModelEntry(folder, card))
    monkeypatch.setattr(tasks_finetune, "finetune", stand_in)
    monkeypatch.setattr(predictor, "open_predictor", lambda entry, _device, **_: entry)
    monkeypatch.setattr(changed_scenes, "most_changed", changed_scenes_of)
    return stand_in


@pytest.fixture
def panel(session: Session, stand_in: StandIn, qtbot: QtBot) -> TrainPanel:
    assert session.project is not None
    for number in range(3):
        write_mask(session.project, f"{number}.png", Origin.PAINTED)
    return show_panel(session, qtbot)
