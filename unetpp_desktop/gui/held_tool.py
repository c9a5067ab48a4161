"""A tool for as long as its key is held."""

from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from unetpp_desktop.editing.tools import Tool
from unetpp_desktop.gui.session import Session

_TAP_MS = 250  # a key held longer than this, or used meanwhile, gives the former tool back


class HeldTool(QObject):
    """A tap on the key chooses the tool for good; holding it lends the tool.

    A shortcut is told of the press only, so the release is watched for, but only until it comes. A gesture
    that outlasts the key keeps the tool until its end.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._former: Tool | None = None
        self._lent: Tool | None = None
        self._waits = False  # for the end of a gesture, to give the former tool back
        self._used = False
        self._held = QElapsedTimer()
        session.strokes.changed.connect(self._on_gesture)

    def press(self, tool: Tool) -> None:
        """The key goes down; a gesture under way is not given up for it."""
        if self._session.tool == tool or self._session.strokes.under_way:
            return
        self._former, self._lent = self._session.tool, tool
        self._used = False
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
        self._waits = self._used or self._held.elapsed() > _TAP_MS
        self._on_gesture()

    def _on_gesture(self) -> None:
        if self._waits and self._former is not None and not self._session.strokes.under_way:
            self._waits = False
            if self._session.tool == self._lent:  # else another one was chosen meanwhile
                self._session.set_tool(self._former)
