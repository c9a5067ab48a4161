"""Two small questions about scenes: the number of the one to go to, and a note."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from unetpp_desktop.storage.scene_marks import LONGEST_NOTE

_Button = QDialogButtonBox.StandardButton


class NumberDialog(QDialog):
    """Asks for the number of a scene; Enter takes it."""

    def __init__(self, number: int, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Go to scene"))
        self._number = QSpinBox(self)
        self._number.setRange(1, count)
        self._number.setValue(number)
        self._number.setSuffix(self.tr(" of {0}").format(count))
        self._number.setAccessibleName(self.tr("Number of the scene"))
        self._number.selectAll()
        _lay_out(self, self.tr("Scene"), self._number)

    @property
    def number(self) -> int:
        """Counted from 1."""
        return self._number.value()


class NoteDialog(QDialog):
    """Asks for the note of a scene, or of several; an empty one takes the note away."""

    def __init__(self, title: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Note"))
        self._note = QLineEdit(note, self)
        self._note.setMaxLength(LONGEST_NOTE)
        self._note.setMinimumWidth(360)
        self._note.setPlaceholderText(self.tr("What is to be remembered about it"))
        self._note.setAccessibleName(self.tr("Note"))
        _lay_out(self, title, self._note)

    @property
    def note(self) -> str:
        return self._note.text()


def _lay_out(dialog: QDialog, title: str, field: QWidget) -> None:
    label = QLabel(title, dialog)
    label.setBuddy(field)
    buttons = QDialogButtonBox(_Button.Ok | _Button.Cancel, dialog)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(8)
    column.addWidget(label)
    column.addWidget(field)
    column.addSpacing(8)
    column.addWidget(buttons)
    field.setFocus()
