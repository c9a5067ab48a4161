"""The cursors of the tools: the outline of exactly those pixels that a brush would paint, or a cross."""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from unetpp_desktop.editing.brush import footprint, footprint_rect
from unetpp_desktop.gui.viewport import Viewport

_SMALL = 9.0  # logical pixels on screen: a smaller outline gets arms, so that the eye finds it
_ARM = 6.0
_GAP = 3.0
_LIGHT = QColor(255, 255, 255, 235)
_DARK = QColor(0, 0, 0, 160)
_PEN_WIDTH = 3.0
_TEXT_GROUND = QColor(29, 30, 32, 225)
_CROSS_GAP = 4.0
_SIGN = QRectF(9, 9, 12, 12)  # beside the cross: the colour of what will be painted
_TEXT_HEIGHT = 20.0
_TEXT_WIDEST = 200.0

SPREAD = 12
"""Logical pixels that the cursor of a brush may reach beyond its footprint."""

CROSS_REACH = (16, 16, 40 + round(_TEXT_WIDEST), 40)
"""Logical pixels that a cross with its sign and text reaches to the left, up, to the right, down."""


@lru_cache(maxsize=8)
def outline(diameter: int, square: bool) -> tuple[QPointF, ...]:
    """The corners of the footprint's border in its pixels, from one to the next and back to the first."""
    return tuple(QPointF(x, y) for x, y in _corners(diameter, square).tolist())


@lru_cache(maxsize=8)
def _corners(diameter: int, square: bool) -> np.ndarray:
    stencil = footprint(diameter, square)
    begins, ends = stencil.argmax(axis=1), diameter - stencil[:, ::-1].argmax(axis=1)
    rows = np.arange(diameter)
    down = np.stack((rows, rows + 1), axis=1).ravel()  # each row has a corner at its top and its bottom
    x = np.concatenate((ends.repeat(2), begins.repeat(2)[::-1]))
    y = np.concatenate((down, down[::-1]))
    turns = np.flatnonzero((x != np.roll(x, 1)) | (x != np.roll(x, -1)))
    corners: np.ndarray = np.stack((x, y), axis=1)[np.append(turns, turns[0])]
    return corners


def _lines_within(diameter: int, square: bool, area: QRectF) -> list[list[QPointF]]:
    """The parts of the outline, each a line of corners, that may be seen in ``area``."""
    corners = _corners(diameter, square)
    low, high = np.minimum(corners[:-1], corners[1:]), np.maximum(corners[:-1], corners[1:])
    seen = (high >= (area.left(), area.top())).all(axis=1)
    seen &= (low <= (area.right(), area.bottom())).all(axis=1)
    changes = np.flatnonzero(np.diff(seen, prepend=False, append=False)).reshape(-1, 2)
    points = outline(diameter, square)
    return [list(points[begin : end + 1]) for begin, end in changes.tolist()]


def paint_cursor(
    painter: QPainter, viewport: Viewport, point: tuple[float, float], diameter: int, square: bool
) -> None:
    """Draws the cursor of a brush light on dark, so that it is seen on any scene.

    Of a large brush only what lies within the painter's clip, which there must be, costs time.
    """
    rect = footprint_rect(point, diameter)
    left, top = viewport.to_widget(rect.left, rect.top)
    side = diameter * viewport.scale
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if viewport.scale * painter.device().devicePixelRatioF() <= 1 and not square:
        # Steps of less than a pixel of the screen cannot be seen, and a circle is drawn much faster.
        for pen in _pens():
            painter.setPen(pen)
            painter.drawEllipse(QRectF(left, top, side, side))
    else:
        painter.translate(left, top)
        painter.scale(viewport.scale, viewport.scale)
        spread = _PEN_WIDTH / viewport.scale
        area = painter.clipBoundingRect().adjusted(-spread, -spread, spread, spread)
        lines = _lines_within(diameter, square, area)
        for pen in _pens(viewport.scale):
            painter.setPen(pen)
            for line in lines:
                painter.drawPolyline(line)
    painter.restore()
    if side < _SMALL:
        _draw(painter, _arms(QPointF(left + side / 2, top + side / 2), side / 2 + _GAP))


def paint_cross(painter: QPainter, at: QPointF) -> None:
    """Draws the cursor of a tool without a brush: the pixel it points at is in the gap."""
    _draw(painter, _arms(at, _CROSS_GAP))


def paint_sign(painter: QPainter, at: QPointF, color: QColor | None, text: str = "") -> None:
    """Draws beside the cross what it would paint: a colour, None for void; ``text`` names it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sign = _SIGN.translated(at)
    if text:
        _paint_text(painter, sign, text)
    painter.setPen(QPen(_DARK, 3.0))
    painter.drawRoundedRect(sign, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush if color is None else color)
    painter.setPen(QPen(_LIGHT, 1.2))
    painter.drawRoundedRect(sign, 2, 2)
    if color is None:
        painter.drawLine(sign.bottomLeft(), sign.topRight())
    painter.restore()


def _paint_text(painter: QPainter, sign: QRectF, text: str) -> None:
    metrics = painter.fontMetrics()
    words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(_TEXT_WIDEST) - 16)
    ground = QRectF(0, 0, sign.width() + metrics.horizontalAdvance(words) + 20, _TEXT_HEIGHT)
    ground.moveCenter(sign.center())
    ground.moveLeft(sign.left() - 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_TEXT_GROUND)
    painter.drawRoundedRect(ground, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_LIGHT)
    painter.drawText(ground.adjusted(sign.width() + 12, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)


def _draw(painter: QPainter, lines: list[QLineF]) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in _pens():
        painter.setPen(pen)
        painter.drawLines(lines)
    painter.restore()


def _pens(scale: float = 1.0) -> tuple[QPen, QPen]:
    """A dark one and a lighter, thinner one to be drawn over it, as wide on screen at any scale."""
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.MiterJoin
    dark = QPen(_DARK, _PEN_WIDTH / scale, Qt.PenStyle.SolidLine, cap, join)
    return dark, QPen(_LIGHT, 1.2 / scale, Qt.PenStyle.SolidLine, cap, join)


def _arms(center: QPointF, start: float) -> list[QLineF]:
    x, y = center.x(), center.y()
    return [
        QLineF(x - start - _ARM, y, x - start, y),
        QLineF(x + start, y, x + start + _ARM, y),
        QLineF(x, y - start - _ARM, x, y - start),
        QLineF(x, y + start, x, y + start + _ARM),
    ]
