"""Enter marks a scene as done, but not where it was meant for something else."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.folders import labels_of
from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    LEFT,
    NONE,
    WIDTH,
    click,
    deliver,
    drag,
    press,
    stay_after_done,
)
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.scene_view import SceneView
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


def _names_done(window: MainWindow) -> list[str]:
    session = window.session
    return [scene.name for scene in session.scenes if session.known.read(scene) is SceneState.DONE]


def test_enter_right_after_an_arrow_key_means_the_scene_that_is_highlighted(window: MainWindow) -> None:
    stay_after_done(window)
    view = window.scene_list.findChild(SceneView)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert _open(window) == "0.png"  # the list waits for where the key stops
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (_open(window), _names_done(window)) == ("1.png", ["1.png"])


def test_done_means_the_only_scene_selected_not_the_open_one(window: MainWindow) -> None:
    stay_after_done(window)
    view = window.scene_list.findChild(SceneView)
    view.setFocus()
    for row in (2, 0):  # the second click takes the open scene out of the selection
        place = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), LEFT, CONTROL, place)
    assert [scene.name for scene in window.scene_list.selected_scenes()] == ["2.png"]
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (_open(window), _names_done(window)) == ("2.png", ["2.png"])
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert _names_done(window) == []


def test_nothing_is_marked_where_the_selected_scene_cannot_be_opened(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay_after_done(window)
    drag(window.canvas, (20, 20), (60, 60))
    view = window.scene_list.findChild(SceneView)
    view.setFocus()
    monkeypatch.setattr(window.session.saving, "leave", lambda: False)  # a full disk
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (_open(window), window.session.is_done, _names_done(window)) == ("0.png", False, [])
