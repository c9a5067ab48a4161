"""Pointer, wheel and keys on the canvas: strokes, moving and zooming the scene, the size of the brush."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QTextEdit

from unetpp_desktop.core import settings as declared
from unetpp_desktop.editing.brush import footprint_rect
from unetpp_desktop.gui.brush_cursor import SPREAD, paint_cursor
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.viewport import ZOOM_STEP

if TYPE_CHECKING:
    from unetpp_desktop.gui.canvas import Canvas

_NOTCH = 120.0  # what one step of a common wheel counts, in eighths of a degree
_BRUSH_STEP = 1.15
_STRAIGHT_LINE = QColor(255, 255, 255, 200)


class _Gesture(Enum):
    """What the pressed button does."""

    NONE = auto()
    STROKE = auto()
    PAN = auto()


class CanvasInput(QObject):
    """What the hand does on a canvas. It draws the cursor itself, since only it knows what a press would do.

    The canvas hands its events on; a handler that returns False leaves the event to others.
    """

    def __init__(self, canvas: "Canvas", session: Session) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session = session
        self._gesture = _Gesture.NONE
        self._button = Qt.MouseButton.NoButton
        self._space_held = False
        self._pointer: QPointF | None = None
        self._pan_from = QPointF()
        self._cursor_drawn = QRect()
        self._straight = False
        session.scene_changed.connect(self._let_go)
        session.brush_changed.connect(self.move_cursor)
        session.tool_changed.connect(self.move_cursor)

    @property
    def pointer(self) -> QPointF | None:
        """Where the pointer is, in widget coordinates; None while it is elsewhere."""
        return self._pointer

    def grow_brush(self, steps: float) -> None:
        """Makes the brush larger by so many steps of 15 %, at least a pixel; smaller for negative ones."""
        diameter = self._session.diameter
        wanted = round(diameter * _BRUSH_STEP**steps)
        if wanted == diameter:
            wanted += 1 if steps > 0 else -1
        self._session.set_diameter(wanted)

    def paint(self, painter: QPainter) -> None:
        """Draws what belongs to the pointer, over everything else."""
        if not self._shows_brush() or self._pointer is None:
            return
        viewport = self._canvas.viewport
        point = viewport.to_image(self._pointer.x(), self._pointer.y())
        self._paint_straight_line(painter, point)
        paint_cursor(painter, viewport, point, self._session.diameter, self._session.square)

    def _paint_straight_line(self, painter: QPainter, point: tuple[float, float]) -> None:
        document = self._session.document
        if not self._straight or document is None or document.stroke_end is None:
            return
        viewport = self._canvas.viewport
        painter.setPen(QPen(_STRAIGHT_LINE, 1, Qt.PenStyle.DashLine))
        start, end = viewport.to_widget(*document.stroke_end), viewport.to_widget(*point)
        painter.drawLine(QLineF(QPointF(*start), QPointF(*end)))

    def _shows_brush(self) -> bool:
        return (
            self._session.document is not None and self._gesture is not _Gesture.PAN and not self._space_held
        )

    def move_cursor(self) -> None:
        """Has the place where the cursor was and the one where it is now painted again."""
        now = QRect()
        if self._pointer is not None and self._shows_brush():
            viewport = self._canvas.viewport
            point = viewport.to_image(self._pointer.x(), self._pointer.y())
            rect = footprint_rect(point, self._session.diameter)
            now = QRect(*viewport.widget_rect(rect, SPREAD))
            document = self._session.document
            if self._straight and document is not None and document.stroke_end is not None:
                now = self._canvas.rect()
        self._canvas.update(self._cursor_drawn)
        self._canvas.update(now)
        self._cursor_drawn = now
        self._choose_cursor()

    def _choose_cursor(self) -> None:
        if self._gesture is _Gesture.PAN:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._session.document is not None:
            shape = Qt.CursorShape.BlankCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        if self._canvas.cursor().shape() is not shape:
            self._canvas.setCursor(shape)

    def _let_go(self) -> None:
        self._gesture = _Gesture.NONE

    def _image_point(self, event: QMouseEvent) -> tuple[float, float]:
        return self._canvas.viewport.to_image(event.position().x(), event.position().y())

    def press(self, event: QMouseEvent) -> bool:
        if self._gesture is not _Gesture.NONE or not self._canvas.has_picture:
            return True
        self._pointer = event.position()
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self._space_held
        ):
            self._gesture, self._pan_from = _Gesture.PAN, event.position()
        elif button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._gesture = _Gesture.STROKE
            straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            erase = button == Qt.MouseButton.RightButton
            self._session.strokes.begin(self._image_point(event), straight, erase)
        else:
            return False
        self._button = button
        self.move_cursor()
        return True

    def move(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self._straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._gesture is _Gesture.PAN:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self._canvas.move_by(moved.x(), moved.y())
        elif self._gesture is _Gesture.STROKE:
            self._session.strokes.extend(self._image_point(event))
        self.move_cursor()
        self._canvas.tell_pointer()

    def release(self, event: QMouseEvent) -> None:
        if event.button() != self._button:
            return
        if self._gesture is _Gesture.STROKE:
            self._session.strokes.end(self._image_point(event))
        self._gesture, self._button = _Gesture.NONE, Qt.MouseButton.NoButton
        self.move_cursor()

    def wheel(self, event: QWheelEvent) -> None:
        # With Shift (and on macOS always then) some systems turn the wheel's movement sideways.
        delta = event.angleDelta()
        turned = (delta.y() or delta.x()) / _NOTCH
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.grow_brush(turned)
        elif ctrl or not self._session.settings.get(declared.CTRL_WHEEL_ZOOMS):
            self._pointer = event.position()
            self._canvas.zoom_to(self._canvas.viewport.scale * ZOOM_STEP**turned, event.position())
        else:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else delta / 2
            self._canvas.move_by(moved.x(), moved.y())

    def pinch(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._canvas.zoom_to(self._canvas.viewport.scale * (1 + event.value()), event.position())
        return True

    def key_down(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Space:
            self._hold_space(True)
        elif event.key() == Qt.Key.Key_Escape and self._session.strokes.under_way:
            self._session.strokes.cancel()
            self._gesture = _Gesture.NONE
        elif event.key() == Qt.Key.Key_Shift:
            self._straight = True
            self.move_cursor()
        else:
            return False
        return True

    def key_up(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._hold_space(False)
        elif event.key() == Qt.Key.Key_Shift:
            self.move_cursor()  # while the line is still counted in
            self._straight = False
            self.move_cursor()
        else:
            return False
        return True

    def _hold_space(self, held: bool) -> None:
        self._space_held = held
        self.move_cursor()

    def lose_focus(self) -> None:
        self._hold_space(False)  # its release would go elsewhere

    def enter(self, event: QEnterEvent) -> None:  # noqa: ARG002
        # Keys belong to what the pointer is on, unless somebody is typing.
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox | QTextEdit):
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)

    def leave(self, event: QEvent) -> None:  # noqa: ARG002
        self._pointer = None
        self.move_cursor()
        self._canvas.tell_pointer()
