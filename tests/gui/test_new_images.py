"""Images that are put into the open folder while somebody works in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, LEFT, press, write_scene
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.scene_view import SceneView


class _Arrival:
    """Another image is put into the folder, and the window has noticed it."""

    def __init__(self, window: MainWindow, folder: Path, qtbot: QtBot) -> None:
        self._window, self._folder, self._qtbot = window, folder, qtbot

    def __call__(self, name: str) -> None:
        with self._qtbot.waitSignal(self._window.session.project_changed):
            write_scene(self._folder / name, 9)


@pytest.fixture
def arrive(window: MainWindow, folder: Path, qtbot: QtBot) -> _Arrival:
    return _Arrival(window, folder, qtbot)


def _names(window: MainWindow) -> list[str]:
    return [scene.name for scene in window.scene_list.model.listed]


def test_who_types_in_the_search_goes_on_typing(
    window: MainWindow, arrive: _Arrival, folder: Path, qtbot: QtBot
) -> None:
    buttons = window.scene_list.findChildren(QAbstractButton)
    undone = next(button for button in buttons if button.text() == "Undone")
    qtbot.mouseClick(undone, LEFT)
    press(window, Qt.Key.Key_F, CONTROL)
    search = QApplication.focusWidget()
    assert isinstance(search, QLineEdit)
    QTest.keyClicks(search, "b")
    tool = window.session.tool
    arrive("bed.png")
    assert QApplication.focusWidget() is search
    assert undone.isChecked()
    QTest.keyClicks(QApplication.focusWidget(), "e")  # a key that is the eraser's elsewhere
    assert search.text() == "be"
    assert window.session.tool is tool
    qtbot.waitUntil(lambda: _names(window) == ["bed.png"])
    assert window.session.open_folder(folder)  # opened anew, all of it is seen
    assert (search.text(), undone.isChecked(), window.canvas.hasFocus()) == ("", False, True)
    assert len(_names(window)) == 4


def test_the_selected_scenes_stay_selected(window: MainWindow, arrive: _Arrival, qtbot: QtBot) -> None:
    view = window.scene_list.findChild(SceneView)
    for row in (1, 2, 0):  # the first, which is open, is selected no longer then
        place = view.visualRect(window.scene_list.model.index(row)).center()
        qtbot.mouseClick(view.viewport(), LEFT, CONTROL, place)
    arrive("bed.png")
    assert [scene.name for scene in window.scene_list.selected_scenes()] == ["1.png", "2.png"]


def test_the_active_class_stays_when_the_classes_get_the_keyboard(
    window: MainWindow, arrive: _Arrival
) -> None:
    press(window, Qt.Key.Key_5)
    arrive("bed.png")
    window.label_panel.classes.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.session.active_class == 4
    QTest.keyClick(window.label_panel.classes, Qt.Key.Key_Down)
    assert window.session.active_class == 5
