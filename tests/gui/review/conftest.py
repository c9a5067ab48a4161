"""Fixtures of the tests of the review."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.windows import open_window, press
from tests.tasks.reviews import review_folder
from unetpp_desktop.gui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return open_window(qtbot, tmp_path / "config", review_folder(tmp_path / "scenes"))


@pytest.fixture
def reviewing(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The review has begun with the most urgent region: the bigger one of 1.png."""
    press(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    return window
