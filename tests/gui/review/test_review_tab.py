"""What the tab, the sheet of keys and the list of scenes say of the review, also when scenes change."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.review.hands import seen_region
from tests.gui.windows import CONTROL, open_window, press, scene_folder, write_scene
from tests.tasks.reviews import BIG, HEIGHT, SMALL, WIDTH, review_folder, write_predicted
from unetpp_desktop.gui.keys_sheet import groups
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.scene_order import SceneSort
from unetpp_desktop.nn.uncertainty import own_error_rates
from unetpp_desktop.storage.project import Project

Key = Qt.Key


def test_the_tab_lists_what_comes_next_and_a_click_goes_there(reviewing: MainWindow, qtbot: QtBot) -> None:
    panel = reviewing.contents.review_panel
    qtbot.waitUntil(lambda: len(panel.regions.regions) == 6)
    assert panel.words.text() == "Doubtful regions: 6 left, 0 % of their expected errors reviewed"
    index = panel.regions.model().index(3, 0)
    assert index.data() == "Road or Tree?"
    place = panel.regions.visualRect(index).center()
    QTest.mouseClick(panel.regions.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert seen_region(reviewing) == ("1.png", 1)
    assert reviewing.canvas.hasFocus()
    press(reviewing, Key.Key_V)
    qtbot.waitUntil(lambda: "5 left" in panel.words.text())
    assert panel.start_button.text() == "Next region (S)"


def test_the_row_of_the_region_that_is_looked_at_is_marked(window: MainWindow, qtbot: QtBot) -> None:
    rows = window.contents.review_panel.regions
    press(window, Key.Key_I, CONTROL)
    qtbot.waitUntil(lambda: len(rows.regions) == 6)
    press(window, Key.Key_S)  # the first of the list: no row moves
    qtbot.waitUntil(lambda: rows.selectionModel().isRowSelected(0))
    press(window, Key.Key_Escape)
    qtbot.waitUntil(lambda: not rows.selectionModel().hasSelection())


def test_the_share_grows_with_what_is_reviewed(reviewing: MainWindow, qtbot: QtBot) -> None:
    panel = reviewing.contents.review_panel
    for _ in range(5):
        press(reviewing, Key.Key_V)
    qtbot.waitUntil(lambda: panel.words.text().startswith("Doubtful regions: 1 left, "))
    share = reviewing.session.review.store.folder.share_reviewed
    assert 0.9 < share < 1
    assert panel.words.text().endswith(f", {int(100 * share)} % of their expected errors reviewed")


@pytest.mark.parametrize("elsewhere", [0, 30])
def test_at_the_end_the_tab_says_what_lies_in_no_region(qtbot: QtBot, tmp_path: Path, elsewhere: int) -> None:
    folder = review_folder(tmp_path / "scenes", (200,))
    write_predicted(Project.open(folder), "0.png", 200, elsewhere=elsewhere)
    window = open_window(qtbot, tmp_path / "config", folder)
    press(window, Key.Key_S)
    qtbot.waitUntil(lambda: window.session.review.current is not None)
    press(window, Key.Key_V)
    press(window, Key.Key_V)
    words = window.contents.review_panel.words
    qtbot.waitUntil(lambda: words.text().startswith("Every doubtful region is reviewed. "))
    rates, in_regions = own_error_rates(), BIG.height * BIG.width + SMALL.height * SMALL.width
    inside = rates[200] * in_regions
    outside = rates[elsewhere] * (HEIGHT * WIDTH - in_regions)
    percent = round(100 * outside / (inside + outside))
    said = f"About {percent} % of the expected errors lie outside of them." in words.text()
    assert said == bool(percent) == bool(elsewhere)
    what_then = "Mark the scenes as done (Return), or train on what you corrected (Ctrl+T)."
    assert words.text().endswith(what_then)


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


def test_a_model_that_is_sure_of_all_scenes_is_said_to_be(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", review_folder(tmp_path / "scenes", doubts=(0, 0)))
    press(window, Key.Key_I, CONTROL)
    words = window.contents.review_panel.words
    qtbot.waitUntil(lambda: words.text() == "No region of the pre-labelled scenes is doubtful.")
    with qtbot.waitSignal(window.session.notice) as notice:
        press(window, Key.Key_S)
    assert notice.args == [words.text(), "info"]


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
    assert seen_region(reviewing) == ("2.png", 0)
    qtbot.waitSignal(store.changed).wait()  # all is read again
    press(reviewing, Key.Key_V)
    assert seen_region(reviewing) == ("0.png", 0)
    qtbot.waitUntil(lambda: "5 left" in panel.words.text())
    for _ in range(4):
        press(reviewing, Key.Key_V)
    assert seen_region(reviewing) == ("1.png", 0)  # which was put off


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
