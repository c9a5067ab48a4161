"""The cursor of a brush: the outline of exactly those pixels that a click would paint."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from unetpp_desktop.editing.brush import footprint, footprint_rect
from unetpp_desktop.gui.viewport import Viewport

_SMALL = 9.0  # logical pixels on screen: a smaller outline gets arms, so that the eye finds it
_ARM = 6.0
_GAP = 3.0
_LIGHT = QColor(255, 255, 255, 235)
_DARK = QColor(0, 0, 0, 160)

SPREAD = 12
"""Logical pixels that the cursor may reach beyond its footprint."""


@lru_cache(maxsize=8)
def outline(diameter: int, square: bool) -> tuple[QLineF, ...]:
    """The border of the footprint as lines in image pixels, from its top left corner."""
    inside = np.pad(footprint(diameter, square), 1).astype(np.int8)
    lines = [QLineF(a, row, b, row) for row, a, b in _runs(np.diff(inside, axis=0))]
    lines += [QLineF(column, a, column, b) for column, a, b in _runs(np.diff(inside, axis=1).T)]
    return tuple(lines)


def _runs(steps: np.ndarray) -> list[tuple[float, float, float]]:
    """(line, begin, end) of the unbroken stretches of equal steps that are not 0, without the padding."""
    found: list[tuple[float, float, float]] = []
    for line in np.flatnonzero(steps.any(axis=1)):
        row = steps[line]
        edges = np.flatnonzero(np.diff(row)) + 1
        for begin, end in pairwise(edges):
            if row[begin]:
                found.append((float(line), float(begin) - 1, float(end) - 1))
    return found


def paint_cursor(
    painter: QPainter, viewport: Viewport, point: tuple[float, float], diameter: int, square: bool
) -> None:
    """Draws the cursor light on dark, so that it is seen on any scene."""
    rect = footprint_rect(point, diameter)
    left, top = viewport.to_widget(rect.left, rect.top)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines = [
        QLineF(
            left + line.x1() * viewport.scale,
            top + line.y1() * viewport.scale,
            left + line.x2() * viewport.scale,
            top + line.y2() * viewport.scale,
        )
        for line in outline(diameter, square)
    ]
    side = diameter * viewport.scale
    if side < _SMALL:
        lines += _arms(QPointF(left + side / 2, top + side / 2), side / 2 + _GAP)
    for color, width in ((_DARK, 3.0), (_LIGHT, 1.2)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLines(lines)
    painter.restore()


def _arms(center: QPointF, start: float) -> list[QLineF]:
    x, y = center.x(), center.y()
    return [
        QLineF(x - start - _ARM, y, x - start, y),
        QLineF(x + start, y, x + start + _ARM, y),
        QLineF(x, y - start - _ARM, x, y - start),
        QLineF(x, y + start, x, y + start + _ARM),
    ]
