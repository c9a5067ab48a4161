"""Other classes for a project, from the dialog and in a whole window."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QColorDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, HEIGHT, NONE, SHIFT, WIDTH, open_window, press, scene_folder
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.gui import class_dialog as class_dialog_module
from unetpp_desktop.gui.class_combo import ClassCombo
from unetpp_desktop.gui.class_dialog import ClassDialog
from unetpp_desktop.gui.class_set_menu import ClassSetMenu
from unetpp_desktop.gui.class_target import ClassTarget
from unetpp_desktop.gui.class_undo import ClassUndo
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.class_counts import ClassCounts, count_classes
from unetpp_desktop.storage.class_sets import read_class_set, write_class_set
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project

SKY, BUILDING, ROAD, CAR = 0, 1, 3, 8
KEY, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = scene_folder(tmp_path / "scenes")
    project = Project.open(folder)
    for scene, value in zip(project.scenes, (CAR, ROAD), strict=False):
        labels = np.full((HEIGHT, WIDTH), value, np.uint8)
        labels[:10] = SKY
        project.save_mask(scene, labels, np.full_like(labels, Origin.PAINTED), Provenance())
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, folder: Path) -> MainWindow:
    return open_window(qtbot, tmp_path / "config", folder)


def _child(window: MainWindow, kind: type) -> object:
    return next((child for child in window.findChildren(kind) if child.isVisible()), None)


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> ClassDialog:
    press(window, KEY.Key_C, CONTROL | SHIFT)
    dialog = _child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    return dialog


def _names(dialog: ClassDialog) -> list[str]:
    return [dialog.editor.topLevelItem(row).text(0) for row in range(dialog.editor.topLevelItemCount())]


def _pixels(dialog: ClassDialog, name: str) -> str:
    return dialog.editor.topLevelItem(_names(dialog).index(name)).text(1)


def _choose(dialog: ClassDialog, name: str) -> None:
    dialog.editor.choose(_names(dialog).index(name))


def _button(dialog: ClassDialog, text: str) -> QPushButton:
    return next(button for button in dialog.findChildren(QPushButton) if button.text() == text)


def _words(dialog: ClassDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def _previewed(dialog: ClassDialog) -> list[tuple[str, str, str, str]]:
    table = dialog.preview
    rows = []
    for row in range(table.rowCount()):
        combo = table.cellWidget(row, 3).findChild(ClassCombo)
        texts = (table.item(row, column) for column in range(3))
        rows.append((*(item.text() for item in texts if item is not None), combo.currentText()))
    return rows


def _answer(target: str | None) -> None:
    """The question that comes next is answered; None: cancelled."""

    def answer() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, ClassTarget)
        if target is None:
            question.reject()
        else:
            question.combo.setCurrentIndex(question.combo.findText(target))
            question.accept()

    QTimer.singleShot(0, answer)


def _apply(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.project_changed):
        dialog.apply_button.click()
    qtbot.waitUntil(lambda: _child(window, ClassDialog) is None)


def _labels(window: MainWindow, place: int = 0) -> np.ndarray:
    project = window.session.project
    assert project is not None
    stored = project.load_mask(project.scenes[place])
    assert stored is not None
    return stored.labels


def test_all_classes_are_shown_with_their_pixels(dialog: ClassDialog) -> None:
    assert _names(dialog) == list(shipped_palette("camvid11").names)
    assert _pixels(dialog, "Sky") == "2,400"
    assert _pixels(dialog, "Car") == "9,600"
    assert not dialog.apply_button.isEnabled()
    assert "No labelled pixel gets another class." in _words(dialog)
    assert not dialog.preview.isVisible()


def test_a_class_is_renamed_by_typing_and_the_masks_follow(
    dialog: ClassDialog, window: MainWindow, qtbot: QtBot
) -> None:
    _choose(dialog, "Car")
    QTest.keyClick(dialog.editor, KEY.Key_F2)
    field = dialog.editor.findChild(QLineEdit)
    QTest.keyClicks(field, "Vehicle")
    QTest.keyClick(field, KEY.Key_Return)
    qtbot.waitUntil(lambda: _previewed(dialog) == [("Car", "9,600", "1", "Vehicle")])
    _apply(dialog, window, qtbot)
    session = window.session
    assert session.palette.names[CAR] == "Vehicle"
    assert session.scene is not None
    assert session.scene.name == "0.png"
    assert (_labels(window)[10:] == CAR).all()
    assert window.label_panel.classes.model().index(CAR, 0).data() == "Vehicle"
    assert "The classes are changed, and 2 masks with them." in window.contents.toasts.sentences()
    buttons = window.contents.toasts.findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == "Undo…").click()
    undo = _child(window, ClassUndo)
    assert isinstance(undo, ClassUndo)
    undo.reject()


def test_merging_asks_into_which_class(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    _choose(dialog, "Car")
    _answer(None)
    _button(dialog, "Merge…").click()
    assert "Car" in _names(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    _answer("Road")
    QTest.keyClick(dialog.editor, KEY.Key_M, CONTROL)
    assert _previewed(dialog) == [("Car", "9,600", "1", "Road")]
    assert _pixels(dialog, "Road") == "19,200"
    _apply(dialog, window, qtbot)
    assert (_labels(window)[10:] == ROAD).all()
    assert "Car" not in window.session.palette.names


def test_removing_asks_what_the_pixels_become(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    _choose(dialog, "Building")
    QTest.keyClick(dialog.editor, KEY.Key_Delete)  # it has no pixels: nothing to ask
    assert "Building" not in _names(dialog)
    _choose(dialog, "Car")
    _answer("void")
    QTest.keyClick(dialog.editor, KEY.Key_Delete)
    assert ("Car", "9,600", "1", "void") in _previewed(dialog)
    assert "Pixels of Car become void." in _words(dialog)
    _apply(dialog, window, qtbot)
    assert (_labels(window)[10:] == VOID).all()
    assert (_labels(window, 1)[10:] == ROAD - 1).all()


def test_where_pixels_go_can_be_chosen_in_the_preview(dialog: ClassDialog) -> None:
    _choose(dialog, "Car")
    _answer("void")
    _button(dialog, "Remove…").click()
    combo = dialog.preview.cellWidget(0, 3).findChild(ClassCombo)
    assert combo.accessibleName() == "Pixels of Car become"
    row = combo.findText("Sky")
    combo.setCurrentIndex(row)
    combo.activated.emit(row)
    assert _previewed(dialog) == [("Car", "9,600", "1", "Sky")]
    assert _pixels(dialog, "Sky") == "12,000"


def test_a_class_is_added_and_named_at_once(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    _choose(dialog, "Bicyclist")
    QTest.keyClick(dialog.editor, KEY.Key_Insert)
    field = dialog.editor.findChild(QLineEdit)
    QTest.keyClicks(field, "Dog")
    QTest.keyClick(field, KEY.Key_Return)
    qtbot.waitUntil(lambda: dialog.plan.classes[-1].name == "Dog")
    before = (window.session.project.labels_folder / "0.png").stat()  # type: ignore[union-attr]
    _apply(dialog, window, qtbot)
    assert window.session.palette.names[-1] == "Dog"
    assert (window.session.project.labels_folder / "0.png").stat() == before  # type: ignore[union-attr]


def test_rows_move_by_keys_and_by_dragging(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    _choose(dialog, "Sky")
    QTest.keyClick(dialog.editor, KEY.Key_Down, ALT)
    assert _names(dialog)[:2] == ["Building", "Sky"]
    assert dialog.editor.current == 1
    QTest.keyClick(dialog.editor, KEY.Key_Up, ALT)
    QTest.keyClick(dialog.editor, KEY.Key_Up, ALT)  # there is nothing above
    assert _names(dialog)[:2] == ["Sky", "Building"]
    below_all = QPointF(20, dialog.editor.viewport().height() - 2)
    event = QDropEvent(
        below_all, Qt.DropAction.MoveAction, dialog.editor.mimeData([]), Qt.MouseButton.LeftButton, NONE
    )
    dialog.editor.dropEvent(event)
    assert _names(dialog)[-1] == "Sky"
    assert dialog.editor.current == 10
    _apply(dialog, window, qtbot)
    assert (_labels(window)[:10] == 10).all()


def test_dropping_between_two_rows_puts_the_class_there(dialog: ClassDialog) -> None:
    _choose(dialog, "Car")
    place = dialog.editor.visualItemRect(dialog.editor.topLevelItem(2)).topLeft() + QPoint(20, 4)
    event = QDropEvent(
        QPointF(place), Qt.DropAction.MoveAction, dialog.editor.mimeData([]), Qt.MouseButton.LeftButton, NONE
    )
    dialog.editor.dropEvent(event)
    assert _names(dialog)[1:4] == ["Building", "Car", "Pole"]


def test_a_colour_is_chosen(dialog: ClassDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(1, 2, 3))
    _choose(dialog, "Car")
    QTest.keyClick(dialog.editor, KEY.Key_L, CONTROL)
    assert dialog.plan.classes[CAR].color == (1, 2, 3)
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
    _button(dialog, "Colour…").click()
    assert dialog.plan.classes[CAR].color == (1, 2, 3)
    dialog.plan = dialog.plan.recoloured(ROAD, (2, 2, 3))
    dialog.undo()
    assert dialog.plan.classes[CAR].color == (64, 0, 128)


def _rename(dialog: ClassDialog, name: str, to: str) -> None:
    dialog.editor.topLevelItem(_names(dialog).index(name)).setText(0, to)
    QApplication.processEvents()


def test_names_and_colours_that_collide_are_told(
    dialog: ClassDialog, window: MainWindow, tiny_model: ModelEntry
) -> None:
    _rename(dialog, "Car", "Road")
    assert "Two classes are called Road." in _words(dialog)
    assert not dialog.apply_button.isEnabled()
    QTest.keyClick(dialog, KEY.Key_Z, CONTROL)
    assert dialog.plan.classes[CAR].name == "Car"
    _rename(dialog, "Car", " ")
    assert "A class has no name." in _words(dialog)
    assert not dialog.apply_button.isEnabled()
    dialog.undo()
    _rename(dialog, "Car", "road")
    assert "Road and road differ in upper and lower case only." in _words(dialog)
    assert dialog.apply_button.isEnabled()
    dialog.undo()
    window.session.set_model(tiny_model)
    dialog._change(dialog.plan.recoloured(CAR, (128, 64, 120)).added("Dog", (0, 255, 0), 0))
    assert "Road and Car have colours that are hard to tell apart." in _words(dialog)
    assert "The model tiny does not know Dog." in _words(dialog)


def test_more_than_255_classes_cannot_be_added(dialog: ClassDialog) -> None:
    plan = dialog.plan
    for number in range(244):
        plan = plan.added(f"c{number}", (0, 0, 0), 0)
    dialog._change(plan)
    assert not _button(dialog, "Add").isEnabled()
    assert dialog.apply_button.isEnabled()
    assert "And " in _words(dialog)  # there are thousands of similar colours


def test_a_shipped_set_and_a_file_can_be_taken_over(
    dialog: ClassDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = dialog.findChild(ClassSetMenu)
    assert sets is not None
    menu = {action.text(): action for action in sets.menu().actions()}
    menu["CamVid-32"].trigger()
    assert len(_names(dialog)) == 31
    assert ("Pavement", "0", "0", "Sidewalk") in _previewed(dialog)
    assert _pixels(dialog, "Car") == "9,600"
    path = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    menu["Save as…"].trigger()
    assert read_class_set(path.with_suffix(".json")).names == shipped_palette("camvid32").names
    write_class_set(tmp_path / "two.json", shipped_palette("camvid11"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "two.json"), ""))
    menu["Load…"].trigger()
    assert _names(dialog) == list(shipped_palette("camvid11").names)
    assert not dialog.apply_button.isEnabled()
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: told.append(text))
    sets.load(tmp_path / "gone.json")
    assert "gone.json does not exist" in told[0]


def test_undo_brings_the_former_classes_back(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    _choose(dialog, "Car")
    _answer("Road")
    _button(dialog, "Merge…").click()
    _apply(dialog, window, qtbot)
    assert (_labels(window)[10:] == ROAD).all()
    window.mask_desk.show_class_undo()
    undo = _child(window, ClassUndo)
    assert isinstance(undo, ClassUndo)
    assert "Sky, Building, Pole, Road" in undo.words.text()
    with qtbot.waitSignal(window.session.project_changed):
        undo.undo_button.click()
    assert window.session.palette.names == shipped_palette("camvid11").names
    assert (_labels(window)[10:] == CAR).all()
    window.mask_desk.show_class_undo()
    nothing = _child(window, ClassUndo)
    assert isinstance(nothing, ClassUndo)
    assert nothing.words.text() == "The classes of this project have not been changed."
    assert not nothing.undo_button.isVisible()
    nothing.cancel_button.click()


def test_edits_of_before_are_not_applied_to_other_classes(
    dialog: ClassDialog, window: MainWindow, qtbot: QtBot
) -> None:
    session = window.session
    assert session.document is not None
    session.document.paint(Rect(0, 0, 1, 1), np.ones((1, 1), bool), CAR, Origin.PAINTED)
    assert session.document.can_undo
    _choose(dialog, "Sky")
    _answer("Building")
    _button(dialog, "Merge…").click()
    _apply(dialog, window, qtbot)
    assert session.document is not None
    assert not session.document.can_undo
    assert session.document.labels[0, 0] == CAR - 1


def test_nobody_has_to_wait_for_the_counting(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(project: Project, progress: Callable[[int, int, str], None]) -> None:
        while True:
            progress(1, 2, "")

    monkeypatch.setattr(class_dialog_module, "count_classes", slow)
    press(window, KEY.Key_C, CONTROL | SHIFT)
    dialog = _child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    qtbot.waitUntil(lambda: "counting, 1 of 2 scenes" in _words(dialog))
    assert _pixels(dialog, "Car") == "…"
    _rename(dialog, "Car", "Vehicle")
    _apply(dialog, window, qtbot)
    assert window.session.palette.names[CAR] == "Vehicle"
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def test_nothing_is_changed_beside_another_job(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    going = [True]

    def work(progress: Callable[[int, int, str], None]) -> None:
        while going[0]:
            progress(0, 0, "")

    window.session.jobs.start("Learn", work)
    _rename(dialog, "Car", "Vehicle")
    dialog.apply_button.click()
    assert "“Learn” is still running. Wait for it, or cancel it." in _words(dialog)
    going[0] = False
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert window.session.palette.names[CAR] == "Car"
    dialog.reject()


def test_cancelling_leaves_everything_and_the_dialog_open(
    dialog: ClassDialog, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(project: Project, new: object, table: object, progress: Callable[[int, int, str], None]) -> int:
        while True:
            progress(1, 2, "")

    monkeypatch.setattr(class_dialog_module, "change_classes", slow)
    _rename(dialog, "Car", "Vehicle")
    dialog.apply_button.click()
    assert window.session.document is None
    assert not dialog.editor.isEnabled()
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: window.session.document is not None)
    assert dialog.isVisible()
    assert dialog.apply_button.isEnabled()
    assert window.session.palette.names[CAR] == "Car"
    dialog.cancel_button.click()
    assert not dialog.isVisible()


def test_a_fault_in_a_mask_is_told_in_the_dialog(
    dialog: ClassDialog, window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    (folder / "labels" / "1.png").write_bytes(b"no image")
    _rename(dialog, "Car", "Vehicle")
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: "1.png" in _words(dialog))
    assert window.session.document is not None
    assert window.session.palette.names[CAR] == "Car"
    dialog.reject()


def test_the_list_of_classes_says_in_words_what_it_shows(window: MainWindow) -> None:
    model = window.label_panel.classes.model()
    window.session.set_locked(CAR, True)
    window.session.set_hidden(CAR, True)
    words = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in (SKY, ROAD, CAR)]
    assert words == ["Sky, 11 %", "Road", "Car, 89 %, locked, hidden"]


def test_a_double_click_on_a_class_opens_the_dialog(window: MainWindow, qtbot: QtBot) -> None:
    classes = window.label_panel.classes
    lock = classes.visualRect(classes.model().index(CAR, 0)).topRight() + QPoint(-120, 10)
    QTest.mouseDClick(classes.viewport(), Qt.MouseButton.LeftButton, NONE, lock)
    assert _child(window, ClassDialog) is None
    place = classes.visualRect(classes.model().index(CAR, 0)).topLeft() + QPoint(60, 10)
    QTest.mouseClick(classes.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    QTest.mouseDClick(classes.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    dialog = _child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    assert dialog.plan.classes[dialog.editor.current].name == "Car"
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    dialog.reject()


def test_edits_that_only_a_journal_knows_stop_a_change_and_that_is_told_until_the_plan_is_another(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def late(project: Project, progress: Callable[[int, int, str], None]) -> ClassCounts:
        go_on.wait()
        return count_classes(project, progress)

    monkeypatch.setattr(class_dialog_module, "count_classes", late)
    session = window.session
    assert session.document is not None
    session.document.paint(Rect(0, 0, 9, 9), np.ones((9, 9), bool), CAR, Origin.PAINTED)
    session.after_edit(Rect(0, 0, 9, 9))
    assert session.visit is not None
    assert session.visit.journal is not None
    session.visit.journal.close()
    crashed = tmp_path / "crashed"
    shutil.copytree(folder, crashed, ignore=shutil.ignore_patterns("thumbnails"))  # still being written
    assert session.open_folder(crashed, scene="1.png")
    press(window, KEY.Key_C, CONTROL | SHIFT)
    dialog = _child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    _rename(dialog, "Car", "Vehicle")
    dialog.apply_button.click()
    sentence = "0.png has edits that were not saved when the program ended. Open it first."
    qtbot.waitUntil(lambda: sentence in _words(dialog))
    assert session.palette.names[CAR] == "Car"
    go_on.set()
    qtbot.waitUntil(lambda: _pixels(dialog, "Sky") != "…")
    assert sentence in _words(dialog)
    _rename(dialog, "Vehicle", "Lorry")
    assert sentence not in _words(dialog)
    dialog.reject()
