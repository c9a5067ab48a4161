"""A tool for as long as its key is held."""

from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from unetpp_desktop.editing.tools import Tool
from unetpp_desktop.gui.session import Session

_TAP_MS = 250  # a key held longer than this, or used meanwhile, gives the former tool back


class HeldTool(QObject):
    """A tap on the key chooses the tool for good; holding it lends the tool.

    A shortcut is told of the press only, so the release is watched for, but only until it comes.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._former: Tool | None = None
        self._used = False
        self._held = QElapsedTimer()

    def press(self, tool: Tool) -> None:
        """The key goes down; a gesture under way is not given up for it."""
        if self._session.tool == tool or self._session.strokes.under_way:
            return
        self._former, self._used = self._session.tool, False
        self._session.set_tool(tool)
        self._held.start()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._used = True
        # Any key will do: which one it is may have been changed, and the pressed one is the first to go up.
        released = (
            kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat()
        )
        if released or kind == QEvent.Type.ApplicationDeactivate:
            self._let_go()
        return super().eventFilter(watched, event)

    def _let_go(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        former, self._former = self._former, None
        if former is not None and (self._used or self._held.elapsed() > _TAP_MS):
            self._session.set_tool(former)
