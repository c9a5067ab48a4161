"""The scene list: states, search, filter, selection, many scenes."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QListView, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.folders import new_session, write_mask, write_scenes
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.scene_list import SceneList
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.project import Project, SceneState

NAMES = ("a1.png", "a2.png", "a10.png", "town/b1.png", "town/b2.png", "zoo/c1.png")


@pytest.fixture
def session(tmp_path: Path, jobs: Jobs) -> Session:
    folder = write_scenes(tmp_path / "scenes", NAMES)
    project = Project.open(folder)
    write_mask(project, "a2.png", Origin.MODEL)
    write_mask(project, "a10.png", Origin.PAINTED)
    write_mask(project, "town/b1.png", Origin.ACCEPTED, done=True)
    return new_session(folder, jobs)


@pytest.fixture
def scene_list(session: Session, qtbot: QtBot) -> SceneList:
    widget = SceneList(session)
    qtbot.addWidget(widget)
    widget.resize(240, 600)
    widget.show()
    qtbot.waitUntil(lambda: widget.model.counts.total() == len(session.scenes))
    return widget


def _view(scene_list: SceneList) -> QListView:
    return scene_list.findChild(QListView)


def _names(scene_list: SceneList) -> list[str]:
    model = scene_list.model
    return [model.index(row).data() for row in range(model.rowCount())]


def _press(scene_list: SceneList, text: str, qtbot: QtBot) -> None:
    button = next(button for button in scene_list.findChildren(QAbstractButton) if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _click_row(scene_list: SceneList, row: int, qtbot: QtBot, *keys: Qt.KeyboardModifier) -> None:
    view = _view(scene_list)
    place = view.visualRect(scene_list.model.index(row)).center()
    modifiers = Qt.KeyboardModifier.NoModifier
    for key in keys:
        modifiers |= key
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


def _texts(scene_list: SceneList) -> list[str]:
    return [label.text() for label in scene_list.findChildren(QLabel) if label.isVisible()]


def test_all_scenes_are_listed_with_their_states(scene_list: SceneList, session: Session) -> None:
    assert _names(scene_list) == list(NAMES)
    states = [scene_list.model.state(scene) for scene in session.scenes]
    assert states == [
        SceneState.NONE,
        SceneState.PREDICTED,
        SceneState.EDITED,
        SceneState.DONE,
        SceneState.NONE,
        SceneState.NONE,
    ]
    assert "1 of 6 done" in _texts(scene_list)


def test_a_state_is_a_word_for_screen_readers(scene_list: SceneList) -> None:
    index = scene_list.model.index(2)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "a10.png, edited"


def test_search_finds_words_anywhere_in_the_path(scene_list: SceneList, qtbot: QtBot) -> None:
    search = scene_list.findChild(QLineEdit)
    qtbot.keyClicks(search, "TOWN 2")
    assert _names(scene_list) == ["town/b2.png"]
    qtbot.keyClicks(search, "xyz")
    assert _names(scene_list) == []
    assert "No scene has this in its name or note." in _texts(scene_list)
    search.clear()
    assert _names(scene_list) == list(NAMES)


def test_enter_in_the_search_opens_the_first_find(
    scene_list: SceneList, session: Session, qtbot: QtBot
) -> None:
    scene_list.scene_chosen.connect(session.go_to)
    search = scene_list.findChild(QLineEdit)
    qtbot.keyClicks(search, "zoo")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert session.scene is not None
    assert session.scene.name == "zoo/c1.png"


def test_filters_by_state(scene_list: SceneList, qtbot: QtBot) -> None:
    _press(scene_list, "Done", qtbot)
    assert _names(scene_list) == ["town/b1.png"]
    _press(scene_list, "Edited", qtbot)
    assert _names(scene_list) == ["a10.png"]
    _press(scene_list, "Undone", qtbot)
    assert _names(scene_list) == [name for name in NAMES if name != "town/b1.png"]
    _press(scene_list, "All", qtbot)
    assert _names(scene_list) == list(NAMES)


def test_the_open_scene_stays_listed_when_it_leaves_the_filter(
    scene_list: SceneList, session: Session, qtbot: QtBot
) -> None:
    _press(scene_list, "Undone", qtbot)
    session.go_to(session.scenes[1])
    assert session.project is not None
    write_mask(session.project, "a2.png", Origin.ACCEPTED, done=True)
    session.scene_states_changed.emit(("a2.png",))
    assert "a2.png" in _names(scene_list)
    assert "2 of 6 done" in _texts(scene_list)
    session.go_to(session.scenes[2])
    assert "a2.png" not in _names(scene_list)


def test_a_click_chooses_and_shift_click_only_selects(
    scene_list: SceneList, session: Session, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    scene_list.scene_chosen.connect(lambda scene: chosen.append(scene.name))
    _click_row(scene_list, 1, qtbot)
    _click_row(scene_list, 3, qtbot, Qt.KeyboardModifier.ShiftModifier)
    _click_row(scene_list, 5, qtbot, Qt.KeyboardModifier.ControlModifier)
    assert chosen == ["a2.png"]
    assert [scene.name for scene in scene_list.selected_scenes()] == [
        "a2.png",
        "a10.png",
        "town/b1.png",
        "zoo/c1.png",
    ]


def test_a_click_with_ctrl_opens_nothing_whatever_it_leaves_selected(
    scene_list: SceneList, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    scene_list.scene_chosen.connect(lambda scene: chosen.append(scene.name))
    control = Qt.KeyboardModifier.ControlModifier
    _click_row(scene_list, 0, qtbot)
    for row in (1, 1, 3, 0):
        _click_row(scene_list, row, qtbot, control)
    view = _view(scene_list)
    place = view.visualRect(scene_list.model.index(3)).center()
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, control, place)
    assert chosen == ["a1.png"]


def test_arrow_keys_open_the_scene_they_stop_at(scene_list: SceneList, qtbot: QtBot) -> None:
    view = _view(scene_list)
    _click_row(scene_list, 0, qtbot)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    with qtbot.waitSignal(scene_list.scene_chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Down)
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert chosen.args[0].name == "a10.png"


def test_the_selection_survives_search_and_filter(scene_list: SceneList, qtbot: QtBot) -> None:
    selection = _view(scene_list).selectionModel()
    for row in (2, 4):
        selection.select(scene_list.model.index(row), QItemSelectionModel.SelectionFlag.Select)
    before = {"a10.png", "town/b2.png"}
    search = scene_list.findChild(QLineEdit)
    qtbot.keyClicks(search, ".png")
    _press(scene_list, "Undone", qtbot)
    assert before <= {scene.name for scene in scene_list.selected_scenes()}


def test_the_open_scene_is_the_current_row(scene_list: SceneList, session: Session) -> None:
    session.go_to(session.scenes[4])
    assert _view(scene_list).currentIndex().row() == 4
    assert [scene.name for scene in scene_list.selected_scenes()] == ["town/b2.png"]


def test_going_through_a_selection_keeps_it(scene_list: SceneList, session: Session, qtbot: QtBot) -> None:
    _click_row(scene_list, 1, qtbot)
    _click_row(scene_list, 3, qtbot, Qt.KeyboardModifier.ShiftModifier)
    session.go_to(session.scenes[2])
    assert len(scene_list.selected_scenes()) == 3


def test_next_undone(scene_list: SceneList, session: Session, qtbot: QtBot) -> None:
    session.go_to(session.scenes[2])
    button = next(button for button in scene_list.findChildren(QToolButton) if button.text() == "Next undone")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.scene == session.scenes[4]


def test_masks_changed_outside_are_asked_about_once_for_all(
    scene_list: SceneList, session: Session, qtbot: QtBot
) -> None:
    _change_outside(session, "a2.png", "a10.png")
    qtbot.waitUntil(lambda: scene_list.model.counts[SceneState.CHANGED_OUTSIDE] == 2)
    assert "2 masks were changed by another program." in _texts(scene_list)
    _press(scene_list, "!", qtbot)
    assert _names(scene_list) == ["a2.png", "a10.png"]
    _press(scene_list, "Count as checked", qtbot)
    assert not _shown(scene_list, "Count as checked")  # it is decided, and being written
    qtbot.waitUntil(lambda: scene_list.model.counts[SceneState.CHANGED_OUTSIDE] == 0)
    assert scene_list.model.counts[SceneState.EDITED] == 2
    assert not _shown(scene_list, "Count as checked")
    assert _names(scene_list) == list(NAMES)  # not an empty list under a filter that is gone


@pytest.mark.parametrize(
    ("answer", "origin"), [("Count as checked", Origin.ACCEPTED), ("Keep as prediction", Origin.MODEL)]
)
def test_the_open_scene_follows_the_answer_about_its_mask(
    scene_list: SceneList, session: Session, qtbot: QtBot, answer: str, origin: Origin
) -> None:
    _change_outside(session, "a2.png")
    session.go_to(session.scenes[1])
    qtbot.waitUntil(lambda: _shown(scene_list, answer))
    _press(scene_list, answer, qtbot)
    qtbot.waitUntil(lambda: scene_list.model.counts[SceneState.CHANGED_OUTSIDE] == 0)
    document = session.document
    assert document is not None
    assert document.origin_counts()[origin] == document.labels.size
    assert (document.labels == 5).all()
    assert session.save()
    assert session.project is not None
    stored = session.project.load_mask(session.scenes[1])
    assert stored is not None
    assert (stored.origins == origin).all()


def _change_outside(session: Session, *names: str) -> None:
    """Another program writes class 5 everywhere."""
    project = session.project
    assert project is not None
    for name in names:
        path = project.mask_path(project.scene(name))
        image = Image.open(path)
        changed = Image.new("P", image.size, 5)
        changed.putpalette(image.getpalette() or [])
        changed.save(path)
    session.scene_states_changed.emit(())


def _shown(scene_list: SceneList, text: str) -> bool:
    buttons = scene_list.findChildren(QAbstractButton)
    return any(button.text() == text and button.isVisible() for button in buttons)


def test_an_empty_window_says_how_to_begin(session: Session, scene_list: SceneList) -> None:
    assert session.close_folder()
    assert _names(scene_list) == []
    assert "The scenes of a folder appear here. Open one with Ctrl+O." in _texts(scene_list)


def test_twelve_thousand_scenes(tmp_path: Path, jobs: Jobs, qtbot: QtBot) -> None:
    folder = write_scenes(tmp_path / "many", ["s0.png"])
    for number in range(1, 12_000):
        (folder / f"s{number}.png").hardlink_to(folder / "s0.png")
    session = new_session(folder, jobs)
    widget = SceneList(session)
    qtbot.addWidget(widget)
    widget.resize(240, 600)
    widget.show()
    assert widget.model.rowCount() == 12_000
    session.go_to(session.scenes[11_000])
    assert _view(widget).visualRect(widget.model.index(11_000)).intersects(_view(widget).viewport().rect())
    qtbot.keyClicks(widget.findChild(QLineEdit), "s1199")
    assert widget.model.rowCount() == 11
    _view(widget).selectAll()
    assert len(widget.selected_scenes()) == 11
    qtbot.waitUntil(lambda: widget.model.counts[SceneState.NONE] == 12_000, timeout=20_000)
    assert _view(widget).indexAt(QPoint(5, 5)).isValid()
