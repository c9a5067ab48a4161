"""Lines between the pixels of a scene, where each is a large square."""

from math import ceil, floor

from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from unetpp_desktop.gui.viewport import Viewport

GRID_ZOOM = 8.0
"""Device pixels per image pixel above which the grid is drawn."""

# Mid-gray at a third is seen on dark and on light pixels, and hides neither.
_LINE = QColor(128, 128, 128, 84)


def paint_pixel_grid(
    painter: QPainter, viewport: Viewport, size: tuple[int, int], device_ratio: float, shown: QRect
) -> None:
    """Draws the lines within ``shown``, a rect of the widget; ``size`` is (height, width) of the image."""
    if viewport.scale * device_ratio <= GRID_ZOOM:
        return
    height, width = size
    left, top = viewport.to_image(shown.left(), shown.top())
    right, bottom = viewport.to_image(shown.right() + 1, shown.bottom() + 1)
    columns = range(max(0, floor(left)), min(width, ceil(right)) + 1)
    rows = range(max(0, floor(top)), min(height, ceil(bottom)) + 1)
    if not columns or not rows:
        return

    def point(x: float, y: float) -> QPointF:
        # On whole device pixels, so that a line is one of them wide and not two half ones.
        place = viewport.to_widget(x, y)
        return QPointF(*((floor(value * device_ratio) + 0.5) / device_ratio for value in place))

    lines = [QLineF(point(x, rows[0]), point(x, rows[-1])) for x in columns]
    lines += [QLineF(point(columns[0], y), point(columns[-1], y)) for y in rows]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    pen = QPen(_LINE, 1.0 / device_ratio)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLines(lines)
    painter.restore()
