"""What lies over a scene and is no part of its mask: a gesture's outline, a region, the selection."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.gui.viewport import Viewport

Point = tuple[float, float]

SPREAD = 6
"""Logical pixels that a mark may reach beyond the image pixels it marks."""

_LIGHT, _DARK = QColor(255, 255, 255, 235), QColor(0, 0, 0, 160)
_TINT = 0x59595959  # white at 35 %, premultiplied
_STRONG = 1.6  # times as wide as the other lines
_CORNER = 5.0  # logical pixels: the side of the square on a corner


class Marks:
    """Shown by tools and commands through the canvas; each `show_` replaces what it showed before.

    ``changed`` is told the rect of the image, which may stick out of it, that is to be drawn again.
    """

    def __init__(self, changed: Callable[[Rect], None]) -> None:
        self._changed = changed
        self._points: tuple[Point, ...] = ()
        self._closed = self._has_corners = False
        self._region = _Shape(EMPTY_RECT, None)
        self._selection = _Shape(EMPTY_RECT, None)
        self._focus = _Shape(EMPTY_RECT, None)

    def show_outline(self, points: Sequence[Point], closed: bool = False, has_corners: bool = False) -> None:
        """Draws a line through ``points``, (x, y) in image pixels; with none it goes away."""
        before, now = self._points, tuple(points)
        # Of a line that has only got longer, nothing but its end is new.
        kept = 0 if closed or self._closed else max(0, _common(before, now) - 1)
        self._points, self._closed, self._has_corners = now, closed, has_corners
        self._changed(_bounds(before[kept:]).union(_bounds(now[kept:])))

    def show_region(self, rect: Rect, stencil: np.ndarray | None) -> None:
        """Tints the pixels of ``stencil``, ``bool (h, w)`` lying at ``rect``; with None nothing is tinted."""
        before, self._region = self._region, _Shape(rect, stencil, tinted=True)
        self._changed(before.rect.union(self._region.rect))

    def show_selection(self, rect: Rect, stencil: np.ndarray | None) -> None:
        """Draws the border of ``stencil``, ``bool (h, w)`` lying at ``rect``; with None there is none."""
        before, self._selection = self._selection, _Shape(rect, stencil)
        self._changed(before.rect.union(self._selection.rect))

    def show_focus(self, rect: Rect, stencil: np.ndarray | None) -> None:
        """Draws a strong border round what the user is asked about; with None there is none."""
        before, self._focus = self._focus, _Shape(rect, stencil, strong=True)
        self._changed(before.rect.union(self._focus.rect))

    def clear(self) -> None:
        self.show_outline(())
        self.show_region(EMPTY_RECT, None)
        self.show_selection(EMPTY_RECT, None)
        self.show_focus(EMPTY_RECT, None)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draws everything that is shown, light on dark."""
        self._region.paint(painter, viewport)
        self._selection.paint(painter, viewport)
        self._focus.paint(painter, viewport)
        if self._points:
            points = [QPointF(*viewport.to_widget(*point)) for point in self._points]
            _paint_outline(painter, points, self._closed, self._has_corners)


class _Shape:
    """A set of pixels: its border, dashed unless ``strong``, and, where ``tinted``, its area."""

    def __init__(
        self, rect: Rect, stencil: np.ndarray | None, tinted: bool = False, strong: bool = False
    ) -> None:
        self._strong = strong
        self.rect = EMPTY_RECT if stencil is None else rect
        self._borders = [] if stencil is None else borders(stencil)
        self._tint: QImage | None = None
        if tinted and stencil is not None:
            pixels = np.where(stencil, np.uint32(_TINT), np.uint32(0))
            height, width = pixels.shape
            kind = QImage.Format.Format_ARGB32_Premultiplied
            # A deep copy, because the image does not keep the array alive.
            self._tint = QImage(pixels.data, width, height, width * 4, kind).copy()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        if not self._borders:
            return
        painter.save()
        painter.translate(*viewport.to_widget(self.rect.left, self.rect.top))
        painter.scale(viewport.scale, viewport.scale)
        if self._tint is not None:
            painter.drawImage(0, 0, self._tint)
        dashed = self._tint is None and not self._strong
        for pen in _pens(painter, dashed, _STRONG if self._strong else 1.0):
            painter.setPen(pen)
            painter.drawLines(self._borders)
        painter.restore()


def borders(stencil: np.ndarray) -> list[QLineF]:
    """The lines between the pixels inside and outside of ``stencil``, ``bool (h, w)``, in its pixels."""
    inside = np.pad(stencil, 1).astype(np.int8)
    lines = [QLineF(a, row, b, row) for row, a, b in _runs(np.diff(inside, axis=0))]
    lines += [QLineF(column, a, column, b) for column, a, b in _runs(np.diff(inside, axis=1).T)]
    return lines


def _runs(steps: np.ndarray) -> list[tuple[float, float, float]]:
    """(line, begin, end) of the unbroken stretches of equal steps that are not 0, without the padding."""
    width = steps.shape[1]
    # A border column of zeros on both sides: no run reaches from one line into the next.
    flat = steps.ravel()
    edges = np.flatnonzero(np.diff(flat)) + 1
    begins, ends = edges[:-1], edges[1:]
    kept = flat[begins] != 0
    lines, columns = np.divmod(begins[kept], width)
    lengths = (ends - begins)[kept]
    return [
        (float(line), float(column - 1), float(column - 1 + length))
        for line, column, length in zip(lines.tolist(), columns.tolist(), lengths.tolist(), strict=True)
    ]


def _bounds(points: Sequence[Point]) -> Rect:
    if not points:
        return EMPTY_RECT
    columns, rows = [int(x // 1) for x, _ in points], [int(y // 1) for _, y in points]
    return Rect(min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _pens(painter: QPainter, dashed: bool, width: float = 1.0) -> tuple[QPen, QPen]:
    ratio = painter.device().devicePixelRatioF() * width  # cosmetic pens are measured in screen pixels
    dark, light = QPen(_DARK, 3.0 * ratio), QPen(_LIGHT, 1.2 * ratio)
    for pen in (dark, light):
        pen.setCosmetic(True)
    if dashed:
        light.setDashPattern([4.0, 4.0])
    return dark, light


def _common(before: tuple[Point, ...], now: tuple[Point, ...]) -> int:
    """How many points both lines have in common at their beginning."""
    if now[: len(before)] == before:
        return len(before)
    return next(
        place for place, pair in enumerate(zip(before, (*now, None), strict=False)) if pair[0] != pair[1]
    )


def _paint_outline(painter: QPainter, points: list[QPointF], closed: bool, has_corners: bool) -> None:
    lines = [QLineF(first, second) for first, second in pairwise(points)]
    if closed and len(points) > 2:
        lines.append(QLineF(points[-1], points[0]))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in _pens(painter, dashed=False):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(lines)
    if has_corners:
        painter.setBrush(_LIGHT)
        painter.setPen(QPen(_DARK, 1.0))
        for point in points:
            painter.drawRect(QRectF(point.x() - _CORNER / 2, point.y() - _CORNER / 2, _CORNER, _CORNER))
    painter.restore()
