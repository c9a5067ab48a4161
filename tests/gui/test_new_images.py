"""Images that are put into the open folder, or go away, while somebody works in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, LEFT, NONE, SHIFT, drag, press, saved_labels, write_scene
from unetpp_desktop.core.palette import VOID
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


def _go_away(window: MainWindow, qtbot: QtBot, *paths: Path) -> None:
    with qtbot.waitSignal(window.session.project_changed):
        for path in paths:
            path.unlink()


def _texts(window: MainWindow) -> list[str]:
    buttons = window.contents.top_bar.findChildren(QAbstractButton)
    labels = window.scene_list.findChildren(QLabel)
    return [widget.text() for widget in (*buttons, *labels) if widget.isVisible()]


@pytest.mark.parametrize(
    ("key", "modifiers", "opened"),
    [
        (Qt.Key.Key_D, NONE, "2.png"),
        (Qt.Key.Key_A, NONE, "0.png"),
        (Qt.Key.Key_D, CONTROL | SHIFT, "2.png"),
        (Qt.Key.Key_A, CONTROL | SHIFT, "0.png"),
    ],
)
def test_the_image_of_the_open_scene_goes_away(
    window: MainWindow,
    folder: Path,
    qtbot: QtBot,
    said: list[str],
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    opened: str,
) -> None:
    press(window, Qt.Key.Key_D)
    drag(window.canvas, (20, 20), (60, 60))
    _go_away(window, qtbot, folder / "1.png")
    assert said == [
        f"1.png is no longer in its folder. What is labelled on it stays in {folder / 'labels' / '1.png'}; "
        "put the image back to open it again."
    ]
    assert (saved_labels(folder, "1.png") != VOID).any()
    assert "– / 2" in _texts(window)
    press(window, key, modifiers)
    assert window.session.scene is not None
    assert window.session.scene.name == opened
    with qtbot.waitSignal(window.session.project_changed):
        write_scene(folder / "1.png", 1)
    window.session.go_to(window.session.scenes[1])
    assert window.session.document is not None
    assert (window.session.document.labels == saved_labels(folder, "1.png")).all()


def test_an_image_without_labels_goes_away(
    window: MainWindow, folder: Path, qtbot: QtBot, said: list[str]
) -> None:
    _go_away(window, qtbot, folder / "2.png")
    assert said == []  # it was not open
    _go_away(window, qtbot, folder / "0.png")
    assert said == [f"0.png is no longer in {folder}. It stays open until you go to another scene."]
    assert not (folder / "labels").exists()
    press(window, Qt.Key.Key_A)
    assert window.session.position == -1  # there is none before it
    press(window, Qt.Key.Key_D)
    assert window.session.position == 0


def test_an_emptied_folder_says_how_to_go_on(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    _go_away(window, qtbot, *folder.glob("*.png"))
    (words,) = (text for text in _texts(window) if "Ctrl+O" in text)
    assert words.startswith("No image is left in this folder")
