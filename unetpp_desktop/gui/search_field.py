"""A field for words to search by in the window."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from unetpp_desktop.gui.number_field import keep_enter


class SearchField(QLineEdit):
    """Enter takes what was found here, although it marks a scene as done elsewhere in the window."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        return keep_enter(event) or handled
