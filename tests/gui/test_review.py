"""The review by its keys: to the next region, decide, put off, go back, leave; and what the tab says."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, SHIFT, drag, open_window, press, scene_folder, write_scene
from tests.tasks.reviews import BIG, HEIGHT, SMALL, WIDTH, review_folder, write_predicted
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui import prefetch, scene_opening
from unetpp_desktop.gui.jobs import JobState
from unetpp_desktop.gui.keys_sheet import groups
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.review_bar import ReviewBar
from unetpp_desktop.gui.scene_order import SceneSort
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.review import RegionState
from unetpp_desktop.tasks.scene_reviews import load_review

Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return open_window(qtbot, tmp_path / "config", review_folder(tmp_path / "scenes"))


@pytest.fixture
def reviewing(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The review has begun with the most urgent region: the bigger one of 1.png."""
    press(window, Key.Key_S)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    return window


def _at(window: MainWindow) -> tuple[str, int]:
    """The region that is looked at; its scene is open."""
    region = window.session.review.current
    assert region is not None
    assert window.session.scene is not None
    assert window.session.scene.name == region.scene
    return region.scene, region.number


def _planes(window: MainWindow, rect: Rect) -> tuple[set[int], set[int]]:
    """The classes and the origins in a part of the open scene."""
    document = window.session.document
    assert document is not None
    labels, origins = document.labels[rect.slices], document.origins[rect.slices]
    return set(np.unique(labels).tolist()), set(np.unique(origins).tolist())


def _bar(window: MainWindow) -> ReviewBar:
    bar = window.canvas.findChild(ReviewBar)
    assert bar is not None
    return bar


def _answers(window: MainWindow) -> list[str]:
    return [button.text().strip() for button in _bar(window)._classes]


def _corners(window: MainWindow, rect: Rect) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a part of the scene, in pixels of the canvas."""
    viewport = window.canvas.viewport
    return *viewport.to_widget(rect.left, rect.top), *viewport.to_widget(rect.right, rect.bottom)


def test_a_small_scene_is_shown_whole_and_stays_where_it_is(reviewing: MainWindow) -> None:
    canvas = reviewing.canvas
    left, top, right, bottom = _corners(reviewing, Rect(0, 0, HEIGHT, WIDTH))
    assert left >= 0
    assert top >= 0
    assert right <= canvas.width()
    assert bottom <= canvas.height()
    reviewing.session.review.go_to(("1.png", 1))
    assert _at(reviewing) == ("1.png", 1)
    assert _corners(reviewing, Rect(0, 0, HEIGHT, WIDTH)) == (left, top, right, bottom)


def test_a_key_jumps_to_the_next_scene_and_leaves_the_regions_between(
    reviewing: MainWindow, said: list[str]
) -> None:
    press(reviewing, Key.Key_J, SHIFT)
    scene, number = _at(reviewing)
    assert (scene != "1.png", number) == (True, 0)
    seen = {"1.png", scene}
    press(reviewing, Key.Key_J, SHIFT)
    assert _at(reviewing)[0] != scene
    press(reviewing, Key.Key_Backspace)
    assert _at(reviewing) == (scene, number)
    folder = reviewing.session.review.store.folder
    assert folder.share_reviewed == 0
    assert {region.scene for region in folder.waiting()} >= seen
    assert said == []


def test_of_a_large_scene_the_region_is_shown(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.gui.review_sight._ENOUGH_ZOOM", 1000.0)  # no scene fits so large
    press(window, Key.Key_S)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    left, _top, right, _bottom = _corners(window, BIG)
    around = 2 * 1.5 * BIG.width  # on both sides
    assert (right - left) * (BIG.width + around) / BIG.width == pytest.approx(
        min(window.canvas.width(), window.canvas.height()), rel=0.05
    )


def test_a_key_opens_the_scene_of_the_most_urgent_region_and_zooms_to_it(reviewing: MainWindow) -> None:
    assert _at(reviewing) == ("1.png", 0)
    viewport, canvas = reviewing.canvas.viewport, reviewing.canvas
    left, top = viewport.to_widget(BIG.left, BIG.top)
    right, bottom = viewport.to_widget(BIG.right, BIG.bottom)
    assert left > 0
    assert top > 0
    assert right < canvas.width()
    assert bottom < canvas.height()
    assert (right - left) * 4 > canvas.width() / 2
    assert reviewing.contents.inspector.currentWidget() is reviewing.contents.review_panel
    assert canvas.hasFocus()


def test_the_bar_offers_the_candidates_with_their_keys(reviewing: MainWindow) -> None:
    assert _bar(reviewing).isVisible()
    assert _answers(reviewing) == ["1  Road, as it is", "2  Tree", "3  Car"]
    texts = [button.text() for button in _bar(reviewing).findChildren(QToolButton)]
    assert {"V  Right", "Z  Later", "S  Next", "Esc  Leave"} <= set(texts)
    canvas, bar = reviewing.canvas, _bar(reviewing)
    assert canvas.rect().contains(bar.geometry())


def test_a_number_paints_the_region_as_one_edit_and_goes_on(reviewing: MainWindow) -> None:
    before = reviewing.session.active_class
    press(reviewing, Key.Key_2)
    assert _at(reviewing) == ("2.png", 0)
    assert reviewing.session.active_class == before
    press(reviewing, Key.Key_Backspace)
    assert _at(reviewing) == ("1.png", 0)
    assert _planes(reviewing, BIG) == ({5}, {Origin.PAINTED})
    assert _planes(reviewing, SMALL) == ({3}, {Origin.MODEL})
    document = reviewing.session.document
    assert document is not None
    assert [edit.name for edit in document.history.entries()] == ["Correct region"]
    press(reviewing, Key.Key_Z, CONTROL)
    assert _planes(reviewing, BIG) == ({3}, {Origin.MODEL})
    region = reviewing.session.review.current
    assert region is not None
    assert region.state is RegionState.OPEN


def test_undo_goes_back_to_the_region_that_was_decided_last_and_takes_that_back(
    reviewing: MainWindow,
) -> None:
    for key in (Key.Key_2, Key.Key_V):  # in 1.png and in 2.png
        press(reviewing, key)
    assert _at(reviewing) == ("0.png", 0)
    press(reviewing, Key.Key_Z, CONTROL)
    assert _at(reviewing) == ("2.png", 0)
    assert _planes(reviewing, BIG) == ({3}, {Origin.MODEL})
    press(reviewing, Key.Key_3)
    assert _at(reviewing) == ("0.png", 0)
    press(reviewing, Key.Key_R)
    drag(reviewing.canvas, (15, 15), (30, 30))
    press(reviewing, Key.Key_Z, CONTROL)  # this rectangle was the last edit
    assert _at(reviewing) == ("0.png", 0)
    assert _planes(reviewing, BIG) == ({3}, {Origin.MODEL})
    press(reviewing, Key.Key_Backspace)
    assert _planes(reviewing, BIG) == ({8}, {Origin.PAINTED})


def test_a_large_scene_is_waited_for_and_keys_mean_nothing_meanwhile(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene_opening, "_LARGE", 0)
    monkeypatch.setattr(prefetch, "_MOST_BYTES", 0)
    press(window, Key.Key_S)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    assert _at(window) == ("1.png", 0)
    active = window.session.active_class
    for key in (Key.Key_2, Key.Key_2, Key.Key_V):
        press(window, key)
        assert window.session.is_reading
    assert window.session.active_class == active
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    assert _at(window) == ("2.png", 0)
    assert _planes(window, BIG) == ({3}, {Origin.MODEL})
    press(window, Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    assert _at(window) == ("1.png", 0)
    assert _planes(window, BIG) == ({3}, {Origin.MODEL})


def test_what_it_is_already_is_accepted_not_painted(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_1)
    press(reviewing, Key.Key_V)
    assert _at(reviewing) == ("0.png", 0)
    for name in ("1.png", "2.png"):
        reviewing.session.go_to(next(scene for scene in reviewing.session.scenes if scene.name == name))
        assert _planes(reviewing, BIG) == ({3}, {Origin.ACCEPTED})
        assert _planes(reviewing, SMALL) == ({3}, {Origin.MODEL})


def test_other_numbers_choose_the_class_to_paint_as_ever(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_7)
    assert reviewing.session.active_class == 6
    assert _at(reviewing) == ("1.png", 0)


def test_pixels_that_a_person_painted_stay_when_a_number_paints_the_region(reviewing: MainWindow) -> None:
    reviewing.session.set_class(8)
    press(reviewing, Key.Key_R)
    drag(reviewing.canvas, (10, 10), (19, 14))
    assert _at(reviewing) == ("1.png", 0)
    press(reviewing, Key.Key_2)
    press(reviewing, Key.Key_Backspace)
    assert _planes(reviewing, Rect(10, 10, 15, 20)) == ({8}, {Origin.PAINTED})
    assert _planes(reviewing, Rect(15, 10, 40, 40)) == ({5}, {Origin.PAINTED})
    press(reviewing, Key.Key_3)  # whoever comes back to a decided region decides all of it anew
    press(reviewing, Key.Key_Backspace)
    assert _planes(reviewing, BIG) == ({8}, {Origin.PAINTED})


def test_a_region_that_was_painted_by_hand_counts_as_corrected(reviewing: MainWindow) -> None:
    reviewing.session.set_class(7)
    press(reviewing, Key.Key_R)
    drag(reviewing.canvas, (8, 8), (41, 41))
    region = reviewing.session.review.current
    assert region is not None
    assert region.state is RegionState.CORRECTED
    assert reviewing.session.review.store.folder.waiting_count == 5


def test_a_deferred_region_comes_last_also_after_a_restart(
    reviewing: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    press(reviewing, Key.Key_Z)
    assert _at(reviewing) == ("2.png", 0)
    seen = []
    for _ in range(5):
        seen.append(_at(reviewing))
        press(reviewing, Key.Key_V)
    assert seen == [("2.png", 0), ("0.png", 0), ("1.png", 1), ("2.png", 1), ("0.png", 1)]
    assert _at(reviewing) == ("1.png", 0)
    project = reviewing.session.project
    assert project is not None

    def state() -> RegionState:
        review = load_review(project, project.scene("1.png"))
        assert review is not None
        return review.regions[0].state

    qtbot.waitUntil(lambda: state() is RegionState.DEFERRED)


def test_next_leaves_a_region_open_and_the_end_is_told(reviewing: MainWindow, said: list[str]) -> None:
    for _ in range(6):
        press(reviewing, Key.Key_S)
    assert _at(reviewing) == ("1.png", 0)  # round the end
    for _ in range(6):
        press(reviewing, Key.Key_V)
    assert reviewing.session.review.current is None
    assert said[-1] == "Every doubtful region is reviewed."
    assert not _bar(reviewing).isVisible()


def test_escape_leaves_the_review_and_the_numbers_are_classes_again(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_Escape)
    assert reviewing.session.review.current is None
    assert not _bar(reviewing).isVisible()
    press(reviewing, Key.Key_2)
    assert reviewing.session.active_class == 1
    assert _planes(reviewing, BIG) == ({3}, {Origin.MODEL})
    press(reviewing, Key.Key_S)
    assert _at(reviewing) == ("1.png", 0)
    press(reviewing, Key.Key_Z, SHIFT)
    assert reviewing.session.review.current is None


def test_another_scene_ends_the_review(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_D)
    assert reviewing.session.review.current is None
    press(reviewing, Key.Key_2)
    assert _planes(reviewing, BIG) == ({3}, {Origin.MODEL})


def test_a_locked_class_is_told_and_the_region_stays(reviewing: MainWindow, said: list[str]) -> None:
    reviewing.session.set_locked(3, True)
    press(reviewing, Key.Key_2)
    assert _at(reviewing) == ("1.png", 0)
    assert "locked" in said[-1]


def test_the_buttons_do_what_the_keys_do(reviewing: MainWindow) -> None:
    QTest.mouseClick(_bar(reviewing)._classes[1], Qt.MouseButton.LeftButton)
    assert _at(reviewing) == ("2.png", 0)
    assert reviewing.canvas.hasFocus()
    QTest.mouseClick(_bar(reviewing)._buttons["check_here"], Qt.MouseButton.LeftButton)
    assert _at(reviewing) == ("0.png", 0)
    press(reviewing, Key.Key_Backspace)
    assert not _bar(reviewing)._buttons["check_here"].isEnabled()


def test_the_tab_lists_what_comes_next_and_a_click_goes_there(reviewing: MainWindow, qtbot: QtBot) -> None:
    panel = reviewing.contents.review_panel
    qtbot.waitUntil(lambda: len(panel.regions.regions) == 6)
    assert panel.words.text() == "0 % of the expected errors are reviewed, 6 regions are left"
    index = panel.regions.model().index(3, 0)
    assert index.data() == "Road or Tree?"
    place = panel.regions.visualRect(index).center()
    QTest.mouseClick(panel.regions.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert _at(reviewing) == ("1.png", 1)
    assert reviewing.canvas.hasFocus()
    press(reviewing, Key.Key_V)
    qtbot.waitUntil(lambda: "5 regions" in panel.words.text())
    assert panel.start_button.text() == "Next region (S)"


def test_the_share_grows_with_what_is_reviewed(reviewing: MainWindow, qtbot: QtBot) -> None:
    panel = reviewing.contents.review_panel
    for _ in range(5):
        press(reviewing, Key.Key_V)
    qtbot.waitUntil(lambda: panel.words.text().endswith("one region is left"))
    share = reviewing.session.review.store.folder.share_reviewed
    assert 0.9 < share < 1
    assert panel.words.text().startswith(f"{round(100 * share)} %")


def test_the_tab_says_how_to_begin(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    press(window, Key.Key_I, CONTROL)
    panel = window.contents.review_panel
    qtbot.waitUntil(lambda: panel.words.text().startswith("Pre-label scenes first (P, or Ctrl+Shift+P"))
    assert not panel.start_button.isVisible()
    said: list[str] = []
    window.session.notice.connect(lambda sentence, _kind: said.append(sentence))
    press(window, Key.Key_S)
    assert said == ["There is nothing to review yet: pre-label scenes first."]


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


def test_a_new_image_in_the_folder_leaves_the_review_as_it_is(
    reviewing: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    store, panel = reviewing.session.review.store, reviewing.contents.review_panel

    def listed() -> list[str]:
        return [scene.name for scene in reviewing.scene_list.model.listed]

    reviewing.scene_list.model.set_sort(SceneSort.REVIEW)
    qtbot.waitUntil(lambda: listed() == ["1.png", "0.png", "2.png"])
    press(reviewing, Key.Key_Z)
    write_scene(tmp_path / "scenes" / "9.png")
    qtbot.waitUntil(lambda: len(listed()) == 4, timeout=20_000)
    assert listed() == ["1.png", "0.png", "2.png", "9.png"]
    assert _at(reviewing) == ("2.png", 0)
    qtbot.waitSignal(store.changed).wait()  # all is read again
    press(reviewing, Key.Key_V)
    assert _at(reviewing) == ("0.png", 0)
    qtbot.waitUntil(lambda: "5 regions are left" in panel.words.text())
    for _ in range(4):
        press(reviewing, Key.Key_V)
    assert _at(reviewing) == ("1.png", 0)  # which was put off


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


def test_a_new_prediction_ends_the_review_of_its_scene(reviewing: MainWindow, qtbot: QtBot) -> None:
    project = reviewing.session.project
    assert project is not None
    write_predicted(project, "1.png", 250, with_review=False, minute=5)
    reviewing.session.scene_states_changed.emit(("1.png",))
    qtbot.waitUntil(lambda: "1.png" not in reviewing.session.review.store.folder.scenes)
    assert reviewing.session.review.current is None


def test_the_sheet_of_keys_has_the_candidates(window: MainWindow) -> None:
    review = next(group for group in groups(window.session.settings) if group.title == "Review")
    keys = {row.text: row.keys for row in review.rows}
    assert keys["A likely class of the region"] == ("1 2 3",)
    assert keys["Next doubtful region"] == ("S",)
    assert keys["Mark as checked here"] == ("V",)


def test_the_scenes_can_be_listed_by_what_is_worth_correcting(window: MainWindow, qtbot: QtBot) -> None:
    def listed() -> list[str]:
        return [scene.name for scene in window.scene_list.model.listed]

    assert listed() == ["0.png", "1.png", "2.png"]
    window.scene_list.model.set_sort(SceneSort.REVIEW)
    qtbot.waitUntil(lambda: listed() == ["1.png", "0.png", "2.png"])  # those behind look alike
    press(window, Key.Key_D)
    assert window.session.scene is not None
    assert window.session.scene.name == "2.png"  # which is behind 0.png in the list
    window.session.go_to(window.session.scenes[1])
    window.session.mark_done(go_on=False)
    assert listed() == ["1.png", "0.png", "2.png"]  # what one works on does not jump away
    window.scene_list.model.set_sort(SceneSort.REVIEW)
    qtbot.waitUntil(lambda: listed() == ["2.png", "0.png", "1.png"])
