"""Scenes whose image cannot be read: no work is left on them, and nothing offers to do any."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QListView, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, LEFT, SHIFT, open_window, press, scene_folder, write_scene
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.project import SceneState

Key = Qt.Key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three scenes, the second of them broken."""
    folder = scene_folder(tmp_path / "scenes")
    (folder / "1.png").write_bytes(b"no image at all")
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, folder: Path) -> MainWindow:
    """It is known which scene cannot be read."""
    window = open_window(qtbot, tmp_path / "config", folder)
    session = window.session
    qtbot.waitUntil(lambda: session.known.state(session.scenes[1]) is SceneState.UNREADABLE)
    return window


def _names(window: MainWindow) -> list[str]:
    return [scene.name for scene in window.scene_list.model.listed]


def _count(window: MainWindow) -> str:
    """What stands above the list."""
    labels = window.scene_list.findChildren(QLabel)
    return next(label.text() for label in labels if " done" in label.text())


def _prelabel_button(window: MainWindow) -> QToolButton:
    button = window.model_bar.findChild(QToolButton, "prelabel")
    assert isinstance(button, QToolButton)
    return button


def test_the_folder_comes_to_its_end_without_them(window: MainWindow) -> None:
    assert _count(window) == "0 of 2 done\n1 unreadable"
    press(window, Key.Key_Return)
    press(window, Key.Key_Return)
    assert _count(window) == "2 of 2 done\n1 unreadable"
    assert window.session.walk.undone_scenes() == ()
    buttons = window.scene_list.findChildren(QToolButton)
    assert not next(button for button in buttons if button.text() == "Next undone").isEnabled()


def test_none_of_them_is_listed_as_undone(window: MainWindow, qtbot: QtBot) -> None:
    buttons = window.scene_list.findChildren(QAbstractButton)
    qtbot.mouseClick(next(button for button in buttons if button.text() == "Undone"), LEFT)
    assert _names(window) == ["0.png", "2.png"]


def test_an_excluded_one_is_left_out_once(window: MainWindow) -> None:
    press(window, Key.Key_D)
    press(window, Key.Key_X, CONTROL | SHIFT)
    assert _count(window) == "0 of 2 done"


def test_one_that_was_mended_counts_again_when_it_is_opened(window: MainWindow, folder: Path) -> None:
    write_scene(folder / "1.png")
    press(window, Key.Key_D)
    assert _count(window) == "0 of 3 done"


def test_there_is_nothing_to_pre_label(window: MainWindow) -> None:
    button, action = _prelabel_button(window), window.commands["prelabel"]
    tip = button.toolTip()
    assert button.isEnabled()
    press(window, Key.Key_D)
    assert not action.isEnabled()
    assert not button.isEnabled()
    assert button.toolTip() == "This scene cannot be read"
    assert window.commands["prelabel_undone"].isEnabled()
    press(window, Key.Key_P)
    assert not window.session.jobs.active
    press(window, Key.Key_D)
    assert action.isEnabled()
    assert button.isEnabled()
    assert button.toolTip() == tip


def test_the_menu_of_the_list_pre_labels_none_of_them(window: MainWindow) -> None:
    view = window.scene_list.findChild(QListView)
    assert isinstance(view, QListView)

    def entry() -> tuple[str, bool]:
        view.customContextMenuRequested.emit(view.rect().center())
        menu = next(menu for menu in window.scene_list.findChildren(QMenu) if menu.isVisible())
        first = menu.actions()[0]
        menu.close()
        return first.text(), first.isEnabled()

    press(window, Key.Key_D)
    assert entry() == ("Pre-label this scene", False)
    view.selectAll()
    assert entry() == ("Pre-label 2 scenes", True)
