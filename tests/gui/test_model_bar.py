"""Pre-label, depth, device and model in the top bar."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.folders import new_session, write_mask, write_scenes
from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.combo import ElidingCombo
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.model_bar import ModelBar
from unetpp_desktop.gui.scene_list import SceneList
from unetpp_desktop.gui.session import Session
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project, SceneState


@pytest.fixture
def session(tmp_path: Path, jobs: Jobs, tiny_model: ModelEntry) -> Session:
    folder = write_scenes(tmp_path / "scenes", [f"{number}.png" for number in range(5)])
    write_mask(Project.open(folder), "4.png", Origin.ACCEPTED, done=True)
    session = new_session(folder, jobs)
    session.set_model(tiny_model)
    return session


@pytest.fixture
def bar(session: Session, qtbot: QtBot) -> ModelBar:
    scene_list = SceneList(session)
    bar = ModelBar(session)
    bar.use_scene_list(scene_list)
    for widget in (scene_list, bar):
        qtbot.addWidget(widget)
        widget.show()
    qtbot.waitUntil(lambda: scene_list.model.counts.total() == 5)
    return bar


def _menu(bar: ModelBar) -> QMenu:
    menu = bar.findChild(QMenu)
    menu.aboutToShow.emit()
    return menu


def test_pre_labels_the_open_scene(bar: ModelBar, session: Session, qtbot: QtBot) -> None:
    button = bar.findChild(QToolButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center() / 2)
    assert session.document is not None
    document = session.document
    qtbot.waitUntil(lambda: bool(np.all(document.origins == Origin.MODEL)), timeout=20_000)
    assert "per scene on this machine" in _tip(bar, session.depth)


def test_pre_labels_all_that_are_not_done(bar: ModelBar, session: Session, qtbot: QtBot) -> None:
    action = next(action for action in _menu(bar).actions() if action.text() == "All 4 undone scenes")
    action.trigger()
    project = session.project
    assert project is not None
    undone = session.scenes[:4]
    qtbot.waitUntil(
        lambda: all(project.state(scene) is SceneState.PREDICTED for scene in undone), timeout=20_000
    )


def test_selected_scenes_are_offered_once_there_are_several(bar: ModelBar, session: Session) -> None:
    texts = {action.text(): action.isEnabled() for action in _menu(bar).actions()}
    assert texts["1 selected scenes"] is False
    assert texts["This scene"] is True


def test_depth_and_device_go_to_the_session(bar: ModelBar, session: Session, qtbot: QtBot) -> None:
    segment = next(button for button in bar.findChildren(QAbstractButton) if button.text() == "2")
    qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)
    assert session.depth == 2
    device, _model = bar.findChildren(QComboBox)
    device.setCurrentIndex(device.findData("cpu"))
    device.activated.emit(device.currentIndex())
    assert session.device == "cpu"


def test_an_accepted_model_is_listed_and_chosen(
    bar: ModelBar, session: Session, tiny_model: ModelEntry
) -> None:
    better = ModelEntry(tiny_model.folder, tiny_model.card.model_copy(update={"name": "corrected-1"}))
    session.set_model(better)
    _device, model = bar.findChildren(QComboBox)
    assert model.currentText() == "corrected-1"


def _tip(bar: ModelBar, depth: int) -> str:
    return next(
        button.toolTip() for button in bar.findChildren(QAbstractButton) if button.text() == str(depth)
    )


def test_device_and_model_say_what_they_are_where_there_is_room(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    device, model = window.model_bar.findChildren(ElidingCombo)
    name = "" if window.session.model is None else window.session.model.name
    window.resize(1280, 700)
    qtbot.waitUntil(lambda: device.shown_text == "Device: Auto")
    assert model.shown_text == f"Model: {name}"
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: device.shown_text == "Auto")
    assert model.shown_text == name
