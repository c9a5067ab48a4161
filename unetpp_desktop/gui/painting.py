"""Small things that the hand-painted widgets share."""

from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QWidget


class ChartInks(NamedTuple):
    """The colours of a chart, from the palette of its widget: what is drawn on, words, the line, the rest."""

    ground: QColor
    text: QColor
    accent: QColor
    quiet: QColor
    hair: QColor


def chart_inks(widget: QWidget) -> ChartInks:
    palette = widget.palette()
    ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    accent = palette.color(QPalette.ColorRole.Highlight)
    return ChartInks(ground, text, accent, mixed(text, ground, 0.3), mixed(ground, text, 0.14))


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """``first`` with ``share`` (0..1) of ``second`` in it."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        first.redF() * keep + second.redF() * share,
        first.greenF() * keep + second.greenF() * share,
        first.blueF() * keep + second.blueF() * share,
    )


def resized(font: QFont, pixels: int, weight: QFont.Weight | None = None, for_names: bool = False) -> QFont:
    """A copy of ``font``, ``pixels`` high; figures are equally wide, but in names they are set close."""
    copy = QFont(font)
    copy.setPixelSize(pixels)
    copy.setFeature(QFont.Tag("tnum"), 0 if for_names else 1)
    if weight is not None:
        copy.setWeight(weight)
    return copy
