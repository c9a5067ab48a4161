"""The words over the scene in the difference view, which also ask the model for what is compared."""

from PySide6.QtCore import Qt

from unetpp_desktop.gui.asking_caption import LEAST_SHARE, AskingCaption
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.difference import Difference
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import OverlayStyle


class DifferenceCaption(AskingCaption):
    """Shown in the difference view only; asks the model chosen about every scene that is opened there."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(session, canvas, OverlayStyle.DIFFERENCE, Qt.AlignmentFlag.AlignCenter)

    def _is_answered(self) -> bool:
        return self._session.answers.ranked is not None

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
            return self._unanswered()
        if not difference.compared:
            return self.tr("No pixel has a class yet that could be compared with the model's")
        if not difference.differing:
            return self.tr("No labelled pixel differs from the model")
        share = difference.differing / difference.compared
        if share < LEAST_SHARE:
            return self.tr("Less than 0.1 % of the labelled pixels differ from the model")
        return self.tr("{:.1f} % of the labelled pixels differ from the model").format(100 * share)
