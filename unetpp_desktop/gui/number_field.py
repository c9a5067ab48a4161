"""A field for a whole number in the window."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSpinBox

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NumberField(QSpinBox):
    """Enter ends the typing here, although it marks a scene as done elsewhere in the window."""

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        # Qt's own field hands Enter on to the window, both as a shortcut and as a key.
        if (
            event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
            and isinstance(event, QKeyEvent)
            and event.key() in _ENTER
        ):
            event.accept()
            return True
        return handled
