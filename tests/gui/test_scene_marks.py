"""Flags, notes, exclusion, order and numbers of scenes, by the keys of the real window."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QListView, QMenu, QSpinBox
from pytestqt.qtbot import QtBot

from tests.gui.folders import write_mask, write_scenes
from tests.gui.windows import CONTROL, LEFT, NONE, SHIFT, open_window, press
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scene_marks import SceneMarks

NAMES = ("a1.png", "a2.png", "b1.png", "b2.png")
BOTH = CONTROL | SHIFT


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    folder = write_scenes(tmp_path / "scenes", NAMES)
    write_mask(Project.open(folder), "b1.png", Origin.PAINTED)
    window = open_window(qtbot, tmp_path / "config", folder)
    qtbot.waitUntil(lambda: window.scene_list.model.counts.total() == len(NAMES))
    return window


def _names(window: MainWindow) -> list[str]:
    return [scene.name for scene in window.scene_list.model.listed]


def _open(window: MainWindow) -> str:
    assert window.session.scene is not None
    return window.session.scene.name


def _chip(window: MainWindow, text: str) -> QAbstractButton:
    buttons = window.scene_list.findChildren(QAbstractButton)
    return next(button for button in buttons if button.text() == text)


def _view(window: MainWindow) -> QListView:
    view = window.scene_list.findChild(QListView)
    assert isinstance(view, QListView)
    return view


def _dialog(window: MainWindow) -> QDialog:
    return next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())


def test_a_flagged_scene_can_be_found_again(window: MainWindow, qtbot: QtBot) -> None:
    assert not _chip(window, "Flagged").isVisible()
    press(window, Qt.Key.Key_F, BOTH)
    qtbot.mouseClick(_chip(window, "Flagged"), LEFT)
    assert _names(window) == ["a1.png"]
    assert window.commands["flag_scene"].isChecked()
    press(window, Qt.Key.Key_F, BOTH)
    assert _names(window) == list(NAMES)  # the filter is gone with its last scene
    assert not window.commands["flag_scene"].isChecked()


def test_a_note_is_shown_found_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_N, BOTH)
    dialog = _dialog(window)
    field = dialog.findChild(QLineEdit)
    qtbot.keyClicks(field, "glare on the left")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    index = window.scene_list.model.index(0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "a1.png, none\nglare on the left"
    window.find_scene()
    qtbot.keyClicks(QApplication.focusWidget(), "glare")
    assert _names(window) == ["a1.png"]
    assert window.session.project is not None
    folder = window.session.project.folder
    qtbot.waitUntil(lambda: Project.open(folder).marks.of("a1.png").note == "glare on the left")


def test_marks_are_on_the_disk_when_the_folder_is_closed(window: MainWindow) -> None:
    project = window.session.project
    assert project is not None
    press(window, Qt.Key.Key_F, BOTH)
    press(window, Qt.Key.Key_W, CONTROL)
    assert Project.open(project.folder).marks.of("a1.png").flagged


def test_a_mark_that_cannot_be_written_is_taken_back_and_told(window: MainWindow, qtbot: QtBot) -> None:
    project = window.session.project
    assert project is not None
    (project.own_folder / "scenes.json").write_text("{")
    with qtbot.waitSignal(window.session.notice) as told:
        press(window, Qt.Key.Key_F, BOTH)
    assert "scenes.json is not a file of flags" in told.args[0]
    assert not window.commands["flag_scene"].isChecked()
    assert not _chip(window, "Flagged").isVisible()


def test_an_excluded_scene_is_passed_over(window: MainWindow) -> None:
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_X, BOTH)
    press(window, Qt.Key.Key_A)
    press(window, Qt.Key.Key_D, BOTH)
    assert _open(window) == "b1.png"
    assert [scene.name for scene in window.session.walk.undone_scenes()] == ["a1.png", "b1.png", "b2.png"]


def test_several_scenes_are_excluded_and_taken_in_again(window: MainWindow, qtbot: QtBot) -> None:
    view, project = _view(window), window.session.project
    assert project is not None
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(view, Qt.Key.Key_X, BOTH)
    assert project.included_scenes == ()
    undo = next(button for button in window.toasts.findChildren(QAbstractButton) if button.text() == "Undo")
    qtbot.mouseClick(undo, LEFT)
    assert project.included_scenes == project.scenes


def _select(window: MainWindow, first: int, last: int, qtbot: QtBot) -> QListView:
    """The rows from ``first`` to ``last``, by a click and a click with Shift."""
    view = _view(window)
    for row, modifiers in ((first, NONE), (last, SHIFT)):
        place = view.visualRect(view.model().index(row, 0)).center()
        qtbot.mouseClick(view.viewport(), LEFT, modifiers, place)
    view.setFocus()
    return view


def _marked(window: MainWindow, mark: str) -> list[str]:
    """The scenes that have a flag, note or exclusion."""
    marking = window.session.marking
    return [scene.name for scene in window.session.scenes if getattr(marking.of(scene), mark)]


def test_undo_takes_back_the_last_of_two_commands_that_are_told_alike(
    window: MainWindow, qtbot: QtBot
) -> None:
    for first, last in ((0, 1), (2, 3)):
        QTest.keyClick(_select(window, first, last, qtbot), Qt.Key.Key_F, BOTH)
    assert window.toasts.sentences() == ("2 scenes are flagged.",)
    qtbot.mouseClick(_toast_button(window, "Undo"), LEFT)
    assert _marked(window, "flagged") == ["a1.png", "a2.png"]
    assert window.toasts.sentences() == ()


@pytest.mark.parametrize(("key", "mark"), [(Qt.Key.Key_X, "excluded"), (Qt.Key.Key_F, "flagged")])
def test_undo_of_one_mark_leaves_what_was_marked_since(
    window: MainWindow, qtbot: QtBot, key: Qt.Key, mark: str
) -> None:
    QTest.keyClick(_select(window, 0, 1, qtbot), key, BOTH)
    press(window, Qt.Key.Key_N, BOTH)
    field = _dialog(window).findChild(QLineEdit)
    qtbot.keyClicks(field, "glare")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (_marked(window, mark), _marked(window, "note")) == (["a1.png", "a2.png"], ["a1.png"])
    qtbot.mouseClick(_toast_button(window, "Undo"), LEFT)
    assert (_marked(window, mark), _marked(window, "note")) == ([], ["a1.png"])


def test_undo_of_a_note_leaves_the_one_that_took_its_place(window: MainWindow, qtbot: QtBot) -> None:
    _select(window, 0, 1, qtbot)
    for note in ("rain", "glare"):  # the second is about the open scene alone
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_N, BOTH)
        field = _dialog(window).findChild(QLineEdit)
        qtbot.keyClicks(field, note)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.canvas.setFocus()
    scenes, marking = window.session.scenes, window.session.marking
    assert [marking.of(scene).note for scene in scenes[:2]] == ["glare", "rain"]
    qtbot.mouseClick(_toast_button(window, "Undo"), LEFT)
    assert [marking.of(scene).note for scene in scenes[:2]] == ["glare", ""]


def test_a_selection_is_not_meant_from_the_canvas(window: MainWindow) -> None:
    view, project = _view(window), window.session.project
    assert project is not None
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, CONTROL)
    press(window, Qt.Key.Key_X, BOTH)
    assert [scene.name for scene in project.scenes if project.is_excluded(scene)] == ["a1.png"]


def test_a_scene_is_opened_by_its_number(window: MainWindow) -> None:
    press(window, Qt.Key.Key_J, CONTROL)
    dialog = _dialog(window)
    field = dialog.findChild(QSpinBox)
    assert isinstance(field, QSpinBox)
    assert field.text() == "1 of 4"
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert _open(window) == "b1.png"


def test_next_follows_the_order_of_the_list(window: MainWindow) -> None:
    press(window, Qt.Key.Key_S, BOTH)
    menu = next(menu for menu in window.scene_list.findChildren(QMenu) if menu.isVisible())
    for _ in range(4):  # from "As in the folder" to "Most corrected first"
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert _names(window) == ["b1.png", "a1.png", "a2.png", "b2.png"]
    assert window.commands["previous_scene"].isEnabled()
    press(window, Qt.Key.Key_A)
    assert _open(window) == "b1.png"
    assert not window.commands["previous_scene"].isEnabled()


def test_the_filter_is_chosen_by_keys(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F, BOTH)
    press(window, Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.AltModifier)
    menu = next(menu for menu in window.scene_list.findChildren(QMenu) if menu.isVisible())
    assert [entry.text() for entry in menu.actions()] == ["All", "Undone", "Edited", "Done", "Flagged"]
    for _ in range(4):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert _names(window) == ["a1.png"]


def test_a_selection_is_pre_labelled_without_its_excluded_scenes(window: MainWindow) -> None:
    view = _view(window)
    press(window, Qt.Key.Key_X, BOTH)  # a1.png
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, CONTROL)
    asked: list[tuple[str, ...]] = []
    window.session.prelabel = lambda scenes: asked.append(tuple(scene.name for scene in scenes))  # type: ignore[method-assign]
    view.customContextMenuRequested.emit(view.rect().center())
    menu = next(menu for menu in window.scene_list.findChildren(QMenu) if menu.isVisible())
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert asked == [NAMES[1:]]


class _Painted(QObject):
    """Counts how often a widget is asked to paint itself."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_another_mark_paints_the_rows_anew(window: MainWindow, qtbot: QtBot) -> None:
    marking, scene = window.session.marking, window.session.scenes[2:3]
    marking.toggle_flag(scene)
    qtbot.wait(50)  # the chip of the flagged scenes has come, and all is painted
    painted = _Painted()
    _view(window).viewport().installEventFilter(painted)
    marking.set_note(scene, "glare")
    marking.set_note(scene, "")
    qtbot.waitUntil(lambda: painted.count > 0)


def _select_all_and_mark_done(window: MainWindow, qtbot: QtBot) -> None:
    view = _view(window)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def _states(window: MainWindow) -> dict[str, SceneState]:
    project = window.session.project
    assert project is not None
    return {scene.name: project.state(scene) for scene in project.scenes}


def test_a_selection_is_marked_as_done_and_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    project = window.session.project
    assert project is not None
    write_mask(project, "a2.png", Origin.MODEL)
    write_mask(project, "b2.png", Origin.PAINTED, done=True)
    before = {name: project.load_mask(project.scene(name)) for name in ("a2.png", "b1.png")}
    _select_all_and_mark_done(window, qtbot)
    assert set(_states(window).values()) == {SceneState.DONE}
    assert _open(window) == "a1.png"  # going on would leave the selection
    accepted = project.load_mask(project.scene("a2.png"))
    assert accepted is not None
    assert (accepted.origins == Origin.ACCEPTED).all()
    qtbot.mouseClick(_toast_button(window, "Undo"), LEFT)
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert _states(window) == {
        "a1.png": SceneState.NONE,
        "a2.png": SceneState.PREDICTED,
        "b1.png": SceneState.EDITED,
        "b2.png": SceneState.DONE,
    }
    for name, mask in before.items():
        after = project.load_mask(project.scene(name))
        assert mask is not None
        assert after is not None
        assert (after.origins == mask.origins).all()
        assert (after.labels == mask.labels).all()


def test_the_open_scene_of_a_selection_gets_its_prediction_back(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    assert session.project is not None
    session.go_to(session.project.scene("b2.png"))
    write_mask(session.project, "a1.png", Origin.MODEL)
    session.go_to(session.project.scene("a1.png"))
    _select_all_and_mark_done(window, qtbot)
    assert session.is_done
    qtbot.mouseClick(_toast_button(window, "Undo"), LEFT)
    qtbot.waitUntil(lambda: not session.jobs.active)
    assert _states(window)["a1.png"] is SceneState.PREDICTED
    assert session.document is not None
    assert (session.document.origins == Origin.MODEL).all()


def test_nothing_to_mark_as_done_is_told(window: MainWindow, qtbot: QtBot) -> None:
    _select_all_and_mark_done(window, qtbot)
    with qtbot.waitSignal(window.session.notice) as told:
        _select_all_and_mark_done(window, qtbot)
    assert "None of these scenes" in told.args[0]


def _toast_button(window: MainWindow, text: str) -> QAbstractButton:
    buttons = window.toasts.findChildren(QAbstractButton)
    return next(button for button in buttons if button.text() == text and button.isVisible())


def test_a_scene_visited_before_is_done_when_it_is_opened_again(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    assert session.project is not None
    write_mask(session.project, "a2.png", Origin.MODEL)
    for name in ("a2.png", "b1.png", "a1.png"):
        session.go_to(session.project.scene(name))
    _select_all_and_mark_done(window, qtbot)
    for name in ("a2.png", "b1.png"):
        session.go_to(session.project.scene(name))
        assert session.is_done
        assert session.document is not None
        assert not (session.document.origins == Origin.MODEL).any()


def _refuse_marks(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """From now on the file of flags cannot be written; the event is set when a thread has found that out."""
    assert window.session.project is not None
    (window.session.project.own_folder / "scenes.json").write_text("{")
    really_write, tried = SceneMarks.write, threading.Event()

    def write(marks: SceneMarks) -> None:
        try:
            really_write(marks)
        finally:
            tried.set()

    monkeypatch.setattr(SceneMarks, "write", write)
    return tried


def test_a_flag_that_cannot_be_written_is_told_although_the_folder_is_closed_at_once(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = _refuse_marks(window, monkeypatch)
    press(window, Qt.Key.Key_F, BOTH)
    assert tried.wait(10)
    press(window, Qt.Key.Key_W, CONTROL)
    (sentence,) = window.toasts.sentences()
    assert "scenes.json is not a file of flags" in sentence
    press(window, Qt.Key.Key_W, CONTROL)
    assert window.session.project is None


def test_a_window_stays_to_say_that_a_flag_is_lost(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = _refuse_marks(window, monkeypatch)
    press(window, Qt.Key.Key_F, BOTH)
    assert tried.wait(10)
    assert not window.close()
    (sentence,) = window.toasts.sentences()
    assert "scenes.json is not a file of flags" in sentence
    assert window.close()
