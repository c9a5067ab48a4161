"""One class becomes another: here, in the selection, in all scenes."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    SHIFT,
    WIDTH,
    at,
    open_window,
    press,
    saved_labels,
    scene_folder,
)
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing import regions
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.gui import edit_runner, replacing
from unetpp_desktop.gui.class_combo import ClassCombo
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.replace_dialog import ReplaceDialog
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_edits import edit_scene

SKY, ROAD, CAR = 0, 3, 8
KEY = Qt.Key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four scenes: three with a car in the lower half, one without a mask."""
    folder = scene_folder(tmp_path / "scenes", 4)
    project = Project.open(folder)
    for scene in project.scenes[:3]:
        labels = np.full((HEIGHT, WIDTH), SKY, np.uint8)
        labels[45:] = CAR
        project.save_mask(scene, labels, np.full_like(labels, Origin.MODEL), Provenance(done=True))
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, folder: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", folder)
    window.session.set_class(CAR)
    return window


def _dialog(window: MainWindow) -> ReplaceDialog:
    press(window, KEY.Key_H, CONTROL)
    return next(dialog for dialog in window.findChildren(ReplaceDialog) if dialog.isVisible())


def _choose(dialog: ReplaceDialog, old: str, new: str) -> None:
    for combo, name in zip(dialog.findChildren(ClassCombo), (old, new), strict=True):
        combo.setCurrentIndex(combo.findText(name))


def _everywhere(dialog: ReplaceDialog, window: MainWindow, qtbot: QtBot) -> None:
    dialog.findChildren(QRadioButton)[1].click()
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def _words(dialog: ReplaceDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def _ok(dialog: ReplaceDialog) -> QPushButton:
    return next(button for button in dialog.findChildren(QPushButton) if button.text() == "Replace")


def _replace_cars_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    _everywhere(dialog, window, qtbot)
    _ok(dialog).click()


def _hold_the_job(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Set: by the job, when it comes to its first scene; by the test, when it may go on."""
    begun, go_on = threading.Event(), threading.Event()

    def held(project: Project, scene: Scene, change: Callable[[MaskDocument], Rect]) -> bool:
        begun.set()
        go_on.wait()
        return edit_scene(project, scene, change)

    monkeypatch.setattr(replacing, "edit_scene", held)
    return begun, go_on


def _labels(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.labels


def test_a_class_is_replaced_in_this_scene(window: MainWindow) -> None:
    dialog = _dialog(window)
    assert [combo.currentText() for combo in dialog.findChildren(ClassCombo)] == ["Car", "Sky"]
    _choose(dialog, "Car", "Road")
    assert "5,400 px" in _words(dialog)
    _ok(dialog).click()
    assert (_labels(window)[45:] == ROAD).all()
    assert window.session.document is not None
    assert window.session.document.undo_name == "Replace class"
    press(window, KEY.Key_Z, CONTROL)
    assert (_labels(window)[45:] == CAR).all()


def test_only_the_selection_is_replaced(window: MainWindow) -> None:
    window.session.select(Selection(Rect(40, 0, 50, 10), np.ones((10, 10), bool)))
    dialog = _dialog(window)
    _choose(dialog, "Car", "void")
    assert "50 px" in _words(dialog)
    assert dialog.findChildren(QRadioButton)[0].text() == "In the selection"
    _ok(dialog).click()
    assert np.count_nonzero(_labels(window) == VOID) == 50


def test_what_cannot_be_replaced_is_told(window: MainWindow) -> None:
    dialog = _dialog(window)
    _choose(dialog, "Car", "Car")
    assert "Choose two different classes." in _words(dialog)
    assert not _ok(dialog).isEnabled()
    _choose(dialog, "Fence", "Car")
    assert "There is no Fence to replace." in _words(dialog)
    assert not _ok(dialog).isEnabled()
    dialog.reject()
    window.session.set_locked(CAR, True)
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    assert "Car is locked: its pixels stay. Unlock it first." in _words(dialog)
    assert not _ok(dialog).isEnabled()


def test_where_the_rules_keep_every_pixel_no_scene_is_said_to_be_changed(
    window: MainWindow, qtbot: QtBot
) -> None:
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    _everywhere(dialog, window, qtbot)
    window.session.set_only_over(frozenset((VOID,)))
    _ok(dialog).click()
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    sentences = window.contents.toasts.sentences()
    assert "Nothing was changed: all these pixels are locked or protected." in sentences
    assert not any("Car is Road now" in sentence for sentence in sentences)
    assert (_labels(window)[45:] == CAR).all()


def test_only_pixels_that_may_be_changed_are_counted(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    project = Project.open(folder)
    labels = np.full((HEIGHT, WIDTH), CAR, np.uint8)
    origins = np.full_like(labels, Origin.PAINTED)
    origins[0, :10] = Origin.MODEL
    project.save_mask(project.scenes[1], labels, origins, Provenance())
    document = window.session.document
    assert document is not None
    document.paint(Rect(0, 0, 1, 100), np.ones((1, 100), bool), CAR, Origin.PAINTED)
    window.session.set_protect_human(True)
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    assert "5,400 px" in _words(dialog)
    _everywhere(dialog, window, qtbot)
    assert "10,810 px in 3 scenes" in _words(dialog)
    _choose(dialog, "Fence", "Road")
    assert "There is no Fence to replace that is not painted or checked; such pixels are kept." in _words(
        dialog
    )
    assert not _ok(dialog).isEnabled()
    dialog.reject()
    window.session.set_only_over(frozenset((VOID,)))
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    assert "0 px" in _words(dialog)
    assert "“Paint over” leaves Car as it is. Choose another rule there first." in _words(dialog)
    assert not _ok(dialog).isEnabled()


def test_a_class_is_replaced_in_all_scenes_and_each_can_undo_it(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    session = window.session
    session.select(Selection(Rect(40, 0, 50, 10), np.ones((10, 10), bool)))
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    _everywhere(dialog, window, qtbot)
    assert "16,200 px in 3 scenes" in _words(dialog)
    _ok(dialog).click()
    qtbot.waitUntil(lambda: "Car is Road now in 3 scenes." in window.contents.toasts.sentences())
    assert (_labels(window)[45:] == ROAD).all()  # all of it, whatever is selected
    for name in ("1.png", "2.png"):
        assert (saved_labels(folder, name)[45:] == ROAD).all()
    assert not (folder / "labels" / "3.png").exists()
    session.next_scene()
    assert session.document is not None
    assert session.document.undo_name == "Replace class"
    assert session.is_done
    press(window, KEY.Key_Z, CONTROL)
    assert (_labels(window)[45:] == CAR).all()
    assert (session.document.origins == Origin.MODEL).all()


def test_what_is_not_saved_yet_is_counted_too(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    assert window.session.document is not None
    window.session.document.paint(Rect(0, 0, 1, 100), np.ones((1, 100), bool), CAR, Origin.PAINTED)
    before = (folder / "labels" / "0.png").stat()
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    _everywhere(dialog, window, qtbot)
    assert "16,300 px in 3 scenes" in _words(dialog)
    assert (folder / "labels" / "0.png").stat() == before  # looking changes no file
    dialog.reject()


def test_a_mask_that_cannot_be_read_is_told_and_the_others_follow(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    dialog = _dialog(window)
    _choose(dialog, "Car", "Road")
    _everywhere(dialog, window, qtbot)
    (folder / "labels" / "1.png").write_bytes(b"no image")
    _ok(dialog).click()
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert any("1.png" in sentence for sentence in window.contents.toasts.sentences())
    assert (saved_labels(folder, "2.png")[45:] == ROAD).all()


def test_a_scene_that_is_opened_meanwhile_gets_its_edit_from_its_document(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    _replace_cars_everywhere(window, qtbot)
    window.session.next_scene()  # before the job comes to it, or after
    qtbot.waitUntil(lambda: "Car is Road now in 3 scenes." in window.contents.toasts.sentences())
    assert (_labels(window)[45:] == ROAD).all()
    assert window.session.document is not None
    assert window.session.document.undo_name == "Replace class"
    assert (saved_labels(folder, "0.png")[45:] == ROAD).all()


def _compute_in_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a scene of many megapixels."""
    monkeypatch.setattr(edit_runner, "_AT_ONCE", 0)


def test_the_sentence_waits_for_the_open_scene(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compute_in_jobs(monkeypatch)
    _replace_cars_everywhere(window, qtbot)
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=at(window.canvas, 60, 20))
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert not any("Car is Road now" in sentence for sentence in window.contents.toasts.sentences())
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=at(window.canvas, 60, 20))
    qtbot.waitUntil(lambda: "Car is Road now in 3 scenes." in window.contents.toasts.sentences())
    assert (_labels(window)[46:] == ROAD).all()


def test_a_command_right_after_a_replacing_waits_for_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compute_in_jobs(monkeypatch)
    document = window.session.document
    assert document is not None
    document.paint(Rect(10, 10, 12, 12), np.ones((2, 2), bool), CAR, Origin.PAINTED)
    _replace_cars_everywhere(window, qtbot)
    window.session.set_class(SKY)
    press(window, KEY.Key_F, SHIFT)
    qtbot.waitUntil(lambda: document.undo_name == "Fill holes")
    assert [edit.name for edit in document.history.entries()][-2:] == ["Replace class", "Fill holes"]
    assert (_labels(window)[:45] == SKY).all()
    assert (_labels(window)[45:] == ROAD).all()
    qtbot.waitUntil(lambda: "Car is Road now in 3 scenes." in window.contents.toasts.sentences())


def test_a_scene_that_is_left_before_its_edit_is_made_gets_it_in_its_file(
    window: MainWindow, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compute_in_jobs(monkeypatch)
    _replace_cars_everywhere(window, qtbot)
    window.session.go_to(window.session.scenes[3])
    qtbot.waitUntil(lambda: "Car is Road now in 3 scenes." in window.contents.toasts.sentences())
    assert (saved_labels(folder, "0.png")[45:] == ROAD).all()
    assert not any("nothing was changed" in sentence for sentence in window.contents.toasts.sentences())


def test_an_edit_that_is_given_up_is_not_counted(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compute_in_jobs(monkeypatch)
    go_on, plainly = threading.Event(), regions.replace

    def held(labels: np.ndarray, old: int, new: int) -> regions.Proposal:
        go_on.wait()
        return plainly(labels, old, new)

    monkeypatch.setattr(regions, "replace", held)
    _replace_cars_everywhere(window, qtbot)
    next(job for job in window.session.jobs.active if job.title == "Replace class").cancel()
    go_on.set()
    qtbot.waitUntil(lambda: "Car is Road now in 2 scenes." in window.contents.toasts.sentences())
    assert (_labels(window)[45:] == CAR).all()


def test_a_job_given_up_says_what_it_has_replaced(
    window: MainWindow, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = _hold_the_job(monkeypatch)
    _replace_cars_everywhere(window, qtbot)
    qtbot.waitUntil(begun.is_set)
    window.session.jobs.active[0].cancel()
    go_on.set()
    qtbot.waitUntil(lambda: "Car is Road now in 2 scenes." in window.contents.toasts.sentences())
    assert (saved_labels(folder, "1.png")[45:] == ROAD).all()
    assert not (saved_labels(folder, "2.png")[45:] == ROAD).any()


def test_a_scene_that_is_drawn_in_is_not_said_to_be_changed(
    window: MainWindow, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = _hold_the_job(monkeypatch)
    _replace_cars_everywhere(window, qtbot)
    qtbot.waitUntil(begun.is_set)
    assert window.session.go_to(window.session.scenes[2])
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=at(window.canvas, 60, 20))
    go_on.set()
    sentences = window.contents.toasts.sentences
    qtbot.waitUntil(lambda: "Car is Road now in 2 scenes." in sentences())
    assert "2.png could not be changed at that moment. Replace the class there again." in sentences()
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=at(window.canvas, 60, 20))
    assert (_labels(window)[46:] == CAR).all()


def test_a_scene_that_is_opened_while_the_job_edits_it_has_its_history(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    editing, opening = threading.Event(), threading.Event()
    plainly = regions.replace

    def slowly(labels: np.ndarray, old: int, new: int) -> regions.Proposal:
        if threading.current_thread() is not threading.main_thread():
            editing.set()
            opening.wait(5)
        return plainly(labels, old, new)

    monkeypatch.setattr(regions, "replace", slowly)
    _replace_cars_everywhere(window, qtbot)
    assert editing.wait(5)
    threading.Timer(0.2, opening.set).start()  # the window is opening the scene by then, and waits
    window.session.go_to(window.session.scenes[1])
    assert (_labels(window)[45:] == ROAD).all()
    assert window.session.document is not None
    assert window.session.document.undo_name == "Replace class"
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert not any("another window" in sentence for sentence in window.contents.toasts.sentences())
    press(window, KEY.Key_Z, CONTROL)
    assert (_labels(window)[45:] == CAR).all()
