"""The folding parts of the Label tab."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.gui.remembered import load_remembered
from unetpp_desktop.gui.section import Section


def test_a_section_folds_and_unfolds_by_click_and_by_key(qtbot: QtBot) -> None:
    content = QLabel("words")
    section = Section("words", "Words", content, folded=True)
    qtbot.addWidget(section)
    section.show()
    heading = section.findChild(QToolButton)
    assert heading is not None
    assert not content.isVisible()
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert content.isVisible()
    QTest.keyClick(heading, Qt.Key.Key_Space)
    assert not content.isVisible()
    assert section.folded


def test_what_was_unfolded_is_so_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    config, folder = tmp_path / "config", scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, config, folder)
    section = window.label_panel.add_section("more", "More", QLabel("words"))
    assert section.folded
    section.fold(False)
    window.close()
    again = open_window(qtbot, config, folder)
    assert not again.label_panel.add_section("more", "More", QLabel("words")).folded
    assert load_remembered(config / "remembered.json").folded["more"] is False
