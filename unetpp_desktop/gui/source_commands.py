"""Commands that bring pixels from elsewhere: the scene before, the model, the saved file."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.sources import Change, brought, predicted
from unetpp_desktop.gui.answers import Question
from unetpp_desktop.gui.edit_runner import EditRequest, EditRunner
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

COPY_MASK = QT_TRANSLATE_NOOP("Actions", "Copy the scene before")
COPY_CLASS = QT_TRANSLATE_NOOP("Actions", "Copy the class from the scene before")
REVERT_TO_PREDICTION = QT_TRANSLATE_NOOP("Actions", "Revert to the prediction")
REVERT_TO_FILE = QT_TRANSLATE_NOOP("Actions", "Revert to the saved mask")
FILL_BY_MODEL = QT_TRANSLATE_NOOP("Actions", "Fill void by the model")


class SourceCommands(QObject):
    """Works on the selection where there is one, else on the whole scene; rules hold as for any paint."""

    def __init__(self, session: "Session", runner: EditRunner) -> None:
        super().__init__(session)
        self._session = session
        self._runner = runner
        self._asked: _Asked | None = None  # what waits for the model
        session.answers.changed.connect(self._on_answer)
        session.answers.asking_changed.connect(self._on_asking)

    def copy_mask(self) -> None:
        """Takes over what the scene before in the folder is labelled as; origins come along.

        Whatever the order of the list: frames that follow each other do so by their names.
        """
        scene = self._scene_before()
        if scene is not None:
            nothing = self.tr("{} has nothing that is not here already.").format(scene.name)
            self._bring(COPY_MASK, scene, None, nothing)

    def copy_class(self) -> None:
        """Takes over the pixels of the active class from the scene before in the folder."""
        scene, session = self._scene_before(), self._session
        if scene is not None:
            nothing = self.tr("{0} has no {1} that is not here already.")
            nothing = nothing.format(scene.name, session.palette.names[session.active_class])
            self._bring(COPY_CLASS, scene, session.active_class, nothing)

    def revert_to_file(self) -> None:
        """All pixels become what the file holds, origins included."""
        project, scene, document = self._session.project, self._session.scene, self._session.document
        if project is None or scene is None or document is None:
            return
        if project.mask_token(scene) is None:
            self._tell(self.tr("{} has no saved mask yet.").format(scene.name))
            return
        work = _Bringing(project, scene, document.shape, self._missing(scene), None, everything=True)
        self._edit(REVERT_TO_FILE, work, self.tr("The mask is what the file holds already."))

    def revert_to_prediction(self) -> None:
        """All pixels get what the model says, those that a person painted too; it is asked where need be."""
        self._with_answer(self.revert_to_prediction, REVERT_TO_PREDICTION, everything=True)

    def fill_void_by_model(self) -> None:
        """Void pixels get what the model says; it is asked where need be."""
        self._with_answer(self.fill_void_by_model, FILL_BY_MODEL, everything=False)

    def _scene_before(self) -> Scene | None:
        """None, and says why, where there is nothing to copy from or nowhere to copy to."""
        session = self._session
        if session.document is None or self._refused():
            return None
        if session.position < 1:
            self._tell(self.tr("This is the first scene: there is none before it."))
            return None
        return session.scenes[session.position - 1]

    def _refused(self) -> bool:
        """A scene that is done has no unchecked pixels, and these commands may bring some."""
        session = self._session
        if session.is_done and session.scene is not None:
            sentence = self.tr("{} is done; unmark it first.")
            self._tell(sentence.format(session.scene.name))
            return True
        return False

    def _bring(self, name: str, scene: Scene, value: int | None, nothing: str) -> None:
        project, document = self._session.project, self._session.document
        assert project is not None
        assert document is not None
        work = _Bringing(project, scene, document.shape, self._missing(scene), value, everything=False)
        self._edit(name, work, nothing)

    def _missing(self, scene: Scene) -> str:
        return self.tr("{} has no mask yet.").format(scene.name)

    def _with_answer(self, again: Callable[[], None], name: str, everything: bool) -> None:
        session, document, model = self._session, self._session.document, self._session.model
        self._asked = None
        if document is None or self._refused():
            return
        ranked = session.answers.ranked
        if ranked is None or model is None:
            question = None if model is None else session.answers.question_to(model)
            if question is not None:
                self._asked = _Asked(document, question, again)
            session.answers.request()
            return
        labels = ranked[0]
        if labels.shape != document.shape:
            return

        def work(own_labels: np.ndarray, own_origins: np.ndarray) -> tuple[Change, ...]:
            where = np.ones(labels.shape, np.bool_) if everything else (own_labels == VOID) & (labels != VOID)
            return brought(own_labels, own_origins, *predicted(labels), where)

        if everything:
            nothing = self.tr("The mask is what the model says already.")
        else:
            nothing = self.tr("There is no void that the model has a class for.")
        ended = partial(self._on_model_taken, model.name, min(session.depth, model.card.depth))
        self._runner.run(EditRequest(name, work, nothing, session.selection, ended))

    def _on_answer(self) -> None:
        asked, session = self._asked, self._session
        if asked is None:
            return
        question = None if session.model is None else session.answers.question_to(session.model)
        if session.document is not asked.document or question != asked.question:
            self._asked = None
        elif session.answers.ranked is not None:
            self._asked = None
            asked.again()

    def _on_asking(self, asking: bool) -> None:
        if not asking:
            QTimer.singleShot(0, self, self._forget_unanswered)  # the answer comes after the end of the job

    def _forget_unanswered(self) -> None:
        """The model was given up, or failed: an answer to somebody else's question must not be taken."""
        if not self._session.answers.asking:
            self._asked = None

    def _edit(
        self, name: str, work: Callable[[np.ndarray, np.ndarray], tuple[Change, ...]], nothing: str
    ) -> None:
        self._runner.run(EditRequest(name, work, nothing, self._session.selection))

    def _on_model_taken(self, model: str, depth: int, _request: EditRequest, changed: Rect | None) -> None:
        """The file says which model its predicted pixels come from."""
        visit = self._session.visit
        if changed is not None and not changed.is_empty and visit is not None:
            self._session.change_visit(visit.predicted_by(model, depth), EMPTY_RECT)

    def _tell(self, sentence: str) -> None:
        self._session.notice.emit(sentence, "info")


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is to be done again once the model has answered, if nothing has become another meanwhile."""

    document: MaskDocument
    question: Question
    again: Callable[[], None]


@dataclass(frozen=True, eq=False)
class _Bringing:
    """Reads the mask of a scene and says what it has that the open one has not; runs in any thread.

    ``value``: one class only. ``everything``: also what is unlabelled there.
    """

    project: Project
    scene: Scene
    shape: tuple[int, int]
    missing: str
    value: int | None
    everything: bool

    def __call__(self, labels: np.ndarray, origins: np.ndarray) -> tuple[Change, ...]:
        stored = self.project.load_mask(self.scene)
        if stored is None:
            raise UserError(self.missing)
        if stored.labels.shape != self.shape:
            height, width = stored.labels.shape
            sentence = QCoreApplication.translate(
                "SourceCommands", "{0} is {1} x {2} pixels, this scene {3} x {4}: nothing was copied."
            )
            raise UserError(sentence.format(self.scene.name, width, height, self.shape[1], self.shape[0]))
        where = np.ones(self.shape, np.bool_)
        if self.value is not None:
            where = stored.labels == self.value
        elif not self.everything:
            where = (stored.labels != VOID) | (stored.origins != Origin.NONE)
        return brought(labels, origins, stored.labels, stored.origins, where)
