"""Keys: other ones for any action, other keyboards, the sheet that shows them."""

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, NONE, SHIFT, drag, open_window, press, scene_folder
from unetpp_desktop.gui.actions import ACTIONS
from unetpp_desktop.gui.command_box import CommandBox
from unetpp_desktop.gui.key_bindings import first_key, give_keys, shown_keys
from unetpp_desktop.gui.key_editor import KeyEditor
from unetpp_desktop.gui.key_field import KeyField
from unetpp_desktop.gui.keys_sheet import KeysSheet
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.physical_keys import key_by_place
from unetpp_desktop.gui.settings_dialog import SettingsDialog

ALT = Qt.KeyboardModifier.AltModifier
SPECS = {spec.name: spec for spec in ACTIONS}
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="scan codes of Linux")


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(window.session, window)
    qtbot.addWidget(dialog)
    dialog.show_keys()
    dialog.show()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def _choose(dialog: SettingsDialog, text: str) -> None:
    """The action that is called exactly ``text``."""
    table = dialog.findChild(QTableWidget)
    row = next(row for row in range(table.rowCount()) if table.item(row, 0).text() == text)
    table.selectRow(row)


def _push(dialog: QWidget, text: str) -> None:
    button = next(button for button in dialog.findChildren(QPushButton) if button.text() == text)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _shown(dialog: QWidget, text: str) -> bool:
    return any(button.text() == text and button.isVisible() for button in dialog.findChildren(QPushButton))


def _close(dialog: SettingsDialog, window: MainWindow, qtbot: QtBot) -> None:
    dialog.accept()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def _said(dialog: SettingsDialog) -> str:
    return dialog.findChild(KeyField).text()


def _press_key(dialog: SettingsDialog, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(dialog.findChild(KeyField), key, modifiers)


def _keys(window: MainWindow, name: str) -> str:
    return shown_keys(window.session.settings, SPECS[name])


def test_another_key_counts_at_once_everywhere(
    window: MainWindow, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    _choose(dialog, "Eraser")
    _push(dialog, "Change…")
    assert "Eraser" in _said(dialog)
    _press_key(dialog, Qt.Key.Key_F7)
    _close(dialog, window, qtbot)
    press(window, Qt.Key.Key_E)
    assert window.session.tool.name == "Brush"
    press(window, Qt.Key.Key_F7)
    assert window.session.tool.name == "Eraser"
    assert "(F7)" in window.commands["eraser"].toolTip()
    box = CommandBox(window)
    assert any(entry.text == "Eraser" and entry.note == "F7" for entry in box._entries)
    sheet = KeysSheet(window.session.settings, window)
    assert "F7" in [label.text() for label in sheet.findChildren(QLabel, "keyCap")]


def test_a_key_more_joins_those_that_are_there(window: MainWindow, dialog: SettingsDialog) -> None:
    _choose(dialog, "Undo")
    _push(dialog, "Add…")
    _press_key(dialog, Qt.Key.Key_Backspace, CONTROL)
    assert _keys(window, "undo") == "Ctrl+Z or Ctrl+Backspace"


def test_a_clash_is_named_before_the_key_is_taken(
    window: MainWindow, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    _choose(dialog, "Brush")
    _push(dialog, "Change…")
    _press_key(dialog, Qt.Key.Key_E)
    assert _said(dialog) == "E is the key of “Eraser”."
    assert (_keys(window, "brush"), _keys(window, "eraser")) == ("B", "E")
    _push(dialog, "Take it")
    assert (_keys(window, "brush"), _keys(window, "eraser")) == ("E", "")
    assert not _shown(dialog, "Take it")
    _close(dialog, window, qtbot)
    window.commands["eraser"].trigger()
    press(window, Qt.Key.Key_E)
    assert window.session.tool.name == "Brush"
    assert "(" not in window.commands["eraser"].toolTip()


def test_a_key_that_another_action_has_can_be_left_to_it(window: MainWindow, dialog: SettingsDialog) -> None:
    _choose(dialog, "Brush")
    _push(dialog, "Change…")
    _press_key(dialog, Qt.Key.Key_D)
    _push(dialog, "Leave it")
    assert (_keys(window, "brush"), _keys(window, "next_scene")) == ("B", "D or PgDown or Right")


def test_space_and_esc_stay_with_the_canvas(window: MainWindow, dialog: SettingsDialog) -> None:
    _choose(dialog, "Brush")
    _push(dialog, "Change…")
    _press_key(dialog, Qt.Key.Key_Space)
    assert "needed by the canvas" in _said(dialog)
    _press_key(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert _keys(window, "brush") == "B"


def test_clear_and_restore(window: MainWindow, dialog: SettingsDialog, qtbot: QtBot) -> None:
    _choose(dialog, "Next scene")
    _push(dialog, "Clear")
    assert _keys(window, "next_scene") == ""
    assert not window.commands["next_scene"].shortcuts()
    _push(dialog, "Restore")
    _close(dialog, window, qtbot)
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_D)
    assert window.session.position == 2
    assert window.session.settings.keys == {}


def test_restoring_all_keys(window: MainWindow, dialog: SettingsDialog) -> None:
    give_keys(window.session, SPECS["brush"], ("E",))
    _push(dialog, "Restore defaults")
    assert (_keys(window, "brush"), _keys(window, "eraser")) == ("B", "E")


def test_cancel_brings_the_keys_back(window: MainWindow, dialog: SettingsDialog) -> None:
    give_keys(window.session, SPECS["undo"], ("F8",))
    dialog.reject()
    assert _keys(window, "undo") == "Ctrl+Z"


def test_only_differences_are_kept_and_they_come_back(
    window: MainWindow, dialog: SettingsDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    give_keys(window.session, SPECS["brush"], ("F7", "B"))
    give_keys(window.session, SPECS["undo"], ("F8",))
    give_keys(window.session, SPECS["undo"], ("Ctrl+Z",))
    dialog.accept()
    kept = json.loads((tmp_path / "config" / "settings.json").read_text())
    assert kept == {"keys": {"brush": ["F7", "B"]}}
    again = open_window(qtbot, tmp_path / "config")
    assert _keys(again, "brush") == "F7 or B"
    assert "F7 or B" in again.commands["brush"].toolTip()


def test_the_table_is_searched_by_words_and_keys(dialog: SettingsDialog) -> None:
    editor, table = dialog.findChild(KeyEditor), dialog.findChild(QTableWidget)
    search = editor.findChild(QLineEdit)
    QTest.keyClicks(search, "undone next")
    rows = [row for row in range(table.rowCount()) if not table.isRowHidden(row)]
    assert [table.item(row, 0).text() for row in rows] == ["Next undone scene"]
    QTest.keyClick(search, Qt.Key.Key_Return)  # goes to the rows, does not close the dialog
    assert dialog.isVisible()
    assert table.hasFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert "Next undone scene" in _said(dialog)


def test_a_key_that_lists_need_works_on_the_canvas_only(window: MainWindow) -> None:
    give_keys(window.session, SPECS["next_scene"], ("Down",))
    window.scene_list.focus_search()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert window.session.position == 0
    press(window, Qt.Key.Key_Down)
    assert window.session.position == 1


def test_the_hint_on_the_canvas_names_the_key_of_now(window: MainWindow) -> None:
    give_keys(window.session, SPECS["brush"], ("F7",))
    window.session.next_scene()
    assert "F7" in window.canvas.hint


def test_a_short_look_follows_its_key(window: MainWindow, qtbot: QtBot) -> None:
    give_keys(window.session, SPECS["peek"], ("F7",))
    canvas = window.canvas
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_F7)
    assert canvas.overlay_hidden
    QTest.keyRelease(canvas, Qt.Key.Key_T)  # nothing to do with it
    qtbot.wait(300)
    QTest.keyRelease(canvas, Qt.Key.Key_F7)
    assert not canvas.overlay_hidden


def _event(key: int, scan_code: int, held: Qt.KeyboardModifier = NONE, text: str = "") -> QKeyEvent:
    return QKeyEvent(QKeyEvent.Type.KeyPress, key, held, scan_code, 0, 0, text)


@only_linux
@pytest.mark.parametrize(
    ("key", "scan_code", "held", "meant"),
    [
        (0x418, 56, NONE, "B"),  # Russian и
        (0x42F, 52, CONTROL, "Ctrl+Z"),  # Russian я
        (0x426, 25, NONE, "W"),
        (ord("&"), 10, NONE, "1"),  # French: digits need Shift
        (ord("1"), 10, SHIFT, "1"),
        (0xC0, 19, NONE, "0"),  # French à
        (ord("&"), 10, ALT, "Alt+1"),
        (ord("-"), 15, NONE, "6"),
        (0xDC, 34, NONE, "["),  # German ü
        (ord("+"), 35, NONE, "]"),
        (Qt.Key.Key_Dead_Circumflex, 34, NONE, "["),  # French dead key
        (ord(";"), 59, NONE, ","),
        (ord("Z"), 29, CONTROL, None),  # German Z lies where Y is: the letter counts
        (ord("A"), 24, NONE, None),  # French A lies where Q is
        (ord("'"), 24, NONE, None),  # Dvorak: no letter is read into a sign
        (ord(","), 58, NONE, None),  # French comma lies where M is
        (ord("1"), 87, Qt.KeyboardModifier.KeypadModifier, None),
        (ord("["), 17, Qt.KeyboardModifier.GroupSwitchModifier, None),  # German AltGr+8
        (Qt.Key.Key_F1, 67, NONE, None),
    ],
)
def test_what_the_place_of_a_key_means(
    key: int, scan_code: int, held: Qt.KeyboardModifier, meant: str | None
) -> None:
    assert key_by_place(_event(key, scan_code, held)) == meant


@only_linux
def test_digits_of_a_french_keyboard_choose_classes(window: MainWindow) -> None:
    window.canvas.setFocus()
    QApplication.sendEvent(window.canvas, _event(ord('"'), 12, text='"'))
    assert window.session.active_class == 2
    QApplication.sendEvent(window.canvas, _event(ord("5"), 14, SHIFT, "5"))
    assert window.session.active_class == 4
    QApplication.sendEvent(window.canvas, _event(ord("'"), 13, ALT))
    assert window.session.depth == 4


@only_linux
def test_places_follow_other_keys(window: MainWindow) -> None:
    give_keys(window.session, SPECS["eraser"], ("[",))
    window.canvas.setFocus()
    QApplication.sendEvent(window.canvas, _event(0xDC, 34, text="ü"))
    assert window.session.tool.name == "Eraser"


@only_linux
def test_a_key_of_another_keyboard_is_kept_by_its_place(window: MainWindow, dialog: SettingsDialog) -> None:
    _choose(dialog, "Undo")
    _push(dialog, "Change…")
    QApplication.sendEvent(dialog.findChild(KeyField), _event(0x418, 56, text="и"))
    assert _said(dialog) == "B is the key of “Brush”."
    _push(dialog, "Take it")
    assert first_key(window.session.settings, "undo") == "B"
    # A French " is where 3 is: whoever takes it is told what it meant.
    _push(dialog, "Change…")
    QApplication.sendEvent(dialog.findChild(KeyField), _event(ord('"'), 12, text='"'))
    assert _said(dialog) == '" is the key of “Class 3”.'


@only_linux
def test_a_held_key_does_not_switch_again_and_again(window: MainWindow) -> None:
    window.canvas.setFocus()
    for repeated in (False, True, True):
        event = QKeyEvent(QKeyEvent.Type.KeyPress, 0x415, NONE, 28, 0, 0, "е", repeated)  # Russian е: T
        QApplication.sendEvent(window.canvas, event)
    assert window.canvas.overlay_hidden


def test_the_sheet_is_narrowed_by_what_is_typed(window: MainWindow, qtbot: QtBot) -> None:
    sheet = KeysSheet(window.session.settings, window)
    qtbot.addWidget(sheet)
    search = sheet.findChild(QLineEdit)
    QTest.keyClicks(search, "ctrl redo")
    assert _rows(sheet) == ["Redo"]
    search.clear()
    QTest.keyClicks(search, "wheel")
    assert {"Zoom", "Brush size"} <= set(_rows(sheet))
    search.clear()
    QTest.keyClicks(search, "qqq")
    assert _rows(sheet) == ["No action and no key has these words."]
    search.clear()
    in_menus = {spec.shown_text() for spec in ACTIONS if not spec.name.startswith("class_")}
    assert in_menus <= set(_rows(sheet))


def _rows(sheet: KeysSheet) -> list[str]:
    area = sheet.findChild(QWidget, "keysPage")
    skipped = ("heading", "keyCap")
    return [label.text() for label in area.findChildren(QLabel) if label.objectName() not in skipped]


def test_two_actions_with_one_key_are_told_and_the_first_keeps_it(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    path.parent.mkdir()
    given = {"brush": ["E"], "redo": ["F7", "f8"], "undo": ["Ctrl+Z", "F8"], "check_here": [""], "peek": [""]}
    path.write_text(json.dumps({"keys": given}))
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    assert window.toasts.sentences() == (
        f"In {path}, F8 is the key of “Undo” and of “Redo”. “Undo” keeps it, “Redo” has F7 now; give it "
        "another one in the settings.",
        f"In {path}, E is the key of “Brush” and of “Eraser”. “Brush” keeps it, “Eraser” has no key now; "
        "give it another one in the settings.",
    )
    window.commands["polygon"].trigger()
    press(window, Qt.Key.Key_E)
    assert window.session.tool.name == "Brush"
    drag(window.canvas, (20, 20), (60, 60))
    press(window, Qt.Key.Key_F8)
    assert not window.commands["undo"].isEnabled()
    assert "(" not in window.commands["eraser"].toolTip()
