"""The review where a disk refuses, and where scenes of the queue cannot be shown any more."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.review.hands import seen_region
from tests.gui.windows import CONTROL, drag, press
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.review_file import review_path
from unetpp_desktop.tasks.review import RegionState
from unetpp_desktop.tasks.scene_reviews import load_review

Key = Qt.Key


def _project(window: MainWindow) -> Project:
    assert window.session.project is not None
    return window.session.project


def _state(window: MainWindow, scene: str, number: int) -> RegionState | None:
    """What the disk says of a region."""
    review = load_review(_project(window), _project(window).scene(scene))
    return None if review is None else review.regions[number].state


@pytest.mark.parametrize("by_saving", [False, True])
def test_a_disk_that_refuses_what_was_put_off_is_told_once_and_asked_again_later(
    reviewing: MainWindow, qtbot: QtBot, said: list[str], by_saving: bool
) -> None:
    path = review_path(_project(reviewing).own_folder, "1.png")
    aside = path.rename(path.with_suffix(".aside"))
    (path / "in the way").mkdir(parents=True)
    press(reviewing, Key.Key_Z)
    qtbot.waitUntil(lambda: len(said) > 0)
    assert "1.png.json could not be saved" in said[0]
    assert seen_region(reviewing) == ("2.png", 0)
    press(reviewing, Key.Key_Z)
    qtbot.waitUntil(lambda: _state(reviewing, "2.png", 0) is RegionState.DEFERRED)
    qtbot.wait(200)
    assert len(said) == 1
    assert said[0] in reviewing.toasts.sentences()
    (path / "in the way").rmdir()
    path.rmdir()
    aside.rename(path)
    if by_saving:
        press(reviewing, Key.Key_R)
        drag(reviewing.canvas, (15, 15), (30, 30))
        press(reviewing, Key.Key_S, CONTROL)
    else:
        press(reviewing, Key.Key_Z)
    qtbot.waitUntil(lambda: _state(reviewing, "1.png", 0) is RegionState.DEFERRED)
    qtbot.waitUntil(lambda: said[0] not in reviewing.toasts.sentences())
