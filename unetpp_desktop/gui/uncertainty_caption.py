"""The words and the scale of colours over the scene in the view of the uncertainty, which asks for it."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent

from unetpp_desktop.gui.asking_caption import CAPTION_MARGIN, LEAST_SHARE, AskingCaption
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.uncertain_areas import UncertainAreas, scale_of_colors
from unetpp_desktop.gui.view_options import OverlayStyle

_PADDING = 6
_SCALE_HEIGHT, _GAP = 6, 4
_STOPS = 24
_TEXT = QColor("#f2f2f4")  # on the dark ground of all captions


class UncertaintyCaption(AskingCaption):
    """Shown in the view of the uncertainty only; asks about every scene that is opened there."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        alignment = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        super().__init__(session, canvas, OverlayStyle.UNCERTAINTY, alignment)

    def _is_answered(self) -> bool:
        return self._session.answers.prediction is not None

    def _fit(self, room: int) -> None:
        has_scale = self._areas() is not None
        below = 2 * _GAP + _SCALE_HEIGHT + self.fontMetrics().height() if has_scale else 0
        self.resize(min(self.sizeHint().width(), room), self.sizeHint().height() + below)

    def _areas(self) -> UncertainAreas | None:
        picture = self._canvas.picture
        overlay = None if picture is None else picture.overlay
        return overlay if isinstance(overlay, UncertainAreas) else None

    def _words(self) -> str:
        session, areas = self._session, self._areas()
        if session.model is None:
            return self.tr("No model that could be uncertain")
        if areas is None:
            return self._unanswered()
        share = areas.uncertain / (areas.shape[0] * areas.shape[1])
        if not areas.uncertain:
            return self.tr("Nothing unchecked is as uncertain as that")
        if share < LEAST_SHARE:
            return self.tr("Less than 0.1 % of the scene is unchecked and uncertain")
        return self.tr("{:.1f} % of the scene is unchecked and uncertain").format(100 * share)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._areas() is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        least = self._session.view.least_uncertainty / 100
        below = QRectF(self.rect()).adjusted(CAPTION_MARGIN, 0, -CAPTION_MARGIN, -_PADDING)
        below.setTop(below.bottom() - self.fontMetrics().height())
        box = QRectF(below.left(), below.top() - _GAP - _SCALE_HEIGHT, below.width(), _SCALE_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_gradient(box, least))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(_TEXT)
        least_text = self.tr("{} % likely wrong").format(round(100 * least))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, least_text)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("certainly"))


def _gradient(box: QRectF, least: float) -> QLinearGradient:
    """From the least chance of an error that is shown to certainty."""
    gradient = QLinearGradient(box.topLeft(), box.topRight())
    shares = np.linspace(0, 1, _STOPS)
    for share, color in zip(shares, scale_of_colors(least + (1 - least) * shares), strict=True):
        gradient.setColorAt(float(share), opaque(int(color)))
    return gradient


def opaque(color: int) -> QColor:
    """The colour of a premultiplied 0xAARRGGBB where it covers everything."""
    strength = color >> 24
    return QColor(*(min(255, (color >> place & 255) * 255 // strength) for place in (16, 8, 0)))
