"""What is drawn at the pointer: it says what a press would do."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.brush import footprint_rect
from unetpp_desktop.editing.tools import NotKnownYet, Picker, RunnerUp
from unetpp_desktop.gui.brush_cursor import CROSS_REACH, SPREAD, paint_cross, paint_cursor, paint_sign
from unetpp_desktop.gui.region_preview import RegionPreview
from unetpp_desktop.gui.session import Session

if TYPE_CHECKING:
    from unetpp_desktop.gui.canvas import Canvas

_STRAIGHT_LINE = QColor(255, 255, 255, 200)


class ToolCursor(QObject):
    """The cursor of the session's tool on a canvas, in place of the system's.

    ``straight`` says whether a press would draw a straight line from the last stroke, ``ctrl``
    whether Ctrl is held.
    """

    def __init__(self, canvas: "Canvas", session: Session, preview: RegionPreview) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session = session
        self._preview = preview
        self._drawn = QRect()
        self.straight = False
        self.ctrl = False

    def move(self, pointer: QPointF | None) -> None:
        """Has the place where the cursor was and the one where it is now painted again; None: nowhere."""
        now = QRect() if pointer is None else self._extent(pointer)
        self._canvas.update(self._drawn)
        self._canvas.update(now)
        self._drawn = now

    def paint(self, painter: QPainter, pointer: QPointF) -> None:
        session, viewport = self._session, self._canvas.viewport
        point = viewport.to_image(pointer.x(), pointer.y())
        if session.tool.has_brush:
            line = self._straight_line(pointer)
            if line is not None:
                painter.setPen(QPen(_STRAIGHT_LINE, 1, Qt.PenStyle.DashLine))
                painter.drawLine(line)
            paint_cursor(painter, viewport, point, session.diameter, session.square)
            return
        paint_cross(painter, pointer)
        value = self._proposed(point)
        if value is not None:
            text = self._name(value) if isinstance(session.tool, Picker | RunnerUp) else ""
            paint_sign(painter, pointer, self._color(value), text)

    def _extent(self, pointer: QPointF) -> QRect:
        if not self._session.tool.has_brush:
            left, up, right, down = CROSS_REACH
            return QRectF(pointer, pointer).adjusted(-left, -up, right, down).toAlignedRect()
        viewport = self._canvas.viewport
        rect = footprint_rect(viewport.to_image(pointer.x(), pointer.y()), self._session.diameter)
        extent = QRect(*viewport.widget_rect(rect, SPREAD))
        line = self._straight_line(pointer)
        if line is not None:
            ends = QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2)
            extent = extent.united(ends.toAlignedRect())
        return extent

    def _straight_line(self, pointer: QPointF) -> QLineF | None:
        document = self._session.document
        if not self.straight or document is None or document.stroke_end is None:
            return None
        return QLineF(QPointF(*self._canvas.viewport.to_widget(*document.stroke_end)), pointer)

    def _proposed(self, point: tuple[float, float]) -> int | None:
        if isinstance(self._session.tool, RunnerUp):
            return self._preview.proposed  # looking for the region at every move would cost too much
        context = self._session.strokes.context(self.ctrl)
        try:
            return None if context is None else self._session.tool.proposes(context, point)
        except NotKnownYet:
            return None

    def _color(self, value: int) -> QColor | None:
        classes = self._session.palette.classes
        return QColor(*classes[value].color) if value < len(classes) else None

    def _name(self, value: int) -> str:
        names = self._session.palette.names
        return self.tr("void") if value == VOID or value >= len(names) else names[value]
