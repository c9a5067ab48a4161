"""A field for a whole number in the window."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSpinBox

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def keep_enter(event: QEvent) -> bool:
    """Accepts Enter for the field that got it; False for any other event.

    Qt's own fields hand Enter on to the window, both as a shortcut and as a key.
    """
    if (
        event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        and isinstance(event, QKeyEvent)
        and event.key() in _ENTER
    ):
        event.accept()
        return True
    return False


class NumberField(QSpinBox):
    """Enter ends the typing here, although it marks a scene as done elsewhere in the window."""

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        return keep_enter(event) or handled
