"""What happens when the program has a bug: labels are saved first, then the traceback is shown."""

import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)


class CrashDialog(QDialog):
    """The sentence that matters, and the traceback to send."""

    def __init__(self, report: str, labels_are_safe: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("An error in the program"))
        title = QLabel(self.tr("Something went wrong inside the program."), self)
        title.setObjectName("title")
        safe = self.tr("Your labels are saved. You can go on; if things look wrong, start the program again.")
        unsafe = self.tr(
            "The open scene could not be saved. Keep the program open, make room on the disk, press Ctrl+S."
        )
        words = QLabel(safe if labels_are_safe else unsafe, self)
        words.setWordWrap(True)
        self._text = QPlainTextEdit(report, self)
        self._text.setReadOnly(True)
        self._text.setAccessibleName(self.tr("Traceback"))
        self._text.setMinimumSize(560, 240)
        buttons = QDialogButtonBox(self)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(self.tr("Go on"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(report))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        for widget in (title, words, self._text, buttons):
            column.addWidget(widget)


class CrashHandler(QObject):
    """Stands in for ``sys.excepthook`` from `install` to `remove`; one dialog at a time."""

    _reported = Signal(str)

    def __init__(self, save: Callable[[], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._save = save
        self._window = parent
        self._dialog: CrashDialog | None = None
        self._usual = sys.excepthook
        self._reported.connect(self._show)

    def install(self) -> None:
        self._usual = sys.excepthook
        sys.excepthook = self.handle

    def remove(self) -> None:
        sys.excepthook = self._usual

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Called by Python and PySide; from any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        report = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(report)
        if QThread.currentThread() is self.thread():
            self._show(report)
        else:
            self._reported.emit(report)

    def _show(self, report: str) -> None:
        safe = self._try_to_save()
        if self._dialog is not None:
            return
        self._dialog = CrashDialog(report, safe, self._window)
        self._dialog.finished.connect(self._forget)
        self._dialog.open()

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _try_to_save(self) -> bool:
        try:
            return self._save()
        except Exception:  # the very code that failed may be what saving needs
            sys.stderr.write(traceback.format_exc())
            return False
