"""Nothing is cut off where there is little room."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListView, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.folders import write_scenes
from tests.gui.windows import CONTROL, SHIFT, open_window, press
from unetpp_desktop.gui.main_window import MainWindow

SCENES_WIDTH = 240
BOTH = CONTROL | SHIFT


def _window(qtbot: QtBot, tmp_path: Path, count: int) -> MainWindow:
    folder = write_scenes(tmp_path / "scenes", [f"{number:04}.png" for number in range(count)])
    window = open_window(qtbot, tmp_path / "config", folder)
    qtbot.waitUntil(lambda: window.scene_list.model.counts.total() == count)
    return window


def test_every_mark_leaves_the_column_as_wide_as_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    window = _window(qtbot, tmp_path, 120)
    for key in (Qt.Key.Key_F, Qt.Key.Key_X):
        press(window, key, BOTH)
    window.session.marking.set_note(window.session.scenes[:1], "glare")
    for outside in (0, 12_000):
        window.scene_list._outside.show_for(outside)
        assert window.scene_list.minimumSizeHint().width() <= SCENES_WIDTH


def test_the_place_in_the_folder_is_shown_whole_in_the_least_window(qtbot: QtBot, tmp_path: Path) -> None:
    window = _window(qtbot, tmp_path, 120)
    window.resize(window.minimumSize())
    place = next(button for button in window.findChildren(QToolButton) if button.text() == "1 / 120")
    assert place.width() >= place.sizeHint().width()
    assert window.width() == window.minimumWidth()


def test_the_open_row_stays_in_sight_when_chips_take_its_room(qtbot: QtBot, tmp_path: Path) -> None:
    window = _window(qtbot, tmp_path, 40)
    view = window.scene_list.findChild(QListView)
    assert isinstance(view, QListView)
    last_whole = view.viewport().height() // view.sizeHintForRow(0) - 1
    window.session.go_to(window.session.scenes[last_whole])
    assert view.visualRect(view.currentIndex()).bottom() <= view.viewport().height()
    height = view.viewport().height()
    press(window, Qt.Key.Key_F, BOTH)
    qtbot.waitUntil(lambda: view.viewport().height() < height)
    assert view.visualRect(view.currentIndex()).bottom() <= view.viewport().height()


def test_the_model_is_named_whole_at_1024(qtbot: QtBot, tmp_path: Path) -> None:
    window = _window(qtbot, tmp_path, 3)
    window.resize(1024, 700)
    for choice in window.model_bar.findChildren(QComboBox):
        assert choice.width() >= choice.sizeHint().width() or choice.width() == choice.maximumWidth()
