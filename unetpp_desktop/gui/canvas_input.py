"""Pointer, wheel and keys on the canvas: gestures, moving and zooming the scene, the size of the brush."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QInputEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import EMPTY_RECT
from unetpp_desktop.gui.held_tool import HeldTool
from unetpp_desktop.gui.region_preview import RegionPreview
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.tool_cursor import ToolCursor
from unetpp_desktop.gui.viewport import ZOOM_STEP, Viewport

if TYPE_CHECKING:
    from unetpp_desktop.gui.canvas import Canvas

_NOTCH = 120.0  # what one step of a common wheel counts, in eighths of a degree
_BRUSH_STEP = 1.15
_REACH = 8.0  # logical pixels: a click as near to the first corner of a polygon closes it
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_GESTURE_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace)


class _Doing(Enum):
    """What the pressed button does."""

    NONE = auto()
    STROKE = auto()
    PAN = auto()


class CanvasInput(QObject):
    """What the hand does on a canvas. It draws the cursor itself, since only it knows what a press would do.

    The canvas hands its events on; a handler that returns False leaves the event to others.
    """

    held: HeldTool

    def __init__(self, canvas: "Canvas", session: Session) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session = session
        self._doing = _Doing.NONE
        self._button = Qt.MouseButton.NoButton
        self._space_held = False
        self._pen_erases = False
        self._finished = False  # by the last press: what had been drawn click by click
        self._pointer: QPointF | None = None
        self._pan_from = QPointF()
        self._stroke_point = (0.0, 0.0)  # the last one of the stroke, in image pixels
        self._stroke_hand = QPointF()  # where the hand was then, on the screen: the canvas may move, too
        self._stroke_viewport = Viewport()  # through which it was seen
        self._preview = RegionPreview(canvas, session)
        self._cursor = ToolCursor(canvas, session, self._preview)
        self.held = HeldTool(session, self)
        session.scene_changed.connect(self._let_go)
        session.brush_changed.connect(self.move_cursor)
        session.tool_changed.connect(self.move_cursor)
        session.class_changed.connect(self.move_cursor)
        session.strokes.changed.connect(self._show_gesture)
        session.selection_changed.connect(self._show_selection)

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
        if self._shows_tool() and self._pointer is not None:
            self._cursor.paint(painter, self._pointer)

    def move_cursor(self) -> None:
        """Has the place where the cursor was and the one where it is now painted again."""
        pointer = self._pointer if self._shows_tool() else None
        self._cursor.move(pointer)
        self._preview.move(None if pointer is None else self._image_point(pointer), self._cursor.ctrl)
        self._choose_cursor()

    def show_cursor_again(self) -> None:
        """Has the cursor painted again, which says something else now at the same place."""
        self._cursor.move(self._pointer if self._shows_tool() else None)

    def _shows_tool(self) -> bool:
        return self._session.document is not None and self._doing is not _Doing.PAN and not self._space_held

    def _choose_cursor(self) -> None:
        if self._doing is _Doing.PAN:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._session.document is not None:
            shape = Qt.CursorShape.BlankCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        if self._canvas.cursor().shape() is not shape:
            self._canvas.setCursor(shape)

    def _show_gesture(self) -> None:
        gesture = self._session.strokes.gesture
        if gesture is None:
            self._canvas.marks.show_outline(())
        else:
            self._canvas.marks.show_outline(gesture.outline, gesture.closed, gesture.has_corners)

    def _show_selection(self) -> None:
        selection = self._session.selection
        if selection is None:
            self._canvas.marks.show_selection(EMPTY_RECT, None)
        else:
            self._canvas.marks.show_selection(selection.rect, selection.stencil)

    def _let_go(self) -> None:
        self._doing = _Doing.NONE

    def _image_point(self, place: QPointF) -> tuple[float, float]:
        return self._canvas.viewport.to_image(place.x(), place.y())

    def _note_keys(self, event: QInputEvent) -> None:
        self._cursor.straight = bool(event.modifiers() & _SHIFT)
        if not self._session.strokes.under_way:  # Ctrl counts at the first press
            self._cursor.ctrl = bool(event.modifiers() & _CONTROL)

    def _note_stroke(self, event: QMouseEvent) -> None:
        self._stroke_point = self._image_point(event.position())
        self._stroke_hand, self._stroke_viewport = event.globalPosition(), self._canvas.viewport

    def _lead_stroke(self, event: QMouseEvent) -> None:
        """The stroke goes on; where the scene was moved under the hand, it leaves no line across it."""
        if self._canvas.viewport != self._stroke_viewport:
            self._session.strokes.jump(self._image_point(self._canvas.mapFromGlobal(self._stroke_hand)))
        self._note_stroke(event)
        self._session.strokes.extend(self._stroke_point)

    def _end_press(self) -> None:
        """What the pressed button did is over; a stroke ends at its last point."""
        if self._doing is _Doing.STROKE:
            self._session.strokes.end(self._stroke_point)
        self._doing, self._button = _Doing.NONE, Qt.MouseButton.NoButton
        self._session.strokes.pressure, self._pen_erases = 1.0, False  # a mouse may be next

    def press(self, event: QMouseEvent) -> bool:
        if self._doing is not _Doing.NONE and event.button() == self._button:
            self._end_press()  # its release went elsewhere
        if self._doing is not _Doing.NONE or not self._canvas.has_picture:
            return True
        self._pointer = event.position()
        self._note_keys(event)
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self._space_held
        ):
            self._doing, self._pan_from = _Doing.PAN, event.position()
        elif button == Qt.MouseButton.RightButton and self._session.strokes.under_way:
            self._session.strokes.step_back()
            return True
        elif button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._doing = _Doing.STROKE
            erase = button == Qt.MouseButton.RightButton or self._pen_erases
            strokes = self._session.strokes
            strokes.reach = _REACH / self._canvas.viewport.scale
            drawn_before = strokes.under_way
            strokes.begin(
                self._image_point(event.position()), self._cursor.straight, erase, self._cursor.ctrl
            )
            self._finished = drawn_before and not strokes.under_way
            self._note_stroke(event)
        else:
            return False
        self._button = button
        self.move_cursor()
        return True

    def press_twice(self, event: QMouseEvent) -> bool:
        """The second press of a double click; its place is that of the first."""
        if event.button() == Qt.MouseButton.LeftButton and self._session.strokes.under_way:
            self._session.strokes.finish()
            return True
        if self._finished:  # the first press did: the second begins nothing new
            self._finished = False
            return True
        return self.press(event)

    def move(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._doing is not _Doing.NONE and not event.buttons() & self._button:
            self._end_press()  # a popup or a dialog, opened by a key meanwhile, has had the release
        self._note_keys(event)
        strokes = self._session.strokes
        if self._doing is _Doing.PAN:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self._canvas.move_by(moved.x(), moved.y())
        elif self._doing is _Doing.STROKE:
            self._lead_stroke(event)
        elif strokes.under_way:
            strokes.reach = _REACH / self._canvas.viewport.scale
            strokes.hover(self._image_point(event.position()))
        self.move_cursor()
        self._canvas.tell_pointer()

    def release(self, event: QMouseEvent) -> None:
        if event.button() != self._button:
            return
        if self._canvas.viewport == self._stroke_viewport:  # else another place lies under the hand now
            self._note_stroke(event)
        self._end_press()
        self.move_cursor()

    def use_pen(self, event: QTabletEvent) -> None:
        """Notes how a pen is held; the mouse event that Qt makes of the pen's follows."""
        if event.type() == QEvent.Type.TabletPress:
            self._pen_erases = event.pointerType() == QPointingDevice.PointerType.Eraser
        elif event.type() != QEvent.Type.TabletMove or self._doing is not _Doing.STROKE:
            return  # a pen in the air presses nothing, and the end of a stroke is as wide as what leads there
        self._session.strokes.pressure = event.pressure()

    def wheel(self, event: QWheelEvent) -> None:
        self._pointer = event.position()
        self.turn(event, event.position())

    def turn(self, event: QWheelEvent, at: QPointF) -> None:
        """What the wheel does over the point ``at`` of the canvas, be it in another view of the scene."""
        # With Shift (and on macOS always then) some systems turn the wheel's movement sideways.
        delta = event.angleDelta()
        turned = (delta.y() or delta.x()) / _NOTCH
        ctrl = bool(event.modifiers() & _CONTROL)
        if event.modifiers() & _SHIFT:
            self.grow_brush(turned)
        elif ctrl or not self._session.settings.get(declared.CTRL_WHEEL_ZOOMS):
            self._canvas.zoom_to(self._canvas.viewport.scale * ZOOM_STEP**turned, at)
        else:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else delta / 2
            self._canvas.move_by(moved.x(), moved.y())

    def pinch(self, event: QNativeGestureEvent, at: QPointF) -> bool:
        """Zooms about the point ``at`` of the canvas."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._canvas.zoom_to(self._canvas.viewport.scale * (1 + event.value()), at)
        return True

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key that is a shortcut elsewhere belongs to the gesture under way."""
        return event.key() in _GESTURE_KEYS and self._session.strokes.under_way

    def key_down(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Space:
            self._hold_space(True)
        elif self.takes_key(event):
            self._steer_gesture(key)
        elif key == Qt.Key.Key_Escape and self._session.selection is not None:
            self._session.select(None)
        elif key == Qt.Key.Key_Escape and self._session.review.leave():
            return True
        elif key in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self._hold_modifier(key, True)
        else:
            return False
        return True

    def key_up(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._hold_space(False)
        elif event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self._hold_modifier(event.key(), False)
        else:
            return False
        return True

    def _steer_gesture(self, key: int) -> None:
        strokes = self._session.strokes
        if key == Qt.Key.Key_Backspace:
            strokes.step_back()
        elif key == Qt.Key.Key_Escape:
            strokes.cancel()
        else:
            strokes.finish()
        if not strokes.under_way:
            self._doing = _Doing.NONE
        self.move_cursor()

    def _hold_modifier(self, key: int, held: bool) -> None:
        if key == Qt.Key.Key_Shift:
            self._cursor.straight = held
        elif not self._session.strokes.under_way:
            self._cursor.ctrl = held
        self.move_cursor()

    def _hold_space(self, held: bool) -> None:
        self._space_held = held
        self.move_cursor()

    def lose_focus(self) -> None:
        # The releases of these keys would go elsewhere.
        self._cursor.straight = self._cursor.ctrl = False
        self._hold_space(False)

    def enter(self, event: QEnterEvent) -> None:  # noqa: ARG002
        # Keys belong to what the pointer is on, unless somebody is typing.
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)

    def leave(self, event: QEvent) -> None:  # noqa: ARG002
        self._pointer = None
        self.move_cursor()
        self._canvas.tell_pointer()
