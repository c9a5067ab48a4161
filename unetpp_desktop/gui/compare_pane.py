"""One view beside the canvas: the open scene alone, or under what a model says of it."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.canvas_hints import paint_hint
from unetpp_desktop.gui.overlay import Overlay, color_table
from unetpp_desktop.gui.pointer_mark import PointerMark
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import Compared
from unetpp_desktop.gui.viewport import Viewport
from unetpp_desktop.nn.registry import ModelEntry

_REST_MS = 150  # who leafs through the scenes asks no model about those in between
_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class ComparePane(QWidget):
    """Draws the canvas' own picture at the canvas' zoom and position; wheel and drag move the canvas.

    Nothing can be painted here. A model that was not asked about the scene yet is asked.
    """

    pointer_moved = Signal(object)  # (x, y) in image pixels, None outside the pane

    def __init__(self, session: Session, canvas: Canvas, content: Compared, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._content = content
        self._model: ModelEntry | None = None
        self._ranked: np.ndarray | None = None
        self._overlay: Overlay | None = None
        self._message = ""
        self._pointer: QPointF | None = None
        self._pan_from: QPointF | None = None
        self._mark = PointerMark(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._soon.timeout.connect(self._ask)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the canvas
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        canvas.viewport_changed.connect(self._on_viewport_changed)
        session.project_changed.connect(self._find_model)
        session.scene_changed.connect(self._refresh)
        session.model_changed.connect(self._refresh)
        session.answers.changed.connect(self._refresh)
        session.answers.asking_changed.connect(self._show_message)
        session.class_flags_changed.connect(self._on_colors_changed)
        session.settings_changed.connect(self.update)
        session.view_changed.connect(self.update)
        self.show_content(content)

    @property
    def content(self) -> Compared:
        return self._content

    @property
    def message(self) -> str:
        """Why there is no prediction yet; "" where all is shown."""
        return self._message

    @property
    def viewport(self) -> Viewport:
        """That of the canvas, about the middle of this pane."""
        return self._canvas.viewport.moved(*self._shift())

    def show_content(self, content: Compared) -> None:
        """Shows something else."""
        self._content = content
        self._find_model()
        self._refresh()

    def _find_model(self) -> None:
        content = self._content
        named = (entry for entry in self._session.models() if entry.name == content.model)
        self._model = next(named, None) if content.model is not None else None

    def mark_pointer(self, point: tuple[float, float] | None) -> None:
        """Marks the image point that the pointer is over in another view; None: nothing."""
        self._mark.show_at(None if point is None else QPointF(*self.viewport.to_widget(*point)))

    def _shift(self) -> tuple[int, int]:
        """From the coordinates of the canvas to those of this pane."""
        return (self.width() - self._canvas.width()) // 2, (self.height() - self._canvas.height()) // 2

    def _asked_model(self) -> ModelEntry | None:
        return self._session.model if self._content.model is None else self._model

    def _refresh(self) -> None:
        answers, model = self._session.answers, self._asked_model()
        ranked = None
        if self._content.predicted and model is not None:
            ranked = answers.ranked if self._content.model is None else answers.ranked_by(model)
            if ranked is None and self._session.image is not None:
                self._soon.start()
        if ranked is not self._ranked:
            self._ranked = ranked
            self._overlay = None if ranked is None else Overlay(ranked[0], self._color_table())
        self._show_message()
        self.update()

    def _ask(self) -> None:
        model = self._asked_model()
        # A window that is closing has ended its jobs already.
        if self._content.predicted and model is not None and self.isVisible():
            self._session.answers.request_from(model)
            self._show_message()

    def _show_message(self) -> None:
        message = self._missing() if self._session.image is not None else ""
        if message != self._message:
            self._message = message
            self.update()

    def _missing(self) -> str:
        model = self._asked_model()
        if not self._content.predicted or self._ranked is not None:
            return ""
        if model is None and self._content.model is None:
            return self.tr("No model is installed")
        if model is None:
            return self.tr("{} is not among the models of this folder").format(self._content.model)
        if self._soon.isActive() or self._session.answers.asking:
            return self.tr("{} is looking at this scene…").format(model.name)
        return self.tr("Click to ask {}").format(model.name)

    def _on_colors_changed(self) -> None:
        if self._overlay is not None:
            self._overlay.set_table(self._color_table())
        self.update()

    def _color_table(self) -> np.ndarray:
        return color_table(self._session.palette, self._session.hidden)

    def _on_viewport_changed(self) -> None:
        self.update()
        self._tell_pointer()

    def _tell_pointer(self) -> None:
        if self._pointer is not None:
            self.pointer_moved.emit(self.viewport.to_image(self._pointer.x(), self._pointer.y()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        picture, overlay = self._canvas.picture, self._overlay
        if picture is None:
            return
        if overlay is not None and overlay.shape != picture.size:
            overlay = None  # of the scene before
        opacity = self._session.settings.get(declared.OVERLAY_OPACITY) / 100
        picture.paint_under(painter, self.viewport, self.devicePixelRatioF(), overlay, opacity)
        if self._message:
            paint_hint(painter, self.rect(), self._message)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in _BUTTONS:
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            if self._message:
                self._ask()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._pan_from is not None:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self._canvas.move_by(moved.x(), moved.y())
        self._tell_pointer()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._pan_from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.pointer_moved.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._pointer = event.position()
        self._canvas.input.turn(event, self._on_canvas(event.position()))
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        self._refresh()
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._tell_pointer()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            return self._canvas.input.pinch(event, self._on_canvas(event.position()))
        return super().event(event)

    def _on_canvas(self, place: QPointF) -> QPointF:
        return place - QPointF(*self._shift())
