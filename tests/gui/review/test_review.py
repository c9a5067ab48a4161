"""The review by its keys: to the next region, decide, put off, go back, leave."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.gui.review.hands import bar_of, planes_in, seen_region
from tests.gui.windows import CONTROL, LEFT, NONE, SHIFT, drag, open_window, press, scene_folder
from tests.tasks.reviews import BIG, SMALL, card, doubtful_prediction
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui import prefetch, scene_opening
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.prelabel_host import ScenePrediction
from unetpp_desktop.tasks.review import RegionState
from unetpp_desktop.tasks.saved_predictions import save_prediction
from unetpp_desktop.tasks.scene_reviews import load_review

Key = Qt.Key


def test_a_key_jumps_to_the_next_scene_and_leaves_the_regions_between(
    reviewing: MainWindow, said: list[str]
) -> None:
    press(reviewing, Key.Key_J, SHIFT)
    scene, number = seen_region(reviewing)
    assert (scene != "1.png", number) == (True, 0)
    seen = {"1.png", scene}
    press(reviewing, Key.Key_J, SHIFT)
    assert seen_region(reviewing)[0] != scene
    press(reviewing, Key.Key_Backspace)
    assert seen_region(reviewing) == (scene, number)
    folder = reviewing.session.review.store.folder
    assert folder.share_reviewed == 0
    assert {region.scene for region in folder.waiting()} >= seen
    assert said == []


def test_a_number_paints_the_region_as_one_edit_and_goes_on(reviewing: MainWindow) -> None:
    before = reviewing.session.active_class
    press(reviewing, Key.Key_2)
    assert seen_region(reviewing) == ("2.png", 0)
    assert reviewing.session.active_class == before
    press(reviewing, Key.Key_Backspace)
    assert seen_region(reviewing) == ("1.png", 0)
    assert planes_in(reviewing, BIG) == ({5}, {Origin.PAINTED})
    assert planes_in(reviewing, SMALL) == ({3}, {Origin.MODEL})
    document = reviewing.session.document
    assert document is not None
    assert [edit.name for edit in document.history.entries()] == ["Correct region"]
    press(reviewing, Key.Key_Z, CONTROL)
    assert planes_in(reviewing, BIG) == ({3}, {Origin.MODEL})
    region = reviewing.session.review.current
    assert region is not None
    assert region.state is RegionState.OPEN


def test_a_press_beside_a_button_of_the_bar_paints_nothing(reviewing: MainWindow) -> None:
    bar, document = bar_of(reviewing), reviewing.session.document
    assert document is not None
    press(reviewing, Key.Key_B)
    reviewing.canvas.zoom_to(10, QPointF(reviewing.canvas.rect().center()))  # the scene lies under the bar
    before = document.labels.copy()
    for place in (QPoint(2, 2), QPoint(bar.width() // 2, bar.height() - 2)):
        assert bar.childAt(place) is None
        QTest.mouseClick(reviewing.windowHandle(), LEFT, NONE, bar.mapTo(reviewing, place))
    assert np.array_equal(document.labels, before)
    assert len(document.history) == 0


def test_undo_goes_back_to_the_region_that_was_decided_last_and_takes_that_back(
    reviewing: MainWindow,
) -> None:
    for key in (Key.Key_2, Key.Key_V):  # in 1.png and in 2.png
        press(reviewing, key)
    assert seen_region(reviewing) == ("0.png", 0)
    press(reviewing, Key.Key_Z, CONTROL)
    assert seen_region(reviewing) == ("2.png", 0)
    assert planes_in(reviewing, BIG) == ({3}, {Origin.MODEL})
    press(reviewing, Key.Key_3)
    assert seen_region(reviewing) == ("0.png", 0)
    press(reviewing, Key.Key_R)
    drag(reviewing.canvas, (15, 15), (30, 30))
    press(reviewing, Key.Key_Z, CONTROL)  # this rectangle was the last edit
    assert seen_region(reviewing) == ("0.png", 0)
    assert planes_in(reviewing, BIG) == ({3}, {Origin.MODEL})
    press(reviewing, Key.Key_Backspace)
    assert planes_in(reviewing, BIG) == ({8}, {Origin.PAINTED})


def test_undo_leaves_a_scene_alone_that_was_predicted_again_since(
    reviewing: MainWindow, said: list[str]
) -> None:
    press(reviewing, Key.Key_2)
    assert seen_region(reviewing) == ("2.png", 0)
    session = reviewing.session
    assert session.project is not None
    scene = session.project.scene("1.png")
    doubt = doubtful_prediction(200)
    assert doubt.ranked is not None
    ranked = doubt.ranked.copy()
    ranked[0, 80:, :20] = 4
    again = Prediction(ranked[0], 4, 0.0, ranked, doubt.uncertainty)
    predicted = ScenePrediction(scene, again, session.palette, card())
    assert save_prediction(session.project, predicted)
    press(reviewing, Key.Key_Z, CONTROL)
    assert session.scene == scene
    assert said[-1] == "The decision stays: 1.png has changed since. The history shows what to undo."
    assert session.document is not None
    assert session.document.undo_name == "Pre-label"
    assert planes_in(reviewing, BIG) == ({5}, {Origin.PAINTED})


def test_a_region_that_is_checked_again_is_nothing_to_take_back(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_V)
    assert seen_region(reviewing) == ("2.png", 0)
    press(reviewing, Key.Key_Backspace)
    assert seen_region(reviewing) == ("1.png", 0)
    document = reviewing.session.document
    assert document is not None
    press(reviewing, Key.Key_R)
    drag(reviewing.canvas, (15, 15), (30, 30))
    revision = document.revision
    press(reviewing, Key.Key_V)
    press(reviewing, Key.Key_Z, CONTROL)
    assert document.revision == revision


def test_a_large_scene_is_waited_for_and_keys_mean_nothing_meanwhile(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene_opening, "_LARGE", 0)
    monkeypatch.setattr(prefetch, "_MOST_BYTES", 0)
    press(window, Key.Key_S)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    assert seen_region(window) == ("1.png", 0)
    active = window.session.active_class
    for key in (Key.Key_2, Key.Key_2, Key.Key_V):
        press(window, key)
        assert window.session.is_reading
    assert window.session.active_class == active
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    assert seen_region(window) == ("2.png", 0)
    assert planes_in(window, BIG) == ({3}, {Origin.MODEL})
    press(window, Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    assert seen_region(window) == ("1.png", 0)
    assert planes_in(window, BIG) == ({3}, {Origin.MODEL})


def test_what_it_is_already_is_accepted_not_painted(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_1)
    press(reviewing, Key.Key_V)
    assert seen_region(reviewing) == ("0.png", 0)
    for name in ("1.png", "2.png"):
        reviewing.session.go_to(next(scene for scene in reviewing.session.scenes if scene.name == name))
        assert planes_in(reviewing, BIG) == ({3}, {Origin.ACCEPTED})
        assert planes_in(reviewing, SMALL) == ({3}, {Origin.MODEL})


def test_other_numbers_choose_the_class_to_paint_as_ever(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_7)
    assert reviewing.session.active_class == 6
    assert seen_region(reviewing) == ("1.png", 0)


def test_pixels_that_a_person_painted_stay_when_a_number_paints_the_region(reviewing: MainWindow) -> None:
    reviewing.session.set_class(8)
    press(reviewing, Key.Key_R)
    drag(reviewing.canvas, (10, 10), (19, 14))
    assert seen_region(reviewing) == ("1.png", 0)
    press(reviewing, Key.Key_2)
    press(reviewing, Key.Key_Backspace)
    assert planes_in(reviewing, Rect(10, 10, 15, 20)) == ({8}, {Origin.PAINTED})
    assert planes_in(reviewing, Rect(15, 10, 40, 40)) == ({5}, {Origin.PAINTED})
    press(reviewing, Key.Key_3)  # whoever comes back to a decided region decides all of it anew
    press(reviewing, Key.Key_Backspace)
    assert planes_in(reviewing, BIG) == ({8}, {Origin.PAINTED})


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
    assert seen_region(reviewing) == ("2.png", 0)
    seen = []
    for _ in range(5):
        seen.append(seen_region(reviewing))
        press(reviewing, Key.Key_V)
    assert seen == [("2.png", 0), ("0.png", 0), ("1.png", 1), ("2.png", 1), ("0.png", 1)]
    assert seen_region(reviewing) == ("1.png", 0)
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
    assert seen_region(reviewing) == ("1.png", 0)  # round the end
    for _ in range(6):
        press(reviewing, Key.Key_V)
    assert reviewing.session.review.current is None
    assert said[-1] == "Every doubtful region is reviewed."
    assert not bar_of(reviewing).isVisible()


def test_escape_leaves_the_review_and_the_numbers_are_classes_again(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_Escape)
    assert reviewing.session.review.current is None
    assert not bar_of(reviewing).isVisible()
    press(reviewing, Key.Key_2)
    assert reviewing.session.active_class == 1
    assert planes_in(reviewing, BIG) == ({3}, {Origin.MODEL})
    press(reviewing, Key.Key_S)
    assert seen_region(reviewing) == ("1.png", 0)
    press(reviewing, Key.Key_Z, SHIFT)
    assert reviewing.session.review.current is None


def test_another_scene_ends_the_review(reviewing: MainWindow) -> None:
    press(reviewing, Key.Key_D)
    assert reviewing.session.review.current is None
    press(reviewing, Key.Key_2)
    assert planes_in(reviewing, BIG) == ({3}, {Origin.MODEL})


def test_a_locked_class_is_told_and_the_region_stays(reviewing: MainWindow, said: list[str]) -> None:
    reviewing.session.set_locked(3, True)
    press(reviewing, Key.Key_2)
    assert seen_region(reviewing) == ("1.png", 0)
    assert "locked" in said[-1]


def test_an_ampersand_in_a_class_is_shown_and_marks_no_key(reviewing: MainWindow) -> None:
    palette = reviewing.session.palette
    classes = tuple(entry.model_copy(update={"name": f"{entry.name}&Co"}) for entry in palette.classes)
    reviewing.session.set_palette(palette.model_copy(update={"classes": classes}))
    bar = bar_of(reviewing)
    bar.refresh_icons()
    texts = [button.text() for button in bar.findChildren(QAbstractButton) if "Co" in button.text()]
    assert texts
    assert all("&&Co" in text for text in texts)


def test_the_buttons_do_what_the_keys_do(reviewing: MainWindow) -> None:
    QTest.mouseClick(bar_of(reviewing)._classes[1], Qt.MouseButton.LeftButton)
    assert seen_region(reviewing) == ("2.png", 0)
    assert reviewing.canvas.hasFocus()
    QTest.mouseClick(bar_of(reviewing)._buttons["check_here"], Qt.MouseButton.LeftButton)
    assert seen_region(reviewing) == ("0.png", 0)
    press(reviewing, Key.Key_Backspace)
    assert not bar_of(reviewing)._buttons["check_here"].isEnabled()


@pytest.mark.parametrize("by_key", [False, True])
def test_the_notice_after_pre_labelling_a_folder_leads_to_the_review(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry, by_key: bool
) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_model(tiny_model)
    press(window, Key.Key_P, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: "3 scenes are pre-labelled." in window.toasts.sentences(), timeout=20_000)
    if by_key:
        press(window, Key.Key_S)
    else:
        window.scene_list.focus_search()
        buttons = window.toasts.findChildren(QAbstractButton)
        qtbot.mouseClick(
            next(button for button in buttons if button.text() == "Review"), Qt.MouseButton.LeftButton
        )
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    assert window.contents.inspector.currentWidget() is window.contents.review_panel
    assert window.canvas.hasFocus()
    assert "3 scenes are pre-labelled." not in window.toasts.sentences()
