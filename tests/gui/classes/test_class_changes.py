"""A change of classes beside all else: taken back, waited for, cancelled, refused."""

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui.classes.hands import (
    CAR,
    ROAD,
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
from tests.gui.windows import CONTROL, SHIFT, press, scene_folder
from unetpp_desktop.core import files
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.gui import class_dialog as class_dialog_module
from unetpp_desktop.gui import pixel_count
from unetpp_desktop.gui.class_combo import ClassCombo
from unetpp_desktop.gui.class_dialog import ClassDialog
from unetpp_desktop.gui.class_undo import ClassUndo
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.change_record import ChangeFolder
from unetpp_desktop.storage.class_counts import ClassCounts, count_classes
from unetpp_desktop.storage.project import Project

KEY = Qt.Key


def test_undo_brings_the_former_classes_back(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    choose(dialog, "Car")
    answer_next("Road")
    button_of(dialog, "Merge…").click()
    apply(dialog, window, qtbot)
    assert (stored_labels(window)[10:] == ROAD).all()
    window.mask_desk.show_class_undo()
    undo = visible_child(window, ClassUndo)
    assert isinstance(undo, ClassUndo)
    assert "Sky, Building, Pole, Road" in undo.words.text()
    with qtbot.waitSignal(window.session.project_changed):
        undo.undo_button.click()
    assert window.session.palette.names == shipped_palette("camvid11").names
    assert (stored_labels(window)[10:] == CAR).all()
    window.mask_desk.show_class_undo()
    nothing = visible_child(window, ClassUndo)
    assert isinstance(nothing, ClassUndo)
    assert nothing.words.text() == "The classes of this project have not been changed."
    assert not nothing.undo_button.isVisible()
    nothing.cancel_button.click()


def test_what_is_locked_hidden_and_painted_over_stays_with_its_class(
    dialog: ClassDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    session.set_locked(CAR, True)
    session.set_hidden(ROAD, True)
    session.set_only_over(frozenset({CAR, ROAD, VOID}))
    choose(dialog, "Sky")
    answer_next("Building")
    button_of(dialog, "Merge…").click()
    rename(dialog, "Car", "Vehicle")
    apply(dialog, window, qtbot)
    car, road = CAR - 1, ROAD - 1
    assert session.palette.names[car] == "Vehicle"
    assert (session.locked, session.hidden) == ({car}, {road})
    assert session.only_over == {car, road, VOID}
    assert session.document is not None
    assert session.document.rules == session.rules
    window.mask_desk.show_class_undo()
    undo = visible_child(window, ClassUndo)
    assert isinstance(undo, ClassUndo)
    with qtbot.waitSignal(session.project_changed):
        undo.undo_button.click()
    assert (session.locked, session.hidden) == ({CAR}, {ROAD})
    assert session.only_over == {CAR, ROAD, VOID}
    assert session.open_folder(scene_folder(tmp_path / "another"))
    assert not session.locked | session.hidden


def test_edits_of_before_are_not_applied_to_other_classes(
    dialog: ClassDialog, window: MainWindow, qtbot: QtBot
) -> None:
    session = window.session
    assert session.document is not None
    session.document.paint(Rect(0, 0, 1, 1), np.ones((1, 1), bool), CAR, Origin.PAINTED)
    assert session.document.can_undo
    choose(dialog, "Sky")
    answer_next("Building")
    button_of(dialog, "Merge…").click()
    apply(dialog, window, qtbot)
    assert session.document is not None
    assert not session.document.can_undo
    assert session.document.labels[0, 0] == CAR - 1


def test_nobody_has_to_wait_for_the_counting(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(project: Project, progress: Callable[[int, int, str], None], **_: object) -> None:
        while True:
            progress(1, 2, "")

    monkeypatch.setattr(pixel_count, "count_classes", slow)
    press(window, KEY.Key_C, CONTROL | SHIFT)
    dialog = visible_child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    qtbot.waitUntil(lambda: "counting, 1 of 2 scenes" in words_of(dialog))
    assert pixels_of(dialog, "Car") == "…"
    rename(dialog, "Car", "Vehicle")
    apply(dialog, window, qtbot)
    assert window.session.palette.names[CAR] == "Vehicle"
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def test_what_is_done_in_the_dialog_goes_on_when_the_counting_ends(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def late(project: Project, progress: Callable[[int, int, str], None], **_: object) -> ClassCounts:
        go_on.wait()
        return count_classes(project, progress)

    monkeypatch.setattr(pixel_count, "count_classes", late)
    press(window, KEY.Key_C, CONTROL | SHIFT)
    dialog = visible_child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    rename(dialog, "Road", "Street")
    combo = dialog.preview.cellWidget(0, 3).findChild(ClassCombo)
    assert pixels_of(dialog, "Car") == "…"
    choose(dialog, "Car")
    QTest.keyClick(dialog.editor, KEY.Key_F2)
    field = dialog.editor.findChild(QLineEdit)
    QTest.keyClicks(field, "Lor")
    go_on.set()
    qtbot.waitUntil(lambda: pixels_of(dialog, "Car") == "9,600")
    assert previewed(dialog) == [("Road", "9,600", "1", "Street")]
    assert dialog.preview.cellWidget(0, 3).findChild(ClassCombo) is combo
    assert QApplication.focusWidget() is field
    QTest.keyClicks(field, "ry")
    QTest.keyClick(field, KEY.Key_Return)
    qtbot.waitUntil(lambda: "Lorry" in names_of(dialog))
    assert pixels_of(dialog, "Lorry") == "9,600"


def test_nothing_is_changed_beside_another_job(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    going = [True]

    def work(progress: Callable[[int, int, str], None]) -> None:
        while going[0]:
            progress(0, 0, "")

    window.session.jobs.start("Learn", work)
    rename(dialog, "Car", "Vehicle")
    dialog.apply_button.click()
    assert "“Learn” is still running. Wait for it, or cancel it." in words_of(dialog)
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
    rename(dialog, "Car", "Vehicle")
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
    rename(dialog, "Car", "Vehicle")
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: "1.png" in words_of(dialog))
    assert window.session.document is not None
    assert window.session.palette.names[CAR] == "Car"
    dialog.reject()


@pytest.mark.parametrize("undo", [False, True])
def test_a_folder_left_between_old_and_new_classes_is_closed(
    dialog: ClassDialog,
    window: MainWindow,
    qtbot: QtBot,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
    undo: bool,
) -> None:
    rename(dialog, "Car", "Vehicle")
    if undo:
        apply(dialog, window, qtbot)
        window.mask_desk.show_class_undo()
        question = visible_child(window, ClassUndo)
        assert isinstance(question, ClassUndo)
        button = question.undo_button
    else:
        button = dialog.apply_button
    before = window.session.palette.names
    with monkeypatch.context() as patch:
        _full_disk_after_the_first_mask(patch)
        with qtbot.waitSignal(window.session.project_changed):
            button.click()
        assert window.session.project is None
        assert "the change of classes is taken back then" in said[-1]
        assert visible_child(window, ClassUndo if undo else ClassDialog) is None
        assert not window.session.open_folder(folder)
    assert window.session.open_folder(folder)
    assert window.session.palette.names == before
    assert (stored_labels(window)[10:] == CAR).all()


def _full_disk_after_the_first_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written from then on, nor be given a second name."""
    full = OSError(errno.ENOSPC, "No space left on device")
    replace = ChangeFolder._replace

    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        raise full

    def first_only(self: ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        if mask != "0.png":
            refuse()
        replace(self, path, mask, delete)
        monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
        monkeypatch.setattr(os, "link", refuse)

    monkeypatch.setattr(ChangeFolder, "_replace", first_only)


def test_edits_that_only_a_journal_knows_stop_a_change_and_that_is_told_until_the_plan_is_another(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def late(project: Project, progress: Callable[[int, int, str], None], **_: object) -> ClassCounts:
        go_on.wait()
        return count_classes(project, progress)

    monkeypatch.setattr(pixel_count, "count_classes", late)
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
    dialog = visible_child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    rename(dialog, "Car", "Vehicle")
    dialog.apply_button.click()
    sentence = "0.png has edits that were not saved when the program ended. Open it first."
    qtbot.waitUntil(lambda: sentence in words_of(dialog))
    assert session.palette.names[CAR] == "Car"
    go_on.set()
    qtbot.waitUntil(lambda: pixels_of(dialog, "Sky") != "…")
    assert sentence in words_of(dialog)
    rename(dialog, "Vehicle", "Lorry")
    assert sentence not in words_of(dialog)
    dialog.reject()
