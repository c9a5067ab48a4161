"""How many of the scenes that are wanted are there, as circles."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from unetpp_desktop.gui.painting import mixed


class CountedCircles(QWidget):
    """``wanted`` circles; those of what is there are filled."""

    def __init__(self, wanted: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._filled = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, 28)

    def set_filled(self, filled: int) -> None:
        self._filled = filled
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self.palette().color(QPalette.ColorRole.Window)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        for number in range(self._wanted):
            circle = QRectF(1 + number * 28, 4, 18, 18)
            filled = number < self._filled
            painter.setPen(QPen(mixed(ground, text, 0.85 if filled else 0.4), 1.6))
            painter.setBrush(mixed(ground, text, 0.85) if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(circle)
