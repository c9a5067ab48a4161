"""The words and the scale of colours over the scene in the view of the uncertainty, which asks for it."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.uncertain_areas import UncertainAreas, scale_of_colors
from unetpp_desktop.gui.view_options import OverlayStyle

_MARGIN, _PADDING = 12, 6
_SCALE_HEIGHT, _GAP = 6, 4
_STOPS = 24
_TEXT = QColor("#f2f2f4")  # on the dark ground of all captions
_LEAST_SHARE = 0.0005  # what is less would be shown as 0.0 %


class UncertaintyCaption(QLabel):
    """Shown in the view of the uncertainty only; asks about every scene that is opened there."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._has_scale = False
        self.setObjectName("canvasCaption")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.hide()
        for signal in (
            session.view_changed,
            session.document_replaced,
            session.model_changed,
            session.answers.changed,
        ):
            signal.connect(self._ask)
        for signal in (session.document_changed, session.answers.asking_changed, canvas.viewport_changed):
            signal.connect(self._show_words)
        self._ask()

    @property
    def _wanted(self) -> bool:
        session = self._session
        return session.view.style is OverlayStyle.UNCERTAINTY and session.document is not None

    def _ask(self) -> None:
        session = self._session
        if self._wanted and session.model is not None and session.answers.prediction is None:
            session.answers.request()
        self._show_words()

    def _show_words(self) -> None:
        if self._wanted:
            self._has_scale = self._areas() is not None
            self.setText(self._words())
            width = min(self.sizeHint().width(), self._canvas.width() - 2 * _MARGIN)
            below = 2 * _GAP + _SCALE_HEIGHT + self.fontMetrics().height() if self._has_scale else 0
            self.resize(width, self.sizeHint().height() + below)
            self.move((self._canvas.width() - self.width()) // 2, _MARGIN)
            self.update()
        self.setVisible(self._wanted)

    def _areas(self) -> UncertainAreas | None:
        picture = self._canvas.picture
        overlay = None if picture is None else picture.overlay
        return overlay if isinstance(overlay, UncertainAreas) else None

    def _words(self) -> str:
        session, areas = self._session, self._areas()
        if session.model is None:
            return self.tr("No model that could be uncertain")
        if areas is None:
            if session.answers.asking:
                return self.tr("The model is looking at this scene…")
            return self.tr("The model was not asked about this scene")
        share = areas.uncertain / (areas.shape[0] * areas.shape[1])
        if not areas.uncertain:
            return self.tr("Nothing unchecked is as uncertain as that")
        if share < _LEAST_SHARE:
            return self.tr("Less than 0.1 % of the scene is unchecked and uncertain")
        return self.tr("{:.1f} % of the scene is unchecked and uncertain").format(100 * share)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_scale:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        least = self._session.view.least_uncertainty / 100
        below = QRectF(self.rect()).adjusted(_MARGIN, 0, -_MARGIN, -_PADDING)
        below.setTop(below.bottom() - self.fontMetrics().height())
        box = QRectF(below.left(), below.top() - _GAP - _SCALE_HEIGHT, below.width(), _SCALE_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_gradient(box, least))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(_TEXT)
        least_text = self.tr("wrong with {} %").format(round(100 * least))
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
