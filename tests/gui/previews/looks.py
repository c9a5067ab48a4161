"""What is seen of the open scene, and waiting for it."""

import numpy as np
from pytestqt.qtbot import QtBot

from tests.gui.oracle import Oracle
from unetpp_desktop.gui.main_window import MainWindow


def origins(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.origins


def depth_shown(window: MainWindow) -> int | None:
    shown = window.session.previews.shown
    return None if shown is None else shown.depth


def wait_for_depth(window: MainWindow, qtbot: QtBot, depth: int | None) -> None:
    qtbot.waitUntil(lambda: depth_shown(window) == depth)


def let_answer(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    """Lets the network say everything about the open scene."""
    oracle.go.release(2)
    wait_for_depth(window, qtbot, 4)
