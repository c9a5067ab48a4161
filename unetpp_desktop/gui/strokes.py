"""A gesture of the hand: from the pointer to the tool to the document."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.editing.tools import Eraser, Gesture, ToolContext

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

Point = tuple[float, float]


class Strokes(QObject):
    """At most one gesture under way; points are (x, y) in image pixels."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._gesture: Gesture | None = None
        session.tool_changed.connect(self.cancel)
        session.document_replaced.connect(self._forget)

    @property
    def under_way(self) -> bool:
        return self._gesture is not None

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way."""
        return self._gesture

    def begin(self, point: Point, straight_from_last: bool = False, erase: bool = False) -> None:
        """The button goes down; ``erase`` uses the eraser whatever tool is chosen."""
        if self._gesture is not None:
            self._painted(self._gesture.press_again(point))
            return
        context = self._context()
        if context is None:
            self._session.tell_problem()
            return
        tool = Eraser() if erase else self._session.tool
        self._gesture = tool.start(context, point, straight_from_last)
        self._painted(self._gesture.begin())

    def extend(self, point: Point) -> None:
        """The pointer moves with the button down."""
        if self._gesture is not None:
            self._painted(self._gesture.drag(point))

    def end(self, point: Point) -> None:
        """The button goes up."""
        if self._gesture is not None:
            self._painted(self._gesture.release(point))

    def cancel(self) -> None:
        """The mask is again as it was before the gesture."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self._session.announce_edit(gesture.cancel())

    def _painted(self, changed: Rect) -> None:
        if self._gesture is not None and self._gesture.finished:
            self._gesture = None
            self._session.after_edit(changed)
        else:
            self._session.after_paint(changed)

    def _forget(self) -> None:
        self._gesture = None

    def _context(self) -> ToolContext | None:
        session = self._session
        if session.document is None:
            return None
        return ToolContext(
            session.document, session.active_class, session.diameter, session.square, session.image
        )
