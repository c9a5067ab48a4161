"""The scene with the class colours over it, at any zoom; what the hand does there: `CanvasInput`."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.gui.canvas_hints import hint_of, hint_place, paint_alone, paint_hint
from unetpp_desktop.gui.canvas_input import CanvasInput
from unetpp_desktop.gui.layer import Layer
from unetpp_desktop.gui.marks import SPREAD, Marks
from unetpp_desktop.gui.mask_view import LayerMaking, MaskView, is_large
from unetpp_desktop.gui.overlay import color_table
from unetpp_desktop.gui.pixel_grid import paint_pixel_grid
from unetpp_desktop.gui.scene_picture import ScenePicture
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.uncertainties import shown_uncertainty
from unetpp_desktop.gui.viewport import Viewport, clamped_scale, fitted


class Canvas(QWidget):
    """A view of the session's scene and document, with the `marks` of the tools over it."""

    marks: Marks
    input: CanvasInput

    pointer_moved = Signal(object)  # (x, y) in image pixels, None outside the image
    zoomed = Signal(float)  # device pixels per image pixel
    viewport_changed = Signal()  # zoom or position
    hint_changed = Signal()
    layer_made = Signal()  # of a large mask, which is drawn from now on

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._picture: ScenePicture | None = None
        self._size_before: tuple[int, int] | None = None  # of the last picture of this project
        self._viewport = Viewport()
        self._fits = True  # the scene follows the size of the widget
        self._overlay_hidden = False
        self._hint = ""
        self._layers = LayerMaking(self)
        self._layers.made.connect(self._on_layer_made)
        self.marks = Marks(self._update_marked)
        self.input = CanvasInput(self, session)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Scene"))
        self.setMinimumSize(144, 96)
        session.scene_changed.connect(self._on_scene_changed)
        session.document_replaced.connect(self._on_document_replaced)
        session.document_changed.connect(self._on_document_changed)
        session.class_flags_changed.connect(self._on_colors_changed)
        session.settings_changed.connect(self.update)
        session.view_changed.connect(self._on_view_changed)
        session.answers.changed.connect(self._on_view_changed)
        session.previews.changed.connect(self._on_preview_changed)
        session.model_changed.connect(self._show_hint)

    @property
    def viewport(self) -> Viewport:
        return self._viewport

    @property
    def picture(self) -> ScenePicture | None:
        """What is drawn; None where no scene is shown."""
        return self._picture

    @property
    def has_picture(self) -> bool:
        """Whether a scene is shown."""
        return self._picture is not None

    @property
    def zoom(self) -> float:
        """Device pixels per image pixel: 1.0 is 100 %."""
        return self._viewport.scale * self.devicePixelRatioF()

    @property
    def hint(self) -> str:
        """What is written over the scene, or in its place; "" for nothing."""
        return self._hint

    @property
    def hint_place(self) -> QRect:
        """Where that is written over a scene; empty for nowhere."""
        shown = self._picture is not None and self._hint != ""
        return hint_place(self.fontMetrics(), self.rect(), self._hint) if shown else QRect()

    @property
    def overlay_hidden(self) -> bool:
        return self._overlay_hidden

    def hide_overlay(self, hidden: bool) -> None:
        self._overlay_hidden = hidden
        self.update()

    def fit(self) -> None:
        """Shows the whole scene, once it is read, and keeps doing so when the window changes its size."""
        if self._picture is not None:
            self._set_viewport(fitted(self._picture.size, self._size()))
        self._fits = True

    def show_actual_size(self) -> None:
        """One image pixel per screen pixel, about the pointer or else the middle."""
        self.zoom_to(1 / self.devicePixelRatioF(), self._zoom_point())

    def zoom_by(self, factor: float) -> None:
        """Zooms about the pointer or, where that is elsewhere, the middle."""
        self.zoom_to(self._viewport.scale * factor, self._zoom_point())

    def zoom_to(self, scale: float, at: QPointF) -> None:
        """``scale`` logical pixels per image pixel; what is under the widget point ``at`` stays there."""
        if self._picture is None:
            return
        scale = clamped_scale(scale, fitted(self._picture.size, self._size()).scale)
        self._set_viewport(self._viewport.zoomed(scale, at.x(), at.y()))

    def move_by(self, dx: float, dy: float) -> None:
        """Moves the scene by logical pixels."""
        self._set_viewport(self._viewport.moved(dx, dy))

    def center_on(self, x: float, y: float) -> None:
        """Brings an image point to the middle."""
        at_x, at_y = self._viewport.to_widget(x, y)
        self.move_by(self.width() / 2 - at_x, self.height() / 2 - at_y)

    def tell_pointer(self) -> None:
        """Says which pixel of the image is under the pointer."""
        point, pointer = None, self.input.pointer
        if pointer is not None and self._picture is not None:
            x, y = self._viewport.to_image(pointer.x(), pointer.y())
            height, width = self._picture.size
            if 0 <= x < width and 0 <= y < height:
                point = (x, y)
        self.pointer_moved.emit(point)

    def _size(self) -> tuple[float, float]:
        return float(self.height()), float(self.width())

    def _zoom_point(self) -> QPointF:
        pointer = self.input.pointer
        return pointer if pointer is not None else QPointF(self.width() / 2, self.height() / 2)

    def _set_viewport(self, viewport: Viewport) -> None:
        if self._picture is None:
            return
        self._fits = False
        self._viewport = viewport.held(self._picture.size, self._size())
        self.update()
        self.tell_pointer()
        self.zoomed.emit(self.zoom)
        self.viewport_changed.emit()

    def _on_scene_changed(self) -> None:
        image = self._session.image
        if self._picture is not None or self._session.scene is None:
            self._size_before = None if self._picture is None else self._picture.size
        self._picture = None if image is None else ScenePicture(image)
        self._on_view_changed()
        self.marks.clear()
        # The frames of one street have one size: the eye keeps its place from one to the next.
        if self._picture is not None and (self._fits or self._picture.size != self._size_before):
            self.fit()
        else:
            self._set_viewport(self._viewport)  # the zoom was not told while there was no picture
        self.update()

    def _on_document_replaced(self) -> None:
        if self._picture is not None:
            self._show_mask(self._picture)
        self._show_hint()
        self.update()
        self.tell_pointer()

    def _on_document_changed(self, rect: Rect) -> None:
        if self._picture is not None and is_large(rect):
            self._show_mask(self._picture)  # what was drawn stays until the new layer is there
        elif self._picture is not None and not rect.is_empty:
            self._layers.note_change(rect)
            self.update(QRect(*self._viewport.widget_rect(self._picture.refresh(rect))))
        self._show_hint()

    def _update_marked(self, rect: Rect) -> None:
        if not rect.is_empty:
            self.update(QRect(*self._viewport.widget_rect(rect, SPREAD)))

    def _show_hint(self) -> None:
        hint = hint_of(self._session)
        if hint != self._hint:
            self._hint = hint
            self.update()
            self.hint_changed.emit()

    def _on_colors_changed(self) -> None:
        if self._picture is not None and self._layers.under_way:
            self._show_mask(self._picture)
        elif self._picture is not None:
            self._picture.set_colors(self._color_table())
        self.update()

    def _on_view_changed(self) -> None:
        if self._picture is not None:
            self._picture.light = self._session.view.light
        document = self._session.document
        # An answer for the scene that is being opened may come before its picture.
        if self._picture is not None and document is not None and self._picture.shows(document.labels):
            view = self._mask_view()
            if view is not None and not self._picture.looks_like(view):
                self._show_mask(self._picture)
        self.update()

    def _show_mask(self, picture: ScenePicture) -> None:
        view = self._mask_view()
        if view is None:
            self._layers.give_up()
        picture.set_mask(view, None if view is None else self._layers.begin(view))
        self._show_preview()

    def _mask_view(self) -> MaskView | None:
        """The mask that is open, as it is to be drawn."""
        session, document = self._session, self._session.document
        if document is None:
            return None
        uncertainty = shown_uncertainty(session)
        return MaskView(
            document.labels, self._color_table(), session.view.style, session.answers.ranked, uncertainty
        )

    def _on_layer_made(self, view: MaskView, layer: Layer) -> None:
        if self._picture is not None:
            self._picture.set_layer(view, layer)
            self.update()
            self.layer_made.emit()

    def _on_preview_changed(self) -> None:
        self._show_preview()
        self._show_hint()
        self.update()

    def _show_preview(self) -> None:
        document, preview = self._session.document, self._session.previews.shown
        # That of a scene that is being opened may come before its picture.
        if self._picture is not None and document is not None and self._picture.shows(document.labels):
            predicted = None if preview is None else preview.labels
            self._picture.set_preview(predicted, document.origins, self._color_table())

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
        if self._session.view.pixel_grid:
            ratio = self.devicePixelRatioF()
            paint_pixel_grid(painter, self._viewport, self._picture.size, ratio, event.rect())
        self.marks.paint(painter, self._viewport)
        if self._hint:
            paint_hint(painter, self.rect(), self._hint)
        self.input.paint(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self.input.press(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self.input.press_twice(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.input.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.input.release(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        self.input.use_pen(event)
        event.ignore()  # so that Qt makes a mouse event of it

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.input.wheel(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.input.key_down(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.input.key_up(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.input.lose_focus()
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.input.enter(event)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.input.leave(event)
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
        if isinstance(event, QNativeGestureEvent) and self.input.pinch(event, event.position()):
            return True
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.input.takes_key(event)
        ):
            event.accept()  # it comes back as a key then, instead of a shortcut
            return True
        return super().event(event)
