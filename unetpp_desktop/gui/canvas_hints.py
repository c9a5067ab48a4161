"""What the canvas says where there is nothing to see yet: why a scene cannot be shown, how to begin."""

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.key_bindings import first_key
from unetpp_desktop.gui.paragraph import breakable
from unetpp_desktop.gui.session import Session

_WIDEST = 480
_MARGIN = 16
_PADDING = (12, 8)
_RADIUS = 8.0
# The same on every scene and in both themes, like the notices; quieter, because it stays.
_GROUND = QColor(29, 30, 32, 205)
_TEXT = QColor("#f2f2f4")
_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


def hint_of(session: Session) -> str:
    """The problem of the open scene, that it is being read, or how to begin one without a label; else ""."""
    if session.problem is not None:
        return session.problem
    if session.is_reading and session.scene is not None:
        return QCoreApplication.translate("CanvasHints", "Reading {}…").format(session.scene.name)
    document = session.document
    if document is None or document.origin_counts()[Origin.NONE] != document.labels.size:
        return ""
    if session.model is None:
        return QCoreApplication.translate("CanvasHints", "Paint with {}: no model is installed.").format(
            first_key(session.settings, "brush")
        )
    if session.previews.shown is not None:
        sentence = QCoreApplication.translate(
            "CanvasHints", "A preview, not yet the mask: press {0} to keep it, or paint with {1}"
        )
    else:
        sentence = QCoreApplication.translate(
            "CanvasHints", "Press {0} to pre-label this scene, or paint with {1}"
        )
    return sentence.format(first_key(session.settings, "prelabel"), first_key(session.settings, "brush"))


def hint_place(metrics: QFontMetrics, room: QRect, hint: str) -> QRect:
    """The ground that `paint_hint` draws, in the coordinates of ``room``."""
    across, down = _PADDING
    width = max(1, min(_WIDEST, room.width() - 2 * _MARGIN) - 2 * across)
    text = metrics.boundingRect(QRect(0, 0, width, room.height()), _FLAGS, breakable(hint))
    text.moveCenter(room.center())
    text.moveBottom(room.bottom() - _MARGIN - down)
    return text.adjusted(-across, -down, across, down)


def paint_hint(painter: QPainter, room: QRect, hint: str) -> None:
    """Draws ``hint`` on a dark ground near the bottom of ``room``, over whatever scene is there."""
    across, down = _PADDING
    ground = hint_place(painter.fontMetrics(), room, hint)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
    painter.setPen(_TEXT)
    painter.drawText(ground.adjusted(across, down, -across, -down), _FLAGS, breakable(hint))
    painter.restore()


def paint_alone(painter: QPainter, room: QRect, hint: str, palette: QPalette) -> None:
    """Draws ``hint`` in the middle of ``room``, where no scene can be shown."""
    width = max(1, min(_WIDEST, room.width() - 2 * _MARGIN))
    place = QRect(0, 0, width, room.height())
    place.moveCenter(room.center())
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    painter.drawText(place, _FLAGS, breakable(hint))
