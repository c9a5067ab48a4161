"""How the state of a scene is shown: a shape and a word, never colour alone."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from unetpp_desktop.storage.project import SceneState

GLYPHS = {
    SceneState.NONE: "○",
    SceneState.PREDICTED: "◌",
    SceneState.EDITED: "◐",
    SceneState.DONE: "●",
    SceneState.CHANGED_OUTSIDE: "!",
    SceneState.UNREADABLE: "×",
}
"""The same shapes as text, for places that only take text."""

_QUARTER_TURN = 90 * 16  # QPainter counts sixteenths of a degree


def state_word(state: SceneState) -> str:
    words = {
        SceneState.NONE: QCoreApplication.translate("SceneState", "none"),
        SceneState.PREDICTED: QCoreApplication.translate("SceneState", "predicted"),
        SceneState.EDITED: QCoreApplication.translate("SceneState", "edited"),
        SceneState.DONE: QCoreApplication.translate("SceneState", "done"),
        SceneState.CHANGED_OUTSIDE: QCoreApplication.translate("SceneState", "changed outside"),
        SceneState.UNREADABLE: QCoreApplication.translate("SceneState", "unreadable"),
    }
    return words[state]


def paint_state(
    painter: QPainter, center: QPointF, diameter: float, state: SceneState, color: QColor
) -> None:
    """Draws the shape of ``state``; drawn, not written, so that it is crisp in every font."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = diameter / 2 - 0.75
    box = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
    pen = QPen(color, 1.4)
    if state is SceneState.CHANGED_OUTSIDE:
        pen.setWidthF(1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(center.x(), box.top()), QPointF(center.x(), center.y() + radius * 0.3))
        painter.drawPoint(QPointF(center.x(), box.bottom()))
    elif state is SceneState.UNREADABLE:
        painter.setPen(pen)
        painter.drawLine(box.topLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomLeft())
    else:
        if state is SceneState.PREDICTED:
            # Eight dots around: 2 * pi * r / 8 per dot and gap, in units of the pen's width.
            step = 6.2832 * radius / 8 / pen.widthF()
            pen.setDashPattern([0.01, step - 0.01])
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(color if state is SceneState.DONE else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box)
        if state is SceneState.EDITED:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPie(box, _QUARTER_TURN, 2 * _QUARTER_TURN)
    painter.restore()
