"""The scene with the class colours over it; the hand paints here."""

from enum import Enum, auto

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QTextEdit, QWidget

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.editing.brush import footprint_rect
from unetpp_desktop.gui.brush_cursor import SPREAD, paint_cursor
from unetpp_desktop.gui.canvas_hints import hint_of, paint_alone, paint_hint
from unetpp_desktop.gui.overlay import color_table
from unetpp_desktop.gui.scene_picture import ScenePicture
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.viewport import ZOOM_STEP, Viewport, clamped_scale, fitted

_NOTCH = 120.0  # what one step of a common wheel counts, in eighths of a degree
_BRUSH_STEP = 1.15
_STRAIGHT_LINE = QColor(255, 255, 255, 200)


class _Gesture(Enum):
    """What the pressed button does."""

    NONE = auto()
    STROKE = auto()
    PAN = auto()


class Canvas(QWidget):
    """A view of the session's scene and document."""

    pointer_moved = Signal(object)  # (x, y) in image pixels, None outside the image
    zoomed = Signal(float)  # device pixels per image pixel

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._picture: ScenePicture | None = None
        self._viewport = Viewport()
        self._fits = True  # the scene follows the size of the widget
        self._overlay_hidden = False
        self._hint = ""
        self._gesture = _Gesture.NONE
        self._button = Qt.MouseButton.NoButton
        self._space_held = False
        self._pointer: QPointF | None = None
        self._pan_from = QPointF()
        self._cursor_drawn = QRect()
        self._straight = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Scene"))
        self.setMinimumSize(240, 180)
        session.scene_changed.connect(self._on_scene_changed)
        session.document_replaced.connect(self._on_document_replaced)
        session.document_changed.connect(self._on_document_changed)
        session.class_flags_changed.connect(self._on_colors_changed)
        session.settings_changed.connect(self.update)
        session.model_changed.connect(self._show_hint)
        session.brush_changed.connect(self._move_cursor)
        session.tool_changed.connect(self._move_cursor)

    @property
    def viewport(self) -> Viewport:
        return self._viewport

    @property
    def zoom(self) -> float:
        """Device pixels per image pixel: 1.0 is 100 %."""
        return self._viewport.scale * self.devicePixelRatioF()

    @property
    def hint(self) -> str:
        """What is written over the scene, or in its place; "" for nothing."""
        return self._hint

    @property
    def overlay_hidden(self) -> bool:
        return self._overlay_hidden

    def hide_overlay(self, hidden: bool) -> None:
        self._overlay_hidden = hidden
        self.update()

    def fit(self) -> None:
        """Shows the whole scene, and keeps doing so when the window changes its size."""
        if self._picture is not None:
            self._set_viewport(fitted(self._picture.size, self._size()))
            self._fits = True

    def show_actual_size(self) -> None:
        """One image pixel per screen pixel, about the pointer or else the middle."""
        self._zoom_to(1 / self.devicePixelRatioF(), self._zoom_point())

    def zoom_by(self, factor: float) -> None:
        """Zooms about the pointer or, where that is elsewhere, the middle."""
        self._zoom_to(self._viewport.scale * factor, self._zoom_point())

    def grow_brush(self, steps: float) -> None:
        """Makes the brush larger by so many steps of 15 %, at least a pixel; smaller for negative ones."""
        diameter = self._session.diameter
        wanted = round(diameter * _BRUSH_STEP**steps)
        if wanted == diameter:
            wanted += 1 if steps > 0 else -1
        self._session.set_diameter(wanted)

    def _size(self) -> tuple[float, float]:
        return float(self.height()), float(self.width())

    def _zoom_point(self) -> QPointF:
        return self._pointer if self._pointer is not None else QPointF(self.width() / 2, self.height() / 2)

    def _zoom_to(self, scale: float, at: QPointF) -> None:
        if self._picture is None:
            return
        scale = clamped_scale(scale, fitted(self._picture.size, self._size()).scale)
        self._set_viewport(self._viewport.zoomed(scale, at.x(), at.y()))

    def _set_viewport(self, viewport: Viewport) -> None:
        if self._picture is None:
            return
        self._fits = False
        self._viewport = viewport.held(self._picture.size, self._size())
        self.update()
        self._tell_pointer()
        self.zoomed.emit(self.zoom)

    def _on_scene_changed(self) -> None:
        image = self._session.image
        before = None if self._picture is None else self._picture.size
        self._picture = None if image is None else ScenePicture(image)
        self._gesture = _Gesture.NONE
        # The frames of one street have one size: the eye keeps its place from one to the next.
        if self._picture is not None and (self._fits or self._picture.size != before):
            self.fit()
        self.update()

    def _on_document_replaced(self) -> None:
        if self._picture is not None:
            document = self._session.document
            self._picture.set_mask(None if document is None else document.labels, self._color_table())
        self._hint = hint_of(self._session)
        self.update()
        self._tell_pointer()

    def _on_document_changed(self, rect: Rect) -> None:
        if self._picture is not None and not rect.is_empty:
            self._picture.refresh(rect)
            self.update(QRect(*self._viewport.widget_rect(rect)))
        self._show_hint()

    def _show_hint(self) -> None:
        hint = hint_of(self._session)
        if hint != self._hint:
            self._hint = hint
            self.update()

    def _on_colors_changed(self) -> None:
        if self._picture is not None:
            self._picture.set_colors(self._color_table())
        self.update()

    def _color_table(self) -> np.ndarray:
        return color_table(self._session.palette, self._session.hidden)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        if self._picture is None:
            paint_alone(painter, self.rect(), self._hint, self.palette())
            return
        opacity = 0.0 if self._overlay_hidden else self._session.settings.get(declared.OVERLAY_OPACITY) / 100
        self._picture.paint(painter, self._viewport, self.devicePixelRatioF(), opacity)
        if self._hint:
            paint_hint(painter, self.rect(), self._hint)
        if self._shows_brush() and self._pointer is not None:
            point = self._viewport.to_image(self._pointer.x(), self._pointer.y())
            self._paint_straight_line(painter, point)
            paint_cursor(painter, self._viewport, point, self._session.diameter, self._session.square)

    def _paint_straight_line(self, painter: QPainter, point: tuple[float, float]) -> None:
        document = self._session.document
        if not self._straight or document is None or document.stroke_end is None:
            return
        painter.setPen(QPen(_STRAIGHT_LINE, 1, Qt.PenStyle.DashLine))
        start, end = self._viewport.to_widget(*document.stroke_end), self._viewport.to_widget(*point)
        painter.drawLine(QLineF(QPointF(*start), QPointF(*end)))

    def _shows_brush(self) -> bool:
        return (
            self._session.document is not None and self._gesture is not _Gesture.PAN and not self._space_held
        )

    def _move_cursor(self) -> None:
        """Has the place where the cursor was and the one where it is now painted again."""
        now = QRect()
        if self._pointer is not None and self._shows_brush():
            point = self._viewport.to_image(self._pointer.x(), self._pointer.y())
            rect = footprint_rect(point, self._session.diameter)
            now = QRect(*self._viewport.widget_rect(rect, SPREAD))
            document = self._session.document
            if self._straight and document is not None and document.stroke_end is not None:
                now = self.rect()
        self.update(self._cursor_drawn)
        self.update(now)
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
        if self.cursor().shape() is not shape:
            self.setCursor(shape)

    def _tell_pointer(self) -> None:
        point = None
        if self._pointer is not None and self._picture is not None:
            x, y = self._viewport.to_image(self._pointer.x(), self._pointer.y())
            height, width = self._picture.size
            if 0 <= x < width and 0 <= y < height:
                point = (x, y)
        self.pointer_moved.emit(point)

    def _image_point(self, event: QMouseEvent) -> tuple[float, float]:
        return self._viewport.to_image(event.position().x(), event.position().y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not _Gesture.NONE or self._picture is None:
            return
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
            event.ignore()
            return
        self._button = button
        self._move_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self._straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._gesture is _Gesture.PAN:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self._set_viewport(self._viewport.moved(moved.x(), moved.y()))
        elif self._gesture is _Gesture.STROKE:
            self._session.strokes.extend(self._image_point(event))
        self._move_cursor()
        self._tell_pointer()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != self._button:
            return
        if self._gesture is _Gesture.STROKE:
            self._session.strokes.end(self._image_point(event))
        self._gesture, self._button = _Gesture.NONE, Qt.MouseButton.NoButton
        self._move_cursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # With Shift (and on macOS always then) some systems turn the wheel's movement sideways.
        delta = event.angleDelta()
        turned = (delta.y() or delta.x()) / _NOTCH
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.grow_brush(turned)
        elif ctrl or not self._session.settings.get(declared.CTRL_WHEEL_ZOOMS):
            self._pointer = event.position()
            self._zoom_to(self._viewport.scale * ZOOM_STEP**turned, event.position())
        else:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else delta / 2
            self._set_viewport(self._viewport.moved(moved.x(), moved.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._hold_space(True)
        elif event.key() == Qt.Key.Key_Escape and self._session.strokes.under_way:
            self._session.strokes.cancel()
            self._gesture = _Gesture.NONE
        elif event.key() == Qt.Key.Key_Shift:
            self._straight = True
            self._move_cursor()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._hold_space(False)
        elif event.key() == Qt.Key.Key_Shift:
            self._move_cursor()  # while the line is still counted in
            self._straight = False
            self._move_cursor()
        else:
            super().keyReleaseEvent(event)

    def _hold_space(self, held: bool) -> None:
        self._space_held = held
        self._move_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hold_space(False)  # its release would go elsewhere
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        # Keys belong to what the pointer is on, unless somebody is typing.
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox | QTextEdit):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._move_cursor()
        self._tell_pointer()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._picture is not None:
            if self._fits:
                self.fit()
            else:
                grown = event.size() - event.oldSize()
                self._set_viewport(self._viewport.moved(grown.width() / 2, grown.height() / 2))
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and (
            event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._zoom_to(self._viewport.scale * (1 + event.value()), event.position())
            return True
        return super().event(event)
