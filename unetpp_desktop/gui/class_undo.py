"""Asks whether the last change of classes is to be taken back, and takes it back."""

from functools import partial

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.class_changing import ClassChanging
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.class_change import LastChange, last_class_change, undo_class_change

_WIDTH = 440


class ClassUndo(QDialog):
    """Says what happens to the masks; the button does it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._changing = ClassChanging(session, self)
        self._changing.progressed.connect(self._on_progress)
        self._changing.ended.connect(self._on_ended)
        self.setWindowTitle(self.tr("Undo class change"))
        last, sentence = self._last_change()
        self.words = QLabel(sentence if last is None else self._question(last), self)
        self.words.setWordWrap(True)
        self.words.setMinimumWidth(_WIDTH)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._progress.hide()
        self.undo_button = QPushButton(self.tr("Undo"), self)
        self.undo_button.setProperty("primary", True)
        self.undo_button.setVisible(last is not None)
        self.undo_button.clicked.connect(self.undo)
        self.cancel_button = QPushButton(self.tr("Close") if last is None else self.tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._progress, 1)
        row.addStretch(0)
        row.addWidget(self.undo_button)
        row.addWidget(self.cancel_button)
        row.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(self.words)
        column.addLayout(row)

    def undo(self) -> None:
        """Takes the change back."""
        project = self._session.project
        if project is None or self._changing.running:
            return
        refusal = self._changing.start(self.tr("Undo class change"), partial(undo_class_change, project))
        if refusal:
            self.words.setText(refusal)
        else:
            self.undo_button.setEnabled(False)
            self._progress.setRange(0, 0)
            self._progress.show()

    def reject(self) -> None:
        if self._changing.running:
            self._changing.cancel()
        else:
            super().reject()

    def _last_change(self) -> tuple[LastChange | None, str]:
        project = self._session.project
        nothing = self.tr("The classes of this project have not been changed.")
        try:
            last = None if project is None else last_class_change(project.own_folder)
        except UserError as error:
            return None, str(error)
        return last, nothing

    def _question(self, last: LastChange) -> str:
        time = QDateTime.fromString(last.time, Qt.DateFormat.ISODate).toLocalTime()
        shown = QLocale().toString(time, QLocale.FormatType.ShortFormat)
        sentence = self.tr(
            "All masks get the classes that they had before the change of {0}: {1}.\n\n"
            "What was labelled since stays, in these classes."
        )
        return sentence.format(shown, ", ".join(last.old.names))

    def _on_progress(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def _on_ended(self, changed: bool, sentence: str) -> None:
        self._progress.hide()
        self.undo_button.setEnabled(True)
        if changed:
            self._session.notice.emit(sentence, "info")
            self.accept()
        elif self._session.project is None:
            self.reject()
        elif sentence:
            self.words.setText(sentence)
