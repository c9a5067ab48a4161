"""A cross at the place that the pointer is over in another view of the same scene."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from unetpp_desktop.gui.brush_cursor import paint_cross

_REACH = 16


class PointerMark(QWidget):
    """Lies over ``view`` and lets everything through: moving it paints nothing but where it was and is."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(2 * _REACH + 1, 2 * _REACH + 1)
        self.hide()

    def show_at(self, place: QPointF | None) -> None:
        """Marks a point of the view; None: none."""
        self.setVisible(place is not None)
        if place is not None:
            self.move(place.toPoint() - QPoint(_REACH, _REACH))
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        paint_cross(QPainter(self), QPointF(_REACH + 0.5, _REACH + 0.5))
