"""A window whose network waits to be let answer."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.oracle import Oracle, choose_oracle
from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, oracle: Oracle) -> MainWindow:
    """Four scenes without labels, the first one open; the network has been asked about it."""
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 4))
    choose_oracle(window, oracle, tmp_path)
    window.session.change_setting(declared.ON_OPENING, OnOpening.PREVIEW)
    qtbot.waitUntil(lambda: oracle.asked == [1])
    return window
