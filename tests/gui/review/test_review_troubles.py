"""The review where a disk refuses, and where scenes of the queue cannot be shown any more."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.review.hands import planes_in, seen_region
from tests.gui.windows import CONTROL, drag, press
from tests.tasks.reviews import BIG
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui import prefetch, scene_opening
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.thumbnails import Thumbnails
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


def _break(window: MainWindow, *names: str) -> None:
    """From now on the images of these scenes cannot be read."""
    for name in names:
        path = _project(window).scene(name).image_path
        path.write_bytes(path.read_bytes()[:60])  # its size can be read


def _know(window: MainWindow, qtbot: QtBot) -> None:
    """The queue is known, and no thumbnail is still to be read: one that is broken leaves the queue."""
    store = window.session.review.store
    thumbnails = window.findChild(Thumbnails)
    assert thumbnails is not None
    qtbot.waitUntil(lambda: all(thumbnails.pixmap(scene) for scene in window.session.scenes))
    store.want()
    qtbot.waitUntil(lambda: store.loaded)


def _wait_for_region(window: MainWindow, qtbot: QtBot) -> tuple[str, int]:
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    return seen_region(window)


@pytest.mark.parametrize("large", [False, True])
def test_a_scene_that_cannot_be_shown_is_passed_over(
    window: MainWindow, qtbot: QtBot, said: list[str], monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr(scene_opening, "_LARGE", 0)
        monkeypatch.setattr(prefetch, "_MOST_BYTES", 0)
    _know(window, qtbot)
    _break(window, "1.png")
    press(window, Key.Key_S)
    seen = [_wait_for_region(window, qtbot)]
    (sentence,) = said
    assert sentence.startswith("The review passes 1.png over.")
    assert sentence in window.toasts.sentences()
    for _ in range(3):
        press(window, Key.Key_V)
        seen.append(_wait_for_region(window, qtbot))
    assert seen == [("2.png", 0), ("0.png", 0), ("2.png", 1), ("0.png", 1)]
    qtbot.waitUntil(lambda: window.session.review.store.folder.waiting_count == 1)  # 1.png has none any more
    assert said == [sentence]


def test_the_review_goes_on_where_a_region_is_gone_when_its_scene_is_there(
    reviewing: MainWindow, qtbot: QtBot, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, store = reviewing.session, reviewing.session.review.store
    monkeypatch.setattr(scene_opening, "_LARGE", 0)
    monkeypatch.setattr(prefetch, "_MOST_BYTES", 0)
    read_image, may_read = prefetch.read_image, threading.Event()

    def read_late(path: Path) -> np.ndarray:
        assert path.name != "2.png" or may_read.wait(10)
        return read_image(path)

    monkeypatch.setattr(prefetch, "read_image", read_late)
    press(reviewing, Key.Key_V)
    assert session.is_reading
    session.known.note_unreadable(
        _project(reviewing).scene("2.png")
    )  # as a thumbnail does, while it is copied
    store.read_again("2.png")
    qtbot.waitUntil(lambda: "2.png" not in store.folder.scenes)
    may_read.set()
    assert _wait_for_region(reviewing, qtbot) == ("0.png", 0)
    assert said == []


def test_the_review_begins_from_an_open_scene_that_cannot_be_shown(window: MainWindow, qtbot: QtBot) -> None:
    _know(window, qtbot)
    _break(window, "1.png")
    press(window, Key.Key_D)
    assert window.session.problem is not None
    press(window, Key.Key_S)
    assert _wait_for_region(window, qtbot) == ("2.png", 0)


def test_it_is_told_where_no_scene_of_the_queue_can_be_shown(
    window: MainWindow, qtbot: QtBot, said: list[str]
) -> None:
    _know(window, qtbot)
    _break(window, "0.png", "1.png", "2.png")
    window.session.reopen_scene()
    press(window, Key.Key_S)
    qtbot.waitUntil(lambda: len(said) == 4)
    assert said[-1] == "The regions that are left lie in scenes that cannot be shown."
    assert window.session.review.current is None


def test_undo_of_a_decision_in_a_scene_that_is_gone_undoes_nothing_elsewhere(
    window: MainWindow, qtbot: QtBot, said: list[str]
) -> None:
    session, project = window.session, _project(window)
    assert session.go_to(project.scene("2.png"))
    press(window, Key.Key_R)
    drag(window.canvas, (100, 20), (110, 30))
    press(window, Key.Key_S)
    assert _wait_for_region(window, qtbot) == ("1.png", 0)
    press(window, Key.Key_V)
    assert seen_region(window)[0] == "2.png"
    painted = session.document
    assert painted is not None
    assert painted.can_undo
    (project.folder / "1.png").rename(project.folder / "renamed.png")
    session.walk.rescan()
    qtbot.waitUntil(lambda: "1.png" not in [scene.name for scene in session.scenes])
    press(window, Key.Key_Z, CONTROL)
    assert "1.png" in said[-1]
    press(window, Key.Key_S)
    _wait_for_region(window, qtbot)
    assert painted.can_undo


def test_what_cannot_be_taken_back_in_a_scene_is_taken_back_in_no_other(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    for _ in range(4):
        press(reviewing, Key.Key_V)
    assert seen_region(reviewing) == ("2.png", 1)
    _break(reviewing, "1.png")
    press(reviewing, Key.Key_Z, CONTROL)  # goes back to 1.png
    assert _wait_for_region(reviewing, qtbot) == ("2.png", 1)
    assert planes_in(reviewing, BIG) == ({3}, {Origin.ACCEPTED})
