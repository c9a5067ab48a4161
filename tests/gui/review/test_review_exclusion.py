"""Scenes that are excluded are no part of the review, nor of what is left to do."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.review.hands import bar_of, seen_region
from tests.gui.windows import CONTROL, LEFT, SHIFT, open_window, press, scene_folder
from tests.tasks.reviews import write_predicted
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.review_file import review_path

Key = Qt.Key
BOTH = CONTROL | SHIFT


def _scenes_of_queue(window: MainWindow) -> set[str]:
    return {region.scene for region in window.session.review.store.folder.waiting()}


def test_who_excludes_the_scene_under_review_is_told_and_led_to_the_next_region(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    words = reviewing.contents.review_panel.words
    press(reviewing, Key.Key_X, BOTH)
    assert seen_region(reviewing) == ("2.png", 0)
    assert bar_of(reviewing).isVisible()
    assert reviewing.toasts.sentences() == ("1.png is excluded. The review goes on without it.",)
    qtbot.waitUntil(lambda: _scenes_of_queue(reviewing) == {"0.png", "2.png"})
    qtbot.waitUntil(lambda: "4 left" in words.text())
    assert seen_region(reviewing) == ("2.png", 0)


def test_an_exclusion_by_mistake_is_taken_back_from_the_notice(reviewing: MainWindow, qtbot: QtBot) -> None:
    press(reviewing, Key.Key_X, BOTH)
    undo = reviewing.toasts.findChild(QToolButton, "toastOffer")
    assert isinstance(undo, QToolButton)
    qtbot.mouseClick(undo, LEFT)
    qtbot.waitUntil(lambda: _scenes_of_queue(reviewing) == {"0.png", "1.png", "2.png"})
    qtbot.waitUntil(lambda: "6 left" in reviewing.contents.review_panel.words.text())
    assert seen_region(reviewing) == ("2.png", 0)


def test_the_way_back_leads_to_no_scene_that_is_excluded(reviewing: MainWindow, said: list[str]) -> None:
    press(reviewing, Key.Key_S)
    assert seen_region(reviewing) == ("2.png", 0)
    reviewing.session.marking.toggle_excluded([reviewing.session.scenes[1]])
    assert seen_region(reviewing) == ("2.png", 0)
    press(reviewing, Key.Key_Backspace)
    assert seen_region(reviewing) == ("2.png", 0)
    assert said == ["This is where you began."]


def test_the_review_ends_where_every_scene_is_excluded(
    reviewing: MainWindow, qtbot: QtBot, said: list[str]
) -> None:
    reviewing.session.marking.toggle_excluded(reviewing.session.scenes)
    qtbot.waitUntil(lambda: not bar_of(reviewing).isVisible())
    assert said == [
        "1.png is excluded. The review goes on without it.",
        "The regions that are left lie in scenes that are excluded.",
    ]


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
