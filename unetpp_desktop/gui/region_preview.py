"""The pixels of a region that a click would change, and to what, shown once the pointer rests."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from unetpp_desktop.core.geometry import EMPTY_RECT
from unetpp_desktop.editing.areas import Area, is_inside
from unetpp_desktop.editing.tools import NotKnownYet
from unetpp_desktop.gui.session import Session

if TYPE_CHECKING:
    from unetpp_desktop.gui.canvas import Canvas

_REST_MS = 60
_MOST_PIXELS = 16_000_000  # of a mask: on a larger one the region is not looked for before the click

Point = tuple[float, float]


class RegionPreview(QObject):
    """Kept while the pointer stays on the region, so that moving costs nothing there."""

    proposed: int | None = None
    """The class that these pixels would get; None while none are shown."""

    def __init__(self, canvas: "Canvas", session: Session) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session = session
        self._point: Point | None = None
        self._ctrl = False
        self._area: Area | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._soon.timeout.connect(self._look)
        for signal in (
            session.tool_changed,
            session.document_changed,
            session.options_changed,
            session.class_changed,
            session.rules_changed,
            session.answers.changed,
            session.strokes.superpixels.changed,
        ):
            signal.connect(self._start_again)

    def move(self, point: Point | None, ctrl: bool) -> None:
        """The pointer is at an image point, None: nowhere; ``ctrl`` says whether Ctrl is held."""
        same = ctrl == self._ctrl and point is not None and self._holds(point)
        self._point, self._ctrl = point, ctrl
        if not same:
            self._start_again()

    def _start_again(self) -> None:
        if self._area is not None:
            self._area = self.proposed = None
            self._canvas.marks.show_region(EMPTY_RECT, None)
        if self._point is not None:
            self._soon.start()
        else:
            self._soon.stop()

    def _holds(self, point: Point) -> bool:
        if self._area is None or self._session.document is None:
            return False
        if not is_inside(self._session.document.shape, point):
            return False
        rect, stencil = self._area
        row, column = int(point[1]) - rect.top, int(point[0]) - rect.left
        return is_inside(stencil.shape, (column, row)) and bool(stencil[row, column])

    def _look(self) -> None:
        context = self._session.strokes.context(self._ctrl)
        if self._point is None or context is None or self._session.strokes.under_way:
            return
        if context.document.labels.size > _MOST_PIXELS:
            return
        if context.preview is not None and self._session.tool.works_on_mask:
            return  # the regions that are seen are not yet those of the mask
        tool, point = self._session.tool, self._point
        try:
            area = tool.preview(context, point)
            if area is None:
                return
            value = tool.proposes(context, point)
        except NotKnownYet:
            return
        self._area = area
        changes = tool.changes(context, point, area, value)
        if changes.any():
            self.proposed = value
            self._canvas.marks.show_region(area[0], changes)
            self._canvas.input.show_cursor_again()
