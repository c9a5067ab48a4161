"""A stroke of the hand: from the pointer to the tool to the document."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unetpp_desktop.editing.tools import Eraser, Tool, ToolContext

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

Point = tuple[float, float]


class Strokes(QObject):
    """At most one stroke under way; points are (x, y) in image pixels."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._tool: Tool | None = None
        session.tool_changed.connect(self.cancel)
        session.document_replaced.connect(self._forget)

    @property
    def under_way(self) -> bool:
        return self._tool is not None

    def begin(self, point: Point, straight_from_last: bool = False, erase: bool = False) -> None:
        """The button goes down; ``erase`` uses the eraser whatever tool is chosen."""
        context = self._context()
        if context is None:
            self._session.tell_problem()
            return
        self._tool = Eraser() if erase else self._session.tool
        self._session.after_paint(self._tool.press(context, point, straight_from_last))

    def extend(self, point: Point) -> None:
        context = self._context()
        if self._tool is not None and context is not None:
            self._session.after_paint(self._tool.drag(context, point))

    def end(self, point: Point) -> None:
        context = self._context()
        if self._tool is not None and context is not None:
            changed = self._tool.release(context, point)
            self._tool = None
            self._session.after_edit(changed)

    def cancel(self) -> None:
        """The mask is again as it was before the stroke."""
        context = self._context()
        if self._tool is not None and context is not None:
            changed = self._tool.cancel(context)
            self._tool = None
            self._session.announce_edit(changed)

    def _forget(self) -> None:
        self._tool = None

    def _context(self) -> ToolContext | None:
        session = self._session
        if session.document is None:
            return None
        return ToolContext(session.document, session.active_class, session.diameter, session.square)
