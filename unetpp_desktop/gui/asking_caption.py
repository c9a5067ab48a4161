"""Words over the scene in one view of it, which ask the model for what is shown there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import OverlayStyle

CAPTION_MARGIN = 12
LEAST_SHARE = 0.0005  # of the pixels; what is less would be shown as 0.0 %


class AskingCaption(QLabel):
    """Shown in the view of ``style`` only; asks the model chosen about every scene that is opened there."""

    def __init__(
        self, session: Session, canvas: Canvas, style: OverlayStyle, alignment: Qt.AlignmentFlag
    ) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._style = style
        self.setObjectName("canvasCaption")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(alignment)
        self.hide()
        for signal in (
            session.view_changed,
            session.document_replaced,
            session.model_changed,
            session.answers.changed,
        ):
            signal.connect(self._ask)
        for signal in (
            session.document_changed,
            session.answers.asking_changed,
            canvas.viewport_changed,
            canvas.layer_made,
        ):
            signal.connect(self._show_words)
        self._ask()

    def _is_answered(self) -> bool:
        """Whether the model has said what the view needs."""
        raise NotImplementedError

    def _words(self) -> str:
        raise NotImplementedError

    def _fit(self, room: int) -> None:
        """Resizes the caption to its words; ``room`` is the widest it may be, in logical pixels."""
        raise NotImplementedError

    def _unanswered(self) -> str:
        """Why nothing is shown although there is a model."""
        if self._session.answers.asking:
            return self.tr("The model is looking at this scene…")
        return self.tr("The model was not asked about this scene")

    def _is_wanted(self) -> bool:
        return self._session.view.style is self._style and self._session.document is not None

    def _ask(self) -> None:
        session = self._session
        if self._is_wanted() and session.model is not None and not self._is_answered():
            session.answers.request()
        self._show_words()

    def _show_words(self) -> None:
        wanted = self._is_wanted()
        if wanted:
            self.setText(self._words())
            self._fit(self._canvas.width() - 2 * CAPTION_MARGIN)
            self.move((self._canvas.width() - self.width()) // 2, CAPTION_MARGIN)
            self.update()
        self.setVisible(wanted)
