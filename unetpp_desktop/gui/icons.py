"""Icons of the Lucide set, in the colours of the theme."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from unetpp_desktop.core.resources import data_folder

SIZE = 20  # logical pixels
_RATIOS = (1.0, 2.0)  # a screen in between scales the larger one down


def icon(name: str, checked_name: str | None = None) -> QIcon:
    """The icon in the text colour of the present palette, gray where disabled.

    ``checked_name`` is shown by buttons that are checked. After a change of theme, ask again.
    """
    palette = QGuiApplication.palette()
    made = QIcon()
    states = {QIcon.State.Off: name} | ({QIcon.State.On: checked_name} if checked_name else {})
    for state, shown in states.items():
        for mode, group in (
            (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
            (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
        ):
            color = palette.color(group, QPalette.ColorRole.ButtonText)
            for ratio in _RATIOS:
                made.addPixmap(pixmap(shown, SIZE, color, ratio), mode, state)
    return made


def pixmap(name: str, side: int, color: QColor, ratio: float = 1.0) -> QPixmap:
    """The icon, ``side`` logical pixels wide and high, for a screen of that device pixel ratio."""
    source = _source(name).replace(b"currentColor", color.name().encode())
    renderer = QSvgRenderer(QByteArray(source))
    pixels = round(side * ratio)
    picture = QPixmap(QSize(pixels, pixels))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@cache
def _source(name: str) -> bytes:
    return (data_folder("resources") / "icons" / f"{name}.svg").read_bytes()
