"""The whole scene, small, in a corner of the canvas: it shows which part is in view, and leads elsewhere."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import OverlayStyle
from unetpp_desktop.gui.viewport import ZOOM_STEP

_LONGEST = 168  # logical pixels of the longer side
_LARGEST_SHARE = 0.3  # of the canvas' width and height
_LEAST = 16
_MARGIN = 12
_FRAME = 1
_NARROW = 720  # logical pixels: in a narrower canvas the minimap lies below the caption of the view
_CAPTIONS = {OverlayStyle.DIFFERENCE: 40, OverlayStyle.UNCERTAINTY: 76}
_REST_MS = 250  # the mask is drawn anew once the hand rests: a stroke must not pay for it
_NOTCH = 120.0
_HAIR = 0.5  # logical pixels of the scene that may lie outside before it counts as not in view
# The same on every scene and in both themes.
_FRAME_COLOR, _SHADE = QColor(16, 17, 18), QColor(0, 0, 0, 110)
_DARK, _LIGHT = QColor(0, 0, 0, 160), QColor(255, 255, 255, 235)


class Minimap(QWidget):
    """Shown while part of the scene is out of view and the user wants it; a press or drag moves the canvas.

    What it draws is made once for each scene and each rest of the hand; moving the canvas only draws it.
    """

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._scene: QImage | None = None
        self._overlay: QImage | None = None
        self._overlay_is_new = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Minimap"))
        self.setToolTip(self.tr("Click or drag to show another part of the scene"))
        self.hide()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._soon.timeout.connect(self._renew_overlay)
        canvas.viewport_changed.connect(self._place)
        canvas.layer_made.connect(self._renew)
        session.scene_changed.connect(self._renew)
        session.view_changed.connect(self._renew)
        session.answers.changed.connect(self._renew)
        session.document_replaced.connect(self._renew_overlay)
        session.class_flags_changed.connect(self._renew_overlay)
        session.settings_changed.connect(self.update)
        session.document_changed.connect(self._on_document_changed)
        self._place()

    def _place(self) -> None:
        picture, canvas = self._canvas.picture, self._canvas
        if picture is None or not self._session.view.minimap or self._all_in_view(picture.size):
            self.hide()
            return
        room = min(_LONGEST, canvas.width() * _LARGEST_SHARE, canvas.height() * _LARGEST_SHARE)
        height, width = picture.size
        scale = room / max(height, width)
        size = QSize(max(_LEAST, round(width * scale)), max(_LEAST, round(height * scale)))
        size += QSize(2 * _FRAME, 2 * _FRAME)
        if size != self.size():
            self._scene = self._overlay = None
        # At the top: what the canvas says and the notices are at the bottom.
        caption = _CAPTIONS.get(self._session.view.style, 0) if canvas.width() < _NARROW else 0
        top = _MARGIN + caption
        self.setGeometry(QRect(QPoint(canvas.width() - _MARGIN - size.width(), top), size))
        self.show()
        self.update()

    def _all_in_view(self, size: tuple[int, int]) -> bool:
        viewport = self._canvas.viewport
        right, bottom = viewport.to_widget(size[1], size[0])
        return (
            min(viewport.left, viewport.top) >= -_HAIR
            and right <= self._canvas.width() + _HAIR
            and bottom <= self._canvas.height() + _HAIR
        )

    def _inside(self) -> QRect:
        return self.rect().adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)

    def _in_view(self) -> QRectF:
        """What the canvas shows, in coordinates of this widget."""
        picture, canvas, inside = self._canvas.picture, self._canvas, self._inside()
        if picture is None:
            return QRectF()
        height, width = picture.size
        left, top = canvas.viewport.to_image(0, 0)
        right, bottom = canvas.viewport.to_image(canvas.width(), canvas.height())
        across, down = inside.width() / width, inside.height() / height
        shown = QRectF(QPointF(left * across, top * down), QPointF(right * across, bottom * down))
        return shown.translated(inside.x(), inside.y()).intersected(QRectF(inside))

    def _renew(self) -> None:
        self._scene = None
        self._renew_overlay()
        self._place()

    def _renew_overlay(self) -> None:
        self._soon.stop()
        self._overlay_is_new = True
        self.update()

    def _on_document_changed(self, rect: Rect) -> None:
        if not rect.is_empty:
            self._soon.start()

    def _make_images(self) -> None:
        picture = self._canvas.picture
        if picture is None:
            return
        size = self._inside().size() * self.devicePixelRatioF()
        if self._scene is None or self._scene.size() != size:
            self._scene, self._overlay_is_new = _shrunk(picture.coarsest_image, size), True
        if self._overlay_is_new:
            overlay = picture.coarsest_overlay
            self._overlay = None if overlay is None else _shrunk(overlay, size)
            self._overlay_is_new = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        self._make_images()
        painter, inside = QPainter(self), self._inside()
        painter.fillRect(self.rect(), _FRAME_COLOR)
        if self._scene is not None:
            painter.drawImage(inside, self._scene)
        if self._overlay is not None and not self._canvas.overlay_hidden:
            painter.setOpacity(self._session.settings.get(declared.OVERLAY_OPACITY) / 100)
            painter.drawImage(inside, self._overlay)
            painter.setOpacity(1.0)
        shown = self._in_view()
        painter.setClipRegion(self.rect())
        for part in _around(QRectF(inside), shown):
            painter.fillRect(part, _SHADE)
        for pen in (QPen(_DARK, 3.0), QPen(_LIGHT, 1.0)):
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(shown.adjusted(0.5, 0.5, -0.5, -0.5))

    def _go_to(self, place: QPointF) -> None:
        picture, inside = self._canvas.picture, self._inside()
        if picture is not None:
            height, width = picture.size
            x = (place.x() - inside.x()) / inside.width() * width
            y = (place.y() - inside.y()) / inside.height() * height
            self._canvas.center_on(min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position())
        event.accept()  # else the canvas would take it for a stroke

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._canvas.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / _NOTCH))
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        # The canvas is not told: the pointer is still within its borders.
        self._canvas.input.leave(event)
        super().enterEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease):
            return False  # Qt makes mouse events of them
        return super().event(event)


def _shrunk(image: QImage, size: QSize) -> QImage:
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _around(whole: QRectF, hole: QRectF) -> tuple[QRectF, ...]:
    """The parts of ``whole`` above, below, left and right of ``hole``."""
    return (
        QRectF(whole.topLeft(), QPointF(whole.right(), hole.top())),
        QRectF(QPointF(whole.left(), hole.bottom()), whole.bottomRight()),
        QRectF(QPointF(whole.left(), hole.top()), hole.bottomLeft()),
        QRectF(hole.topRight(), QPointF(whole.right(), hole.bottom())),
    )
