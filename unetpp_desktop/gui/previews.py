"""What the model says of a scene without labels, shown before anybody asks for it and no part of the mask."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui.answers import Question
from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.looking import Look, Looking, Step
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.predictors import Urgency
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.preview import is_reduced

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_SOON_MS = 10  # the scene just opened is painted first
_ANSWERS_PER_SECOND = 60
_FIRST_DEPTH = 1


@dataclass(frozen=True, eq=False)
class Preview:
    """``labels``, ``uint8 (h, w)``, are for the pixels that have no label yet; smaller than a large scene."""

    labels: np.ndarray
    depth: int
    refined: bool  # at the depth chosen
    exact: bool  # as pre-labelling would say it; a large image is previewed from a smaller copy


class Previews(QObject):
    """Asks for the open scene: first at depth 1, for a look at once, then at the depth chosen.

    A scene is previewed while most of it has no label. What the model said becomes the mask when the
    user pre-labels the scene or marks it as done, or at once, as one edit, where the settings say so.
    """

    changed = Signal()  # another preview is shown, or none

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._shown: Preview | None = None
        self._to_prelabel: Scene | None = None  # as soon as its answer has come
        self._job: Job | None = None
        self._asked: set[Question] = set()  # of the job
        self._hopeless: set[Question] = set()
        self._told: set[str] = set()
        self._reduced: tuple[Question, Prediction] | None = None  # of the open scene, from a smaller copy
        self._mailbox = Mailbox(_ANSWERS_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_answers)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._ask)
        # Not before everybody has heard of the scene: an edit would come too early for who has not.
        self._after_opening = QTimer(self)
        self._after_opening.setSingleShot(True)
        self._after_opening.timeout.connect(self._prelabel_opened)
        session.project_changed.connect(self._forget)
        session.scene_changed.connect(self._on_scene_changed)
        for signal in (
            session.history_changed,
            session.model_changed,
            session.class_flags_changed,  # comes with another palette
            session.settings_changed,
            session.answers.changed,
        ):
            signal.connect(self._refresh)

    @property
    def shown(self) -> Preview | None:
        """What is shown of the open scene; None for nothing."""
        return self._shown

    @property
    def asking(self) -> bool:
        """Whether the model is being asked, or is about to be."""
        return self._job is not None or self._soon.isActive()

    def settle(self) -> bool:
        """Makes the preview the mask, before the scene counts as done; False, with a notice, if too early.

        What is seen is what is marked. A preview that is still to be refined was not meant for that.
        """
        self.take_over()
        if self._shown is not None:
            self._session.notice.emit(self.too_early(), "info")
        return self._shown is None

    def too_early(self) -> str:
        """Why nothing can be done yet with what is seen."""
        return self.tr("Only a preview is shown yet. Pre-label the scene first.")

    def take_over(self) -> int | None:
        """Makes the preview the mask where nothing more has to be asked for that.

        For whatever works on the regions that are seen. Returns the state of the document after that, for
        `give_back`; None where nothing was taken over.
        """
        document = self._session.document
        if document is None or self._shown is None or not self._shown.exact:
            return None
        before = document.state
        self._session.predictions.take_held()
        return None if document.state == before else document.state

    def give_back(self, state: int | None) -> None:
        """Takes `take_over`, which led to ``state``, back, unless the mask was edited since."""
        document = self._session.document
        if document is not None and state is not None and document.state == state:
            self._session.undo()

    def _forget(self) -> None:
        self._hopeless.clear()
        self._told.clear()

    def _on_scene_changed(self) -> None:
        session = self._session
        document = session.document
        untouched = (
            document is not None
            and document.origin_counts()[Origin.NONE] == document.labels.size
            and not len(document.history)  # what was taken back does not come again by itself
        )
        wanted = untouched and session.settings.get(declared.ON_OPENING) is OnOpening.PRELABEL
        self._to_prelabel = session.scene if wanted else None
        self._refresh()

    def _refresh(self) -> None:
        preview = self._best()
        if not _same(preview, self._shown):
            self._shown = preview
            self.changed.emit()
        if self._to_prelabel is not None and preview is not None and preview.refined:
            self._after_opening.start()
        missing = self._missing()
        if missing and self._asked.issuperset(missing):
            return
        if self._job is not None and self._asked.isdisjoint(missing):
            self._job.cancel()
        if missing:
            self._soon.start()

    def _prelabel_opened(self) -> None:
        scene, self._to_prelabel = self._to_prelabel, None
        if scene is not None and scene == self._session.scene:
            self._session.prelabel((scene,))

    def _is_wanted(self) -> bool:
        session = self._session
        visit, model = session.visit, session.model
        if session.settings.get(declared.ON_OPENING) is OnOpening.NOTHING:
            return False
        if session.image is None or visit is None or model is None:
            return False
        if visit.provenance.done or visit.changed_outside:
            return False
        counts = visit.document.origin_counts()
        mostly_free = 2 * counts[Origin.NONE] > visit.document.labels.size
        return mostly_free and not set(model.card.palette.names).isdisjoint(session.palette.names)

    def _questions(self) -> list[Question]:
        """What a preview of the open scene may be the answer to, the best one first."""
        session = self._session
        if session.model is None or not self._is_wanted():
            return []
        depths = dict.fromkeys((session.depth, _FIRST_DEPTH))
        asked = [session.answers.question_to(session.model, depth) for depth in depths]
        return [question for question in asked if question is not None]

    def _answer(self, question: Question) -> Prediction | None:
        image, reduced = self._session.image, self._reduced
        if image is not None and is_reduced(image.shape):
            return reduced[1] if reduced is not None and reduced[0] == question else None
        return self._session.answers.held(question)

    def _best(self) -> Preview | None:
        image = self._session.image
        for place, question in enumerate(self._questions()):
            prediction = self._answer(question)
            if prediction is not None and image is not None:
                exact = place == 0 and not is_reduced(image.shape)
                return Preview(prediction.labels, prediction.depth, place == 0, exact)
        return None

    def _missing(self) -> list[Question]:
        """What is still to be asked, in this order; nothing after the best."""
        missing = []
        for question in self._questions():
            if self._answer(question) is not None:
                break
            missing.append(question)
        return [question for question in reversed(missing) if question not in self._hopeless]

    def _ask(self) -> None:
        session, missing = self._session, self._missing()
        if not missing or session.image is None or session.model is None or session.jobs.closing:
            return
        if self._job is not None:
            self._job.cancel()
        steps: list[Step] = [(question, partial(_given, session.image)) for question in missing]
        work = Looking(
            steps, session.model, session.palette, session.predictors, Urgency.ASKED, self._mailbox.post
        )
        self._asked = set(missing)
        self._job = session.jobs.start_quietly("preview", work)
        self._job.state_changed.connect(self._on_job_state)

    def _on_job_state(self) -> None:
        if self._job is None or self._job.state not in (JobState.CANCELLING, JobState.ENDED):
            return
        self._mailbox.flush()  # what it has said is not to be asked again
        self._job = None
        self._asked = set()

    def _on_answers(self, answers: list[Look]) -> None:
        session = self._session
        for question, answer in answers:
            if not isinstance(answer, Prediction):
                self._hopeless.add(question)
                self._tell(question, str(answer))
            elif answer.ranked is not None:
                session.answers.keep(question, answer)
            elif session.scene is not None and session.scene.image_path == question.image:
                self._reduced = question, answer
        self._refresh()

    def _tell(self, question: Question, sentence: str) -> None:
        scene = self._session.scene
        if scene is not None and scene.image_path == question.image and sentence not in self._told:
            self._told.add(sentence)
            self._session.notice.emit(sentence, "error")


def _same(one: Preview | None, other: Preview | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.labels is other.labels and (one.refined, one.exact) == (other.refined, other.exact)


def _given(image: np.ndarray) -> np.ndarray:
    return image
