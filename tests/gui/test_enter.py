"""Enter marks a scene as done, but not where it was meant for something else."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.folders import labels_of
from tests.gui.windows import CONTROL, HEIGHT, LEFT, NONE, WIDTH, click, deliver, press
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.project import SceneState

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
CORNERS = ((20, 20), (80, 20), (80, 60))


def _undecided(window: MainWindow) -> None:
    """The open scene has a prediction that nobody has checked."""
    deliver(window.session, np.zeros((HEIGHT, WIDTH), np.uint8))


def _open(window: MainWindow) -> str:
    assert window.session.scene is not None
    return window.session.scene.name


@pytest.mark.parametrize("key", ENTER)
@pytest.mark.parametrize(("words", "opened"), [("2", "2.png"), ("no such scene", "0.png")])
def test_enter_in_the_search_is_for_the_search(
    window: MainWindow, key: Qt.Key, words: str, opened: str
) -> None:
    _undecided(window)
    press(window, Qt.Key.Key_F, CONTROL)
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, words)
    QTest.keyClick(field, key)
    assert _open(window) == opened
    session = window.session
    assert session.known.read(session.scenes[0]) is SceneState.PREDICTED


@pytest.mark.parametrize("key", ENTER)
def test_enter_after_a_click_on_a_class_ends_the_polygon(window: MainWindow, key: Qt.Key) -> None:
    _undecided(window)
    press(window, Qt.Key.Key_G)
    for x, y in CORNERS:
        click(window.canvas, x, y)
    classes = window.label_panel.classes
    row = classes.visualRect(classes.model().index(4, 0))
    QTest.mouseClick(classes.viewport(), LEFT, NONE, row.center())
    classes.setFocus()
    QTest.keyClick(classes, key)
    session = window.session
    assert (_open(window), session.is_done) == ("0.png", False)
    assert not session.strokes.under_way
    assert labels_of(session)[25, 70] == 4
    assert session.document is not None
    assert session.document.origin_counts()[Origin.ACCEPTED] == 0
    QTest.keyClick(classes, key)
    assert session.known.read(session.scenes[0]) is SceneState.DONE
