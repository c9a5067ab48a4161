"""Scenes are looked through for doubtful regions, and what happens meanwhile."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, drag, open_window, press, scene_folder, write_scene
from tests.tasks.reviews import review_folder, write_predicted
from unetpp_desktop.gui import prefetch, scene_opening
from unetpp_desktop.gui.jobs import JobState
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project

Key = Qt.Key


def test_scenes_that_nobody_looked_at_are_looked_at_by_itself(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    folder = scene_folder(tmp_path / "scenes", 2)
    project = Project.open(folder)
    write_predicted(project, "0.png", 200, with_review=False)
    window = open_window(qtbot, tmp_path / "config", folder)
    window.session.set_model(tiny_model)
    press(window, Key.Key_I, CONTROL)
    qtbot.waitUntil(lambda: "0.png" in window.session.review.store.folder.scenes, timeout=30_000)
    assert not window.session.review.store.missing()


def _open_unseen(qtbot: QtBot, tmp_path: Path, model: ModelEntry, count: int) -> MainWindow:
    """A folder of so many predicted scenes, in which nobody has looked for doubtful regions yet."""
    folder = scene_folder(tmp_path / "scenes", count)
    project = Project.open(folder)
    for number in range(count):
        write_predicted(project, f"{number}.png", 200, with_review=False)
    window = open_window(qtbot, tmp_path / "config", folder)
    window.session.set_model(model)
    qtbot.waitUntil(lambda: len(window.session.review.store.missing()) == count)
    return window


def test_many_are_looked_at_by_a_key_in_a_job_that_is_seen(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    window = _open_unseen(qtbot, tmp_path, tiny_model, 14)
    press(window, Key.Key_I, CONTROL)
    panel = window.contents.review_panel
    qtbot.waitUntil(panel.find_button.isVisible)
    started: list[str] = []
    window.session.jobs.job_started.connect(lambda job: started.append(job.title))
    press(window, Key.Key_F6)
    assert started == ["Find what to review in 14 scenes"]
    qtbot.waitUntil(lambda: len(window.session.review.store.folder.scenes) == 14, timeout=60_000)
    qtbot.waitUntil(lambda: not panel.find_button.isVisible())


def test_after_a_search_that_was_stopped_it_is_told_how_to_look_again(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    window = _open_unseen(qtbot, tmp_path, tiny_model, 14)
    session, offers = window.session, list[tuple[str, Offer]]()
    session.offer.connect(lambda sentence, offer: offers.append((sentence, offer)))
    with session.predictors.turn(lambda: None):  # which the search waits for
        press(window, Key.Key_S)
        qtbot.waitUntil(lambda: session.review.store.building)
        for job in session.jobs.active:
            job.cancel()
    qtbot.waitUntil(lambda: len(offers) == 1)
    press(window, Key.Key_S)
    sentences = {sentence for sentence, _ in offers}
    assert sentences == {"Pre-labelled scenes that were not looked at yet: 14."}
    assert len(offers) == 2
    offers[-1][1].accept()
    qtbot.waitUntil(lambda: not session.review.store.missing(), timeout=60_000)


def test_the_first_key_looks_for_what_is_to_be_reviewed_and_then_begins(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    window = _open_unseen(qtbot, tmp_path, tiny_model, 2)
    window.contents.inspector.setCurrentIndex(0)
    window.session.review.next()  # the tab, which would look by itself, stays closed
    qtbot.waitUntil(lambda: window.session.review.current is not None, timeout=30_000)


def test_whoever_goes_to_another_scene_meanwhile_is_not_called_back(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    window = _open_unseen(qtbot, tmp_path, tiny_model, 2)
    session, review = window.session, window.session.review
    with session.predictors.turn(lambda: None):  # which the search waits for
        press(window, Key.Key_S)
        qtbot.waitUntil(lambda: review.store.building)
        press(window, Key.Key_D)
    qtbot.waitUntil(lambda: len(review.store.folder.scenes) == 2, timeout=30_000)
    assert review.current is None
    assert session.scene == session.scenes[1]
    press(window, Key.Key_S)
    assert review.current is not None


def test_whoever_paints_meanwhile_is_not_led_away(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    window = _open_unseen(qtbot, tmp_path, tiny_model, 2)
    session, review = window.session, window.session.review
    with session.predictors.turn(lambda: None):
        press(window, Key.Key_S)
        qtbot.waitUntil(lambda: review.store.building)
        drag(window.canvas, (10, 10), (60, 40))
    qtbot.waitUntil(lambda: len(review.store.folder.scenes) == 2, timeout=30_000)
    assert review.current is None
    assert session.document is not None
    assert session.document.can_undo


def test_a_start_that_was_asked_for_in_another_folder_is_forgotten(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    window = _open_unseen(qtbot, tmp_path, tiny_model, 2)
    review = window.session.review
    with window.session.predictors.turn(lambda: None):
        press(window, Key.Key_S)
        qtbot.waitUntil(lambda: review.store.building)
        assert window.session.open_folder(review_folder(tmp_path / "other"))
    qtbot.waitUntil(lambda: bool(review.store.folder.order))
    assert review.current is None


def test_a_start_is_not_forgotten_when_the_scene_it_was_asked_for_in_has_been_read(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene_opening, "_LARGE", 0)
    monkeypatch.setattr(prefetch, "_MOST_BYTES", 0)
    window = _open_unseen(qtbot, tmp_path, tiny_model, 2)
    session, review = window.session, window.session.review
    qtbot.waitUntil(lambda: not session.is_reading)
    with session.predictors.turn(lambda: None):
        press(window, Key.Key_D)
        press(window, Key.Key_S)
        assert session.is_reading
        qtbot.waitUntil(lambda: review.store.building and not session.is_reading)
    qtbot.waitUntil(lambda: review.current is not None, timeout=30_000)


def test_a_new_image_in_the_folder_leaves_the_search_running(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    window = _open_unseen(qtbot, tmp_path, tiny_model, 14)
    session, store = window.session, window.session.review.store
    press(window, Key.Key_I, CONTROL)
    with session.predictors.turn(lambda: None):
        press(window, Key.Key_F6)
        (job,) = session.jobs.active
        write_scene(tmp_path / "scenes" / "99.png")
        qtbot.waitUntil(lambda: len(session.scenes) == 15, timeout=20_000)
        assert job.state is JobState.RUNNING
    qtbot.waitUntil(lambda: len(store.folder.scenes) == 14, timeout=60_000)
