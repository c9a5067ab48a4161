"""Scenes that are excluded are no part of the review, nor of what is left to do."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.review.hands import bar_of, seen_region
from tests.gui.windows import CONTROL, SHIFT, open_window, press, scene_folder
from tests.tasks.reviews import write_predicted
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.review_file import review_path

Key = Qt.Key
BOTH = CONTROL | SHIFT


def _scenes_of_queue(window: MainWindow) -> set[str]:
    return {region.scene for region in window.session.review.store.folder.waiting()}


def test_a_scene_that_is_excluded_leaves_the_queue_and_comes_back(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    words = reviewing.contents.review_panel.words
    press(reviewing, Key.Key_X, BOTH)
    qtbot.waitUntil(lambda: _scenes_of_queue(reviewing) == {"0.png", "2.png"})
    qtbot.waitUntil(lambda: "4 regions are left" in words.text())
    assert not bar_of(reviewing).isVisible()
    press(reviewing, Key.Key_S)
    assert seen_region(reviewing) == ("2.png", 0)
    reviewing.session.marking.toggle_excluded([reviewing.session.scenes[1]])
    qtbot.waitUntil(lambda: "6 regions are left" in words.text())
    assert seen_region(reviewing) == ("2.png", 0)


def test_a_scene_that_is_excluded_while_the_regions_are_read_leaves_the_queue(
    window: MainWindow, qtbot: QtBot
) -> None:
    store = window.session.review.store
    store.want()
    window.session.marking.toggle_excluded([window.session.scenes[1]])
    qtbot.waitUntil(lambda: store.loaded)
    qtbot.waitUntil(lambda: _scenes_of_queue(window) == {"0.png", "2.png"})


def test_nobody_looks_at_excluded_scenes_and_they_are_not_missing(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    folder = scene_folder(tmp_path / "scenes", 14)
    project = Project.open(folder)
    for number in range(14):
        write_predicted(project, f"{number}.png", 200, with_review=False)
    window = open_window(qtbot, tmp_path / "config", folder)
    session, panel = window.session, window.contents.review_panel
    session.set_model(tiny_model)
    press(window, Key.Key_I, CONTROL)
    qtbot.waitUntil(panel.find_button.isVisible)
    session.marking.toggle_excluded(session.scenes[:13])
    path = review_path(project.own_folder, session.scenes[13].name)
    qtbot.waitUntil(path.is_file, timeout=30_000)  # so few are looked at without being asked
    qtbot.waitUntil(lambda: not panel.find_button.isVisible())
    assert list(path.parent.iterdir()) == [path]
