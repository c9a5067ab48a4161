"""The box that finds actions, classes and scenes by name."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, open_window, press, scene_folder
from unetpp_desktop.gui.command_box import CommandBox
from unetpp_desktop.gui.command_entries import Entry, matching
from unetpp_desktop.gui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 12))


def _open(window: MainWindow) -> CommandBox:
    press(window, Qt.Key.Key_K, CONTROL)
    box = QApplication.activePopupWidget()
    assert isinstance(box, CommandBox)
    return box


def _type(box: CommandBox, text: str, *keys: Qt.Key) -> None:
    search = box.findChild(QLineEdit)
    QTest.keyClicks(search, text)
    for key in keys:
        QTest.keyClick(search, key)


def _found(box: CommandBox) -> list[str]:
    rows = box.findChild(QListWidget)
    return [rows.item(row).text() for row in range(rows.count())]


def test_an_action_is_found_and_done(window: MainWindow, qtbot: QtBot) -> None:
    box = _open(window)
    _type(box, "eras")
    assert _found(box)[0] == "Eraser"
    _type(box, "", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.tool.name == "Eraser")
    assert QApplication.activePopupWidget() is None


def test_a_class_is_found_by_its_name(window: MainWindow, qtbot: QtBot) -> None:
    _type(_open(window), "BICYC", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.active_class == 10)


def test_a_key_of_its_own_finds_classes_alone(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_C)
    box = QApplication.activePopupWidget()
    assert isinstance(box, CommandBox)
    assert _found(box) == list(window.session.palette.names)
    _type(box, "ped", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.active_class == 9)


def test_a_scene_is_found_by_its_name(window: MainWindow, qtbot: QtBot) -> None:
    _type(_open(window), "7.png", Qt.Key.Key_Enter)
    qtbot.waitUntil(lambda: window.session.position == 7)


def test_arrow_keys_choose_among_what_was_found(window: MainWindow, qtbot: QtBot) -> None:
    box = _open(window)
    _type(box, "png")
    assert _found(box)[:12] == [f"{number}.png" for number in range(12)]
    _type(box, "", Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.position == 1)


def test_what_cannot_be_done_now_is_not_offered(window: MainWindow, qtbot: QtBot) -> None:
    box = _open(window)
    assert {"Undo", "Previous scene"}.isdisjoint(_found(box))
    assert {"Next scene", "Sky"} <= set(_found(box))
    _type(box, "", Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert window.session.close_folder()
    window.commands["commands"].trigger()
    box = window.findChildren(CommandBox)[-1]
    assert "Open folder…" in _found(box)
    assert {"Next scene", "Sky", "0.png"}.isdisjoint(_found(box))


def test_words_that_nothing_has(window: MainWindow) -> None:
    box = _open(window)
    _type(box, "qqq", Qt.Key.Key_Return)
    assert _found(box) == []
    assert box.isVisible()
    box.reject()


def test_keys_typed_into_the_box_do_nothing_else(window: MainWindow) -> None:
    box = _open(window)
    _type(box, "ed")  # eraser, next scene
    assert window.session.tool.name == "Brush"
    assert window.session.position == 0
    box.reject()


def test_the_beginning_counts_more_than_the_middle() -> None:
    names = ("Show columns", "Hide overlay", "Overlay", "town/over-1.png", "moover.png")
    entries = [Entry(name, "", bool) for name in names]
    found = [entry.text for entry in matching(entries, "over", 4)]
    assert found == ["Overlay", "Hide overlay", "town/over-1.png", "moover.png"]
    assert [entry.text for entry in matching(entries, "1 town", 9)] == ["town/over-1.png"]
