"""A drop-down list of classes, each with its colour."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from unetpp_desktop.core.palette import Color
from unetpp_desktop.gui.combo import ElidingCombo
from unetpp_desktop.gui.painting import mixed

_SWATCH = 14


def swatch(color: Color | None, widget: QWidget) -> QIcon:
    """The colour of a class as a small square, in the look of ``widget``; an empty one for void (None)."""
    ratio = widget.devicePixelRatioF()
    picture = QPixmap(round(_SWATCH * ratio), round(_SWATCH * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    text = widget.palette().color(QPalette.ColorRole.WindowText)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if color is None:
        painter.setPen(QPen(text, 1, Qt.PenStyle.DotLine))
    else:
        painter.setPen(mixed(QColor(*color), text, 0.35))
        painter.setBrush(QColor(*color))
    painter.drawRoundedRect(QRectF(0.5, 0.5, _SWATCH - 1, _SWATCH - 1), 3, 3)
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # else Qt tints it
    return icon


class ClassCombo(ElidingCombo):
    """Classes in the order of a list; the data of each entry is what it was given with."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMaxVisibleItems(16)

    def add_class(self, name: str, color: Color | None, value: int | None) -> None:
        """``color`` None: void."""
        self.addItem(swatch(color, self), name, value)

    def value(self) -> int | None:
        """The data of the entry chosen."""
        chosen: int | None = self.currentData()
        return chosen

    def choose(self, value: int | None) -> None:
        """Chooses the entry with this data, where there is one."""
        places = (place for place in range(self.count()) if self.itemData(place) == value)
        self.setCurrentIndex(next(places, self.currentIndex()))
