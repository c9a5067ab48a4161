"""A field that takes the next key that is pressed, whatever it is."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from unetpp_desktop.gui.key_bindings import meanings, recorded


class KeyField(QLabel):
    """Listens while it has the focus. Esc and a click elsewhere give up."""

    pressed = Signal(str, object)  # the key as it is kept, and a tuple of all that it may stand for
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keyField")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it is given the keyboard when it has a sentence to say
        self.setWordWrap(True)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # no shortcut takes it first
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)  # here, not in keyPressEvent: Tab comes no farther
                return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        event.accept()
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return
        key = recorded(event)
        if key is not None:
            self.pressed.emit(key, (key, *meanings(event)))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.given_up.emit()
