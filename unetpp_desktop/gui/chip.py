"""Chip: a small round-cornered button that can stay pressed."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from unetpp_desktop.gui.painting import mixed, resized

_PIXELS = 12
_HEIGHT = 24
_SIDE = 8


class Chip(QAbstractButton):
    """One of a row of exclusive choices; the chosen one is filled."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(resized(self.font(), _PIXELS))
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _SIDE, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(mixed(ground, text, 0.16))
            painter.drawRoundedRect(box, 4, 4)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(mixed(ground, text, 0.07))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.5))
            painter.drawRoundedRect(box, 4, 4)
        painter.setFont(resized(self.font(), _PIXELS))
        painter.setPen(text if self.isChecked() else mixed(text, ground, 0.25))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
