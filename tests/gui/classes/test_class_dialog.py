"""The dialog about classes: opened, planned in, and its plan carried out."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from tests.gui.classes.hands import (
    CAR,
    ROAD,
    SKY,
    answer_next,
    apply,
    button_of,
    choose,
    names_of,
    pixels_of,
    previewed,
    rename,
    stored_labels,
    visible_child,
    words_of,
)
from tests.gui.windows import CONTROL, NONE
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.gui.class_combo import ClassCombo
from unetpp_desktop.gui.class_dialog import ClassDialog
from unetpp_desktop.gui.class_set_menu import ClassSetMenu
from unetpp_desktop.gui.class_undo import ClassUndo
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.class_sets import read_class_set, write_class_set

KEY, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier


def test_all_classes_are_shown_with_their_pixels(dialog: ClassDialog) -> None:
    assert names_of(dialog) == list(shipped_palette("camvid11").names)
    assert pixels_of(dialog, "Sky") == "2,400"
    assert pixels_of(dialog, "Car") == "9,600"
    assert not dialog.apply_button.isEnabled()
    assert "No labelled pixel gets another class." in words_of(dialog)
    assert not dialog.preview.isVisible()


def test_a_class_is_renamed_by_typing_and_the_masks_follow(
    dialog: ClassDialog, window: MainWindow, qtbot: QtBot
) -> None:
    choose(dialog, "Car")
    QTest.keyClick(dialog.editor, KEY.Key_F2)
    field = dialog.editor.findChild(QLineEdit)
    QTest.keyClicks(field, "Vehicle")
    QTest.keyClick(field, KEY.Key_Return)
    qtbot.waitUntil(lambda: previewed(dialog) == [("Car", "9,600", "1", "Vehicle")])
    apply(dialog, window, qtbot)
    session = window.session
    assert session.palette.names[CAR] == "Vehicle"
    assert session.scene is not None
    assert session.scene.name == "0.png"
    assert (stored_labels(window)[10:] == CAR).all()
    assert window.label_panel.classes.model().index(CAR, 0).data() == "Vehicle"
    assert "The classes are changed, and 2 masks with them." in window.contents.toasts.sentences()
    buttons = window.contents.toasts.findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == "Undo…").click()
    undo = visible_child(window, ClassUndo)
    assert isinstance(undo, ClassUndo)
    undo.reject()


def test_merging_asks_into_which_class(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    choose(dialog, "Car")
    answer_next(None)
    button_of(dialog, "Merge…").click()
    assert "Car" in names_of(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    answer_next("Road")
    QTest.keyClick(dialog.editor, KEY.Key_M, CONTROL)
    assert previewed(dialog) == [("Car", "9,600", "1", "Road")]
    assert pixels_of(dialog, "Road") == "19,200"
    apply(dialog, window, qtbot)
    assert (stored_labels(window)[10:] == ROAD).all()
    assert "Car" not in window.session.palette.names


def test_removing_asks_what_the_pixels_become(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    choose(dialog, "Building")
    QTest.keyClick(dialog.editor, KEY.Key_Delete)  # it has no pixels: nothing to ask
    assert "Building" not in names_of(dialog)
    choose(dialog, "Car")
    answer_next("void")
    QTest.keyClick(dialog.editor, KEY.Key_Delete)
    assert ("Car", "9,600", "1", "void") in previewed(dialog)
    assert "Pixels of Car become void." in words_of(dialog)
    apply(dialog, window, qtbot)
    assert (stored_labels(window)[10:] == VOID).all()
    assert (stored_labels(window, 1)[10:] == ROAD - 1).all()


def test_where_pixels_go_can_be_chosen_in_the_preview(dialog: ClassDialog) -> None:
    choose(dialog, "Car")
    answer_next("void")
    button_of(dialog, "Remove…").click()
    combo = dialog.preview.cellWidget(0, 3).findChild(ClassCombo)
    assert combo.accessibleName() == "Pixels of Car become"
    row = combo.findText("Sky")
    combo.setCurrentIndex(row)
    combo.activated.emit(row)
    assert previewed(dialog) == [("Car", "9,600", "1", "Sky")]
    assert pixels_of(dialog, "Sky") == "12,000"


def test_a_class_is_added_and_named_at_once(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    choose(dialog, "Bicyclist")
    QTest.keyClick(dialog.editor, KEY.Key_Insert)
    field = dialog.editor.findChild(QLineEdit)
    QTest.keyClicks(field, "Dog")
    QTest.keyClick(field, KEY.Key_Return)
    qtbot.waitUntil(lambda: dialog.plan.classes[-1].name == "Dog")
    before = (window.session.project.labels_folder / "0.png").stat()  # type: ignore[union-attr]
    apply(dialog, window, qtbot)
    assert window.session.palette.names[-1] == "Dog"
    assert (window.session.project.labels_folder / "0.png").stat() == before  # type: ignore[union-attr]


def test_rows_move_by_keys_and_by_dragging(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    choose(dialog, "Sky")
    QTest.keyClick(dialog.editor, KEY.Key_Down, ALT)
    assert names_of(dialog)[:2] == ["Building", "Sky"]
    assert dialog.editor.current == 1
    QTest.keyClick(dialog.editor, KEY.Key_Up, ALT)
    QTest.keyClick(dialog.editor, KEY.Key_Up, ALT)  # there is nothing above
    assert names_of(dialog)[:2] == ["Sky", "Building"]
    below_all = QPointF(20, dialog.editor.viewport().height() - 2)
    event = QDropEvent(
        below_all, Qt.DropAction.MoveAction, dialog.editor.mimeData([]), Qt.MouseButton.LeftButton, NONE
    )
    dialog.editor.dropEvent(event)
    assert names_of(dialog)[-1] == "Sky"
    assert dialog.editor.current == 10
    apply(dialog, window, qtbot)
    assert (stored_labels(window)[:10] == 10).all()


def test_dropping_between_two_rows_puts_the_class_there(dialog: ClassDialog) -> None:
    choose(dialog, "Car")
    place = dialog.editor.visualItemRect(dialog.editor.topLevelItem(2)).topLeft() + QPoint(20, 4)
    event = QDropEvent(
        QPointF(place), Qt.DropAction.MoveAction, dialog.editor.mimeData([]), Qt.MouseButton.LeftButton, NONE
    )
    dialog.editor.dropEvent(event)
    assert names_of(dialog)[1:4] == ["Building", "Car", "Pole"]


def test_a_colour_is_chosen(dialog: ClassDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(1, 2, 3))
    choose(dialog, "Car")
    QTest.keyClick(dialog.editor, KEY.Key_L, CONTROL)
    assert dialog.plan.classes[CAR].color == (1, 2, 3)
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
    button_of(dialog, "Colour…").click()
    assert dialog.plan.classes[CAR].color == (1, 2, 3)
    dialog.plan = dialog.plan.recoloured(ROAD, (2, 2, 3))
    dialog.undo()
    assert dialog.plan.classes[CAR].color == (64, 0, 128)


def test_names_and_colours_that_collide_are_told(
    dialog: ClassDialog, window: MainWindow, tiny_model: ModelEntry
) -> None:
    rename(dialog, "Car", "Road")
    assert "Two classes are called Road." in words_of(dialog)
    assert not dialog.apply_button.isEnabled()
    QTest.keyClick(dialog, KEY.Key_Z, CONTROL)
    assert dialog.plan.classes[CAR].name == "Car"
    rename(dialog, "Car", " ")
    assert "A class has no name." in words_of(dialog)
    assert not dialog.apply_button.isEnabled()
    dialog.undo()
    rename(dialog, "Car", "road")
    assert "Road and road differ in upper and lower case only." in words_of(dialog)
    assert dialog.apply_button.isEnabled()
    dialog.undo()
    window.session.set_model(tiny_model)
    dialog._change(dialog.plan.recoloured(CAR, (128, 64, 120)).added("Dog", (0, 255, 0), 0))
    assert "Road and Car have colours that are hard to tell apart." in words_of(dialog)
    assert "The model tiny does not know Dog." in words_of(dialog)


def test_more_than_255_classes_cannot_be_added(dialog: ClassDialog) -> None:
    plan = dialog.plan
    for number in range(244):
        plan = plan.added(f"c{number}", (0, 0, 0), 0)
    dialog._change(plan)
    assert not button_of(dialog, "Add").isEnabled()
    assert dialog.apply_button.isEnabled()
    assert "And " in words_of(dialog)  # there are thousands of similar colours


def test_a_shipped_set_and_a_file_can_be_taken_over(
    dialog: ClassDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = dialog.findChild(ClassSetMenu)
    assert sets is not None
    menu = {action.text(): action for action in sets.menu().actions()}
    menu["CamVid-32"].trigger()
    assert len(names_of(dialog)) == 31
    assert ("Pavement", "0", "0", "Sidewalk") in previewed(dialog)
    assert pixels_of(dialog, "Car") == "9,600"
    path = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    menu["Save as…"].trigger()
    assert read_class_set(path.with_suffix(".json")).names == shipped_palette("camvid32").names
    write_class_set(tmp_path / "two.json", shipped_palette("camvid11"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "two.json"), ""))
    menu["Load…"].trigger()
    assert names_of(dialog) == list(shipped_palette("camvid11").names)
    assert not dialog.apply_button.isEnabled()
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: told.append(text))
    sets.load(tmp_path / "gone.json")
    assert "gone.json does not exist" in told[0]


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
    assert visible_child(window, ClassDialog) is None
    place = classes.visualRect(classes.model().index(CAR, 0)).topLeft() + QPoint(60, 10)
    QTest.mouseClick(classes.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    QTest.mouseDClick(classes.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    dialog = visible_child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    assert dialog.plan.classes[dialog.editor.current].name == "Car"
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    dialog.reject()
