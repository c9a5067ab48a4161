"""A small chart of one figure over the steps of a training: a thin line, labelled where it ends.

Painted by hand: a chart library costs half a second of standstill at its import.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from unetpp_desktop.gui.painting import chart_inks, mixed, resized

Point = tuple[float, float]  # step, value

_HEIGHT = 104
_TOP, _BOTTOM = 22.0, 6.0  # room for the title, and for the line's width
_LEAST_RIGHT = 70.0  # for the labels at the end, which may need more
_BESIDE = 8.0  # between the end of a line and its label
_PIXELS = 11
_LABEL_LINE = 16.0
_SMOOTHING = 0.85  # of the strong line over noisy points
_DOTS_UP_TO = 24  # so few points are measurements, and are shown as such


class Curve(QWidget):
    """One line. ``smooth`` draws the points faintly and their running mean strongly."""

    def __init__(
        self, title: str, text_of: Callable[[float], str], smooth: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._text_of = text_of
        self._smooth = smooth
        self._points: list[Point] = []
        self._steps = 1
        self._reference: tuple[str, float] | None = None
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def set_points(self, points: Sequence[Point], steps: int) -> None:
        """Shows ``points`` on an axis of ``steps`` steps."""
        self._points, self._steps = list(points), max(1, steps)
        shown = self._strong()
        self.setAccessibleDescription(self._text_of(shown[-1][1]) if shown else "")
        self.update()

    def set_smooth(self, smooth: bool) -> None:
        """Whether the running mean is the strong line."""
        self._smooth = smooth
        self.update()

    def set_reference(self, reference: tuple[str, float] | None) -> None:
        """A dashed level with its name: what the line is to be compared with."""
        self._reference = reference
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, text, accent, quiet, hair = chart_inks(self)
        box = QRectF(0, _TOP, self.width() - self._right(), self.height() - _TOP - _BOTTOM)

        painter.setFont(resized(self.font(), _PIXELS))
        painter.setPen(quiet)
        painter.drawText(QPointF(0, 12), self._title)
        painter.setPen(QPen(hair, 1))
        painter.drawLine(QPointF(0, box.bottom() + 4), QPointF(self.width(), box.bottom() + 4))
        if not self._points:
            return
        low, high = self._range()

        def place(point: Point) -> QPointF:
            share = (point[1] - low) / (high - low)
            return QPointF(box.width() * point[0] / self._steps, box.bottom() - share * box.height())

        strong = [place(point) for point in self._strong()]
        self._paint_end_label(painter, strong[-1], text)
        if self._reference is not None:
            level = place((0, self._reference[1])).y()
            painter.setPen(QPen(quiet, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(0, level), QPointF(box.right(), level))
            painter.setPen(quiet)
            painter.setFont(resized(self.font(), _PIXELS))
            beside = QPointF(box.right() + _BESIDE, self._clear_of(strong[-1].y(), level))
            painter.drawText(beside, self._reference_text())
        if self._smooth:
            painter.setPen(QPen(mixed(ground, accent, 0.35), 1))
            painter.drawPolyline([place(point) for point in self._points])
        painter.setPen(QPen(accent, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(strong)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        dots = [strong[-1]] if self._smooth or len(self._points) > _DOTS_UP_TO else strong
        for dot in dots:
            painter.drawEllipse(dot, 2.4, 2.4)

    def _paint_end_label(self, painter: QPainter, end: QPointF, color: QColor) -> None:
        font = self._end_font()
        height = QFontMetricsF(font).capHeight()
        painter.setFont(font)
        painter.setPen(color)
        baseline = min(max(end.y() + height / 2, _TOP + height), self.height() - 2.0)
        painter.drawText(QPointF(end.x() + _BESIDE, baseline), self._text_of(self._strong()[-1][1]))

    def _right(self) -> float:
        """The room for the labels."""
        end = self._text_of(self._strong()[-1][1]) if self._points else ""
        widest = max(
            QFontMetricsF(self._end_font()).horizontalAdvance(end),
            QFontMetricsF(resized(self.font(), _PIXELS)).horizontalAdvance(self._reference_text()),
        )
        return max(_LEAST_RIGHT, widest + 2 * _BESIDE)

    def _end_font(self) -> QFont:
        return resized(self.font(), 13, QFont.Weight.DemiBold)

    def _reference_text(self) -> str:
        return "" if self._reference is None else f"{self._reference[0]} {self._text_of(self._reference[1])}"

    def _clear_of(self, end: float, level: float) -> float:
        """The baseline of the level's label: at the level, but never over the label of the line's end."""
        away = _LABEL_LINE if level >= end else -_LABEL_LINE
        nearest = level if abs(level - end) >= _LABEL_LINE else end + away
        return min(max(nearest, _TOP), self.height() - _BOTTOM - _PIXELS / 2) + _PIXELS / 2 - 1

    def _strong(self) -> list[Point]:
        if not self._smooth:
            return self._points
        smoothed: list[Point] = []
        mean, weight = 0.0, 0.0
        for step, value in self._points:
            mean = _SMOOTHING * mean + (1 - _SMOOTHING) * value
            weight = _SMOOTHING * weight + (1 - _SMOOTHING)
            smoothed.append((step, mean / weight))
        return smoothed

    def _range(self) -> tuple[float, float]:
        values = [value for _, value in self._points]
        if self._reference is not None:
            values.append(self._reference[1])
        low, high = min(values), max(values)
        margin = max((high - low) * 0.08, abs(high) * 0.01, 1e-6)
        return low - margin, high + margin
