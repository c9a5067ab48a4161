"""What the model says of the neighbouring scenes, asked while nobody needs the machine."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui.answers import Question, question_of, written_at
from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.looking import Look, Looking, Step
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.power import on_battery
from unetpp_desktop.gui.predictors import Urgency
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.storage.images import image_size, read_image
from unetpp_desktop.storage.project import SceneState

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_IDLE_MS = 400  # since the user did anything, or a job ended
_MOST_PIXELS = 1_000_000  # of a scene: nobody is to wait long for a pass that has begun
_PLACES = (1, -1, 2)  # from the open scene, the likeliest first
_ANSWERS_PER_SECOND = 20


class Ahead(QObject):
    """Leaves with the session's `Answers` what a preview of the next scenes will look for.

    It stops as soon as the user does anything, and does not begin while a job runs or the computer
    runs on its battery. Nothing is written.
    """

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._job: Job | None = None
        self._hopeless: set[Question] = set()
        self._mailbox = Mailbox(_ANSWERS_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_answers)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self._begin)
        session.project_changed.connect(self._forget)
        for signal in (
            session.scene_changed,
            session.history_changed,
            session.model_changed,
            session.settings_changed,
            session.strokes.changed,
            session.previews.changed,
            session.jobs.job_started,
            session.jobs.job_ended,
        ):
            signal.connect(self._postpone)

    def _forget(self) -> None:
        self._hopeless.clear()

    def _postpone(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._idle.start()

    def _begin(self) -> None:
        session = self._session
        steps, model = self._steps(), session.model
        if not steps or model is None or session.jobs.closing:
            return
        if session.previews.asking:
            self._idle.start()
            return
        if session.jobs.active or session.strokes.under_way or on_battery():
            return  # the end of a job or of a stroke comes back here
        work = Looking(steps, model, session.palette, session.predictors, Urgency.AHEAD, self._mailbox.post)
        self._job = session.jobs.start_quietly("ahead", work)
        self._job.state_changed.connect(self._on_job_state)

    def _steps(self) -> list[Step]:
        session = self._session
        model = session.model
        if model is None or session.settings.get(declared.ON_OPENING) is OnOpening.NOTHING:
            return []
        if set(model.card.palette.names).isdisjoint(session.palette.names):
            return []
        steps: list[Step] = []
        for scene in session.walk.neighbours(_PLACES):
            written = written_at(scene.image_path)
            question = question_of(session, scene.image_path, written, model, session.depth)
            known = question in self._hopeless or session.answers.held(question) is not None
            if not known and session.known.state(scene) in (SceneState.NONE, None):
                steps.append((question, partial(_image_to_look_at, scene.image_path)))
        return steps

    def _on_job_state(self) -> None:
        if self._job is not None and self._job.state in (JobState.CANCELLING, JobState.ENDED):
            self._mailbox.flush()  # what it has said is not to be asked again
            self._job = None

    def _on_answers(self, answers: list[Look]) -> None:
        for question, answer in answers:
            if isinstance(answer, Prediction):
                self._session.answers.keep(question, answer)
            else:  # an error is told when the scene is opened
                self._hopeless.add(question)


def _image_to_look_at(path: Path) -> np.ndarray | None:
    """None for an image that is too large; raises `UserError` as `read_image` does."""
    height, width = image_size(path)
    return read_image(path) if height * width <= _MOST_PIXELS else None
