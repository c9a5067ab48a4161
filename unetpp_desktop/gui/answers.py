"""What models say of the open scene, asked for when somebody wants to know it."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.prelabel_host import Delivery
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.scene_reviews import predict_for_review

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_MOST_BYTES = 192 << 20  # some 400 scenes of 0.17 megapixels, two of 24


class Question(NamedTuple):
    """All that an answer depends on. The image by its file, and when that was written."""

    image: Path
    written: int  # nanoseconds
    classes: tuple[str, ...]  # of the project
    model: Path
    depth: int
    device: str
    scale: str  # of `ScaleChoice`
    second_look: bool


def question_of(session: "Session", image: Path, written: int, model: ModelEntry, depth: int) -> Question:
    """What ``model`` is to be asked; where ``depth`` is more than it has, at its deepest."""
    depth = min(depth, model.card.depth)
    settings = session.settings
    how = settings.get(declared.PREDICTION_SCALE), settings.get(declared.SECOND_LOOK)
    return Question(image, written, session.palette.names, model.folder, depth, session.device, *how)


def written_at(path: Path) -> int:
    """When a file was written, in nanoseconds; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


class Answers(QObject):
    """The likeliest classes of the open scene, in the project's mask values, by model.

    What is ranked is ``uint8 (3, H, W)``, read-only: the likeliest class first, 255 where there is none
    or the project lacks it. Its first plane is what `Session.prelabel` predicts with the same
    model, depth and device, and a pre-labelling of the open scene leaves its answer here. Answers
    of the scenes seen last are kept, as far as a bounded memory goes.
    """

    changed = Signal()  # there is another answer, or none, or one that was missing has come
    asking_changed = Signal(bool)  # whether a model is being asked

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._kept: OrderedDict[Question, Prediction] = OrderedDict()
        self._jobs: dict[Job, Question] = {}
        self._written = 0
        self._question: Question | None = None
        session.scene_changed.connect(self._on_scene_changed)
        session.model_changed.connect(self._refresh)
        session.class_flags_changed.connect(self._refresh)  # comes with another palette
        session.predicted.connect(self._on_predicted)
        session.settings_changed.connect(self._refresh)

    @property
    def ranked(self) -> np.ndarray | None:
        """What the model chosen says at the depth chosen; None where it was not asked yet."""
        prediction = self.prediction
        return None if prediction is None else prediction.ranked

    @property
    def prediction(self) -> Prediction | None:
        """What the model chosen predicts for the open scene; None where it was not asked yet."""
        return None if self._question is None else self.held(self._question)

    def held(self, question: Question) -> Prediction | None:
        """The answer to ``question``; None where it is not known, or does not fit the open image."""
        prediction, image = self._kept.get(question), self._session.image
        if prediction is None or image is None or question.image != self._open_path:
            return prediction
        return prediction if prediction.labels.shape == image.shape[:2] else None

    def keep(self, question: Question, prediction: Prediction) -> None:
        """Takes in an answer, whoever asked; a job that asks the same is given up."""
        if self._session.project is None:
            return
        for job, asked in list(self._jobs.items()):
            if asked == question:
                job.cancel()
        self._take((question, prediction))

    @property
    def asking(self) -> bool:
        """Whether a model is being asked about the open scene."""
        return bool(self._jobs)

    def request(self) -> None:
        """Asks the model chosen in the background, where it was not asked yet; `changed` follows.

        Where no model is chosen, says so.
        """
        session = self._session
        if session.model is not None:
            self.request_from(session.model)
        elif session.project is not None:
            sentence = self.tr("No model is installed. Put a model folder into {}.")
            session.notice.emit(sentence.format(session.project.own_folder / "models"), "error")

    def ranked_by(self, model: ModelEntry) -> np.ndarray | None:
        """What another model says, at the depth chosen or its deepest; None where it was not asked yet."""
        question = self.question_to(model)
        prediction = None if question is None else self.held(question)
        return None if prediction is None else prediction.ranked

    def request_from(self, model: ModelEntry) -> None:
        """Asks ``model`` in the background, where it was not asked yet; `changed` follows.

        It is given up at the next `changed` that means another scene, model, depth or device.
        """
        session, question = self._session, self.question_to(model)
        if session.scene is None or session.image is None or question is None:
            return
        if self.held(question) is not None or question in self._jobs.values():
            return
        for job, asked in list(self._jobs.items()):
            if asked.model == question.model:
                job.cancel()
        title = self.tr("Ask {0} about {1}").format(model.name, session.scene.name)
        work = _Asking(self._session, question, model)
        job = session.jobs.start(title, work, self._take)
        self._jobs[job] = question
        job.state_changed.connect(self._on_job_state)
        if len(self._jobs) == 1:
            self.asking_changed.emit(True)

    def question_to(self, model: ModelEntry, depth: int | None = None) -> Question | None:
        """What ``model`` is asked about the open scene, by default at the depth chosen; None without one."""
        session = self._session
        if session.scene is None or session.image is None:
            return None
        depth = session.depth if depth is None else depth
        return question_of(session, session.scene.image_path, self._written, model, depth)

    @property
    def _open_path(self) -> Path | None:
        return None if self._session.scene is None else self._session.scene.image_path

    def forget(self) -> None:
        """Drops what is known: the models answer otherwise from now on."""
        for job in list(self._jobs):
            job.cancel()
        self._kept.clear()
        self.changed.emit()

    def _on_scene_changed(self) -> None:
        session = self._session
        self._written = 0 if session.scene is None else written_at(session.scene.image_path)
        if session.project is None:
            self._kept.clear()
        self._refresh()

    def _refresh(self) -> None:
        """Another scene, model, depth or device: what was asked for the former is given up."""
        model = self._session.model
        question = None if model is None else self.question_to(model)
        if question == self._question:
            return
        self._question = question
        for job, asked in list(self._jobs.items()):
            if asked != question:
                job.cancel()
        self.changed.emit()

    def _on_predicted(self, delivery: Delivery) -> None:
        session, prediction = self._session, delivery.prediction
        if prediction.ranked is None or delivery.scene != session.scene or session.image is None:
            return
        question = self.question_to(delivery.model)
        if question is not None and delivery.palette == session.palette:
            self.keep(question._replace(depth=prediction.depth, device=delivery.device), prediction)

    def _take(self, answer: tuple[Question, Prediction]) -> None:
        question, prediction = answer
        for plane in (prediction.labels, prediction.ranked, prediction.uncertainty):
            if plane is not None:
                plane.flags.writeable = False
        self._kept[question] = prediction
        self._kept.move_to_end(question)
        while len(self._kept) > 1 and sum(map(_nbytes, self._kept.values())) > _MOST_BYTES:
            self._kept.popitem(last=False)
        if question.image == self._open_path:
            self.changed.emit()

    def _on_job_state(self) -> None:
        before = bool(self._jobs)
        ended = (JobState.CANCELLING, JobState.ENDED)
        self._jobs = {job: asked for job, asked in self._jobs.items() if job.state not in ended}
        if before and not self._jobs:
            self.asking_changed.emit(False)


class _Asking:
    """The work of one job: it holds what it needs, and nothing of the window."""

    def __init__(self, session: "Session", question: Question, model: ModelEntry) -> None:
        assert session.image is not None
        self._predictors = session.predictors
        self._image: np.ndarray = session.image
        self._palette: Palette = session.palette
        self._question = question
        self._model = model
        self._loading = session.tr("loading the network")

    def __call__(self, progress: Progress) -> tuple[Question, Prediction]:
        def ask() -> None:
            progress(0, 0, "")

        warm_up_engine(self._question.device, lambda: progress(0, 0, self._loading))
        with self._predictors.lent(self._model, self._question.device, ask) as predictor:
            depth = self._question.depth
            return self._question, predict_for_review(self._image, self._palette, predictor, depth)


def _nbytes(prediction: Prediction) -> int:
    planes = (prediction.ranked, prediction.uncertainty)  # the labels are the first plane of the ranked ones
    return sum(plane.nbytes for plane in planes if plane is not None)
