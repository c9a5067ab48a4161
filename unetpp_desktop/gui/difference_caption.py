"""The words over the scene in the difference view, which also ask the model for what is compared."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.difference import Difference
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import OverlayStyle

_MARGIN = 12
_LEAST_SHARE = 0.0005  # what is less would be shown as 0.0 %


class DifferenceCaption(QLabel):
    """Shown in the difference view only; asks the model chosen about every scene that is opened there."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self.setObjectName("canvasCaption")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
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

    def _ask(self) -> None:
        session = self._session
        wanted = session.view.style is OverlayStyle.DIFFERENCE and session.document is not None
        if wanted and session.model is not None and session.answers.ranked is None:
            session.answers.request()
        self._show_words()

    def _show_words(self) -> None:
        shown = self._session.view.style is OverlayStyle.DIFFERENCE and self._session.document is not None
        if shown:
            self.setText(self._words())
            self._fit(self._canvas.width() - 2 * _MARGIN)
            self.move((self._canvas.width() - self.width()) // 2, _MARGIN)
        self.setVisible(shown)

    def _fit(self, room: int) -> None:
        """One line where ``room``, in logical pixels, is enough; more lines in a narrow canvas."""
        self.setWordWrap(False)
        width = min(self.sizeHint().width(), room)
        self.setWordWrap(True)
        self.resize(width, self.heightForWidth(width))

    def _words(self) -> str:
        picture, session = self._canvas.picture, self._session
        difference = None if picture is None else picture.overlay
        if session.model is None:
            return self.tr("No model to compare with")
        if not isinstance(difference, Difference):
            if session.answers.asking:
                return self.tr("The model is looking at this scene…")
            return self.tr("The model was not asked about this scene")
        if not difference.compared:
            return self.tr("No pixel has a class yet that could be compared with the model's")
        if not difference.differing:
            return self.tr("No labelled pixel differs from the model")
        share = difference.differing / difference.compared
        if share < _LEAST_SHARE:
            return self.tr("Less than 0.1 % of the labelled pixels differ from the model")
        return self.tr("{:.1f} % of the labelled pixels differ from the model").format(100 * share)
