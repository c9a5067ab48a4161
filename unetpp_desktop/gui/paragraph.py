"""Words of a panel, as many lines of them as it takes."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from unetpp_desktop.gui.painting import resized

_HEADING = 14
_LONG_WORD = re.compile(r"\S{20,}")
_MAY_BREAK = "\u200b"


class Paragraph(QLabel):
    """Plain words that never make their panel wider: long names without a space in them are broken, too."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, heading: bool = False, quiet: bool = False
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        if heading:
            self.setFont(resized(self.font(), _HEADING, QFont.Weight.DemiBold))
        if quiet:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(breakable(text))

    def text(self) -> str:
        """As it was set."""
        return super().text().replace(_MAY_BREAK, "")


def breakable(text: str) -> str:
    """The same to look at; lines may break inside long words, but not before the last character."""
    return _LONG_WORD.sub(lambda word: _MAY_BREAK.join(word[0][:-1]) + word[0][-1], text)
