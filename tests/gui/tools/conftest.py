"""Fixtures of the tests of tools."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.gui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_diameter(5)
    window.session.set_class(4)
    return window
