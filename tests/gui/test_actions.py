"""The table of actions, and the words of the whole window."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.core.resources import data_folder
from unetpp_desktop.gui.actions import ACTIONS, MENUS
from unetpp_desktop.gui.command_box import CommandBox
from unetpp_desktop.gui.key_bindings import shown_keys
from unetpp_desktop.gui.keys_sheet import KeysSheet
from unetpp_desktop.gui.settings_dialog import SettingsDialog


def test_names_are_unique_and_menus_name_actions() -> None:
    names = [spec.name for spec in ACTIONS]
    assert len(set(names)) == len(names)
    assert {name for _, group in MENUS for name in group if name} <= set(names)


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.name)
def test_every_action_has_words_and_a_key(spec) -> None:  # type: ignore[no-untyped-def]
    assert spec.shown_text()
    assert spec.shown_tip()
    assert spec.shortcuts
    assert not spec.icon or (data_folder("resources") / "icons" / f"{spec.icon}.svg").exists()


def test_no_key_does_two_things() -> None:
    keys = [
        QKeySequence(keys).toString()
        for spec in ACTIONS
        for keys in (*spec.shortcuts, *spec.canvas_shortcuts)
    ]
    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_the_tooltips_of_the_buttons_name_the_keys(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config")
    for spec in ACTIONS:
        assert shown_keys(window.session.settings, spec) in window.commands[spec.name].toolTip()


class _Brackets(QTranslator):
    """A language in which every text is in brackets."""

    def translate(self, context: str, source: str, disambiguation: str = "", n: int = -1) -> str:
        return f"⟦{source}⟧"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def brackets(qtbot: QtBot) -> Iterator[None]:
    application = QApplication.instance()
    assert application is not None
    translator = _Brackets()
    application.installTranslator(translator)
    yield
    application.removeTranslator(translator)


@pytest.mark.usefixtures("brackets")
def test_every_word_of_the_window_can_be_translated(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    dialog, sheet = SettingsDialog(window.session, window), KeysSheet(window.session.settings, window)
    CommandBox(window)  # a child of the window
    qtbot.addWidget(dialog)
    qtbot.addWidget(sheet)
    data = {*window.session.palette.names, "scenes", *(entry.name for entry in window.session.models())}
    assert window.commands["undo"].text() == "⟦Undo⟧"
    untranslated = [
        text
        for widget in (window, dialog, sheet)
        for text in _texts(widget)
        if _has_words(text) and "⟦" not in text and text.strip() not in data
    ]
    assert untranslated == []


def _texts(top: QWidget) -> Iterator[str]:
    for widget in (top, *top.findChildren(QWidget)):
        yield widget.toolTip()
        yield widget.accessibleName()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        if isinstance(widget, QTabWidget):
            yield from (widget.tabText(place) for place in range(widget.count()))
    for action in top.findChildren(QAction):
        yield action.text()
        yield action.toolTip()


def _has_words(text: str) -> bool:
    """Keys (F5, PgUp), paths, numbers and signs are the same in every language."""
    words = re.sub(
        r"[^\s/]*/\S*|\b(Ctrl|Shift|Alt|PgUp|PgDown|Return|Enter|Left|Right|Tab|or|px|Esc)\b", "", text
    )
    return re.search(r"[A-Za-z]{2,}", words) is not None
