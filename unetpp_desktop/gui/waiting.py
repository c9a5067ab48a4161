"""What a tool has to know first: it is asked for, and the user is told once, until it has come."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unetpp_desktop.gui.answers import Answers
from unetpp_desktop.gui.superpixel_finder import SuperpixelFinder

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


class Waiting(QObject):
    """``source`` is looked up when it is needed; ``sentence`` says what is under way."""

    def __init__(
        self, session: "Session", source: Callable[[], Answers | SuperpixelFinder], sentence: str
    ) -> None:
        super().__init__(session)
        self._session = session
        self._source = source
        self._sentence = sentence
        self._told = False

    def ask(self) -> None:
        """Has it asked for, and says so."""
        source = self._source()
        source.request()
        if source.asking and not self._told:
            self._told = True
            self._session.notice.emit(self._sentence, "info")
            source.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._source().changed.disconnect(self._on_changed)
        self._session.notice_outdated.emit(self._sentence)
        self._told = False
