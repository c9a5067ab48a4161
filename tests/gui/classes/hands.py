"""Hands that use the dialog about classes, and eyes that read it."""

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from unetpp_desktop.gui.class_combo import ClassCombo
from unetpp_desktop.gui.class_dialog import ClassDialog
from unetpp_desktop.gui.class_target import ClassTarget
from unetpp_desktop.gui.main_window import MainWindow

SKY, BUILDING, ROAD, CAR = 0, 1, 3, 8


def visible_child(window: MainWindow, kind: type) -> object:
    """The dialog of a kind that is open; None: there is none."""
    return next((child for child in window.findChildren(kind) if child.isVisible()), None)


def names_of(dialog: ClassDialog) -> list[str]:
    """The planned classes, in their order."""
    return [dialog.editor.topLevelItem(row).text(0) for row in range(dialog.editor.topLevelItemCount())]


def pixels_of(dialog: ClassDialog, name: str) -> str:
    """What the dialog says of the pixels of a planned class."""
    return dialog.editor.topLevelItem(names_of(dialog).index(name)).text(1)


def choose(dialog: ClassDialog, name: str) -> None:
    """Makes a planned class the current one."""
    dialog.editor.choose(names_of(dialog).index(name))


def button_of(dialog: ClassDialog, text: str) -> QPushButton:
    return next(button for button in dialog.findChildren(QPushButton) if button.text() == text)


def words_of(dialog: ClassDialog) -> str:
    """All sentences that are seen in the dialog."""
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def previewed(dialog: ClassDialog) -> list[tuple[str, str, str, str]]:
    """The rows of the preview: former class, pixels, scenes, and what the pixels become."""
    table = dialog.preview
    rows = []
    for row in range(table.rowCount()):
        combo = table.cellWidget(row, 3).findChild(ClassCombo)
        texts = (table.item(row, column) for column in range(3))
        rows.append((*(item.text() for item in texts if item is not None), combo.currentText()))
    return rows


def answer_next(target: str | None) -> None:
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


def apply(dialog: ClassDialog, window: MainWindow, qtbot: QtBot) -> None:
    """Carries the plan out and waits for its end."""
    with qtbot.waitSignal(window.session.project_changed):
        dialog.apply_button.click()
    qtbot.waitUntil(lambda: visible_child(window, ClassDialog) is None)


def stored_labels(window: MainWindow, place: int = 0) -> np.ndarray:
    """The mask of a scene as it lies on the disk."""
    project = window.session.project
    assert project is not None
    stored = project.load_mask(project.scenes[place])
    assert stored is not None
    return stored.labels


def rename(dialog: ClassDialog, name: str, to: str) -> None:
    """Gives a planned class another name."""
    dialog.editor.topLevelItem(names_of(dialog).index(name)).setText(0, to)
    QApplication.processEvents()
