"""What models say of the open scene, asked for when somebody wants to know it."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.prelabelling import Delivery
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.prelabel import rank_image

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_MOST_BYTES = 192 << 20  # some 400 scenes of 0.17 megapixels, two of 24


class _Question(NamedTuple):
    """All that an answer depends on. The image by its file, and when that was written."""

    image: Path
    written: int  # nanoseconds
    size: tuple[int, ...]
    classes: tuple[str, ...]  # of the project
    model: Path
    depth: int
    device: str


class Answers(QObject):
    """The likeliest classes of the open scene, in the project's mask values, by model.

    An answer is ``uint8 (3, H, W)``, read-only: the likeliest class first, 255 where there is none
    or the project lacks it. Its first plane is what `Session.prelabel` predicts with the same
    model, depth and device, and a pre-labelling of the open scene leaves its answer here. Answers
    of the scenes seen last are kept, as far as a bounded memory goes.
    """

    changed = Signal()  # there is another answer, or none, or one that was missing has come
    asking_changed = Signal(bool)  # whether a model is being asked

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._kept: OrderedDict[_Question, np.ndarray] = OrderedDict()
        self._jobs: dict[Job, _Question] = {}
        self._written = 0
        self._question: _Question | None = None
        session.scene_changed.connect(self._on_scene_changed)
        session.model_changed.connect(self._refresh)
        session.class_flags_changed.connect(self._refresh)  # comes with another palette
        session.predicted.connect(self._on_predicted)

    @property
    def ranked(self) -> np.ndarray | None:
        """What the model chosen says at the depth chosen; None where it was not asked yet."""
        return None if self._question is None else self._kept.get(self._question)

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
        question = self._question_to(model)
        return None if question is None else self._kept.get(question)

    def request_from(self, model: ModelEntry) -> None:
        """Asks ``model`` in the background, where it was not asked yet; `changed` follows.

        It is given up at the next `changed` that means another scene, model, depth or device.
        """
        session, question = self._session, self._question_to(model)
        if session.scene is None or session.image is None or question is None:
            return
        if question in self._kept or question in self._jobs.values():
            return
        for job, asked in list(self._jobs.items()):
            if asked.model == question.model:
                job.cancel()
        title = self.tr("Ask {0} about {1}").format(model.name, session.scene.name)
        work = _Asking(self._session, question, model)
        job = session.jobs.start(title, work, self._on_answer)
        self._jobs[job] = question
        job.state_changed.connect(self._on_job_state)
        if len(self._jobs) == 1:
            self.asking_changed.emit(True)

    def _question_to(self, model: ModelEntry) -> _Question | None:
        session = self._session
        if session.scene is None or session.image is None:
            return None
        return _Question(
            session.scene.image_path,
            self._written,
            session.image.shape[:2],
            session.palette.names,
            model.folder,
            min(session.depth, model.card.depth),
            session.device,
        )

    def _on_scene_changed(self) -> None:
        scene = self._session.scene
        try:
            self._written = 0 if scene is None else scene.image_path.stat().st_mtime_ns
        except OSError:
            self._written = 0
        if self._session.project is None:
            self._kept.clear()
        self._refresh()

    def _refresh(self) -> None:
        """Another scene, model, depth or device: what was asked for the former is given up."""
        model = self._session.model
        question = None if model is None else self._question_to(model)
        if question == self._question:
            return
        self._question = question
        for job, asked in list(self._jobs.items()):
            if asked != question:
                job.cancel()
        self.changed.emit()

    def _on_predicted(self, delivery: Delivery) -> None:
        session, ranked = self._session, delivery.prediction.ranked
        if ranked is None or delivery.scene != session.scene or session.image is None:
            return
        question = self._question_to(delivery.model)
        if question is None or ranked.shape[1:] != question.size or delivery.palette != session.palette:
            return
        question = question._replace(depth=delivery.prediction.depth, device=delivery.device)
        for job, asked in list(self._jobs.items()):
            if asked == question:
                job.cancel()
        self._on_answer((question, ranked))

    def _on_answer(self, answer: tuple[_Question, np.ndarray]) -> None:
        question, ranked = answer
        ranked.flags.writeable = False
        self._kept[question] = ranked
        self._kept.move_to_end(question)
        while len(self._kept) > 1 and sum(kept.nbytes for kept in self._kept.values()) > _MOST_BYTES:
            self._kept.popitem(last=False)
        self.changed.emit()

    def _on_job_state(self) -> None:
        before = bool(self._jobs)
        ended = (JobState.CANCELLING, JobState.ENDED)
        self._jobs = {job: asked for job, asked in self._jobs.items() if job.state not in ended}
        if before and not self._jobs:
            self.asking_changed.emit(False)


class _Asking:
    """The work of one job: it holds what it needs, and nothing of the window."""

    def __init__(self, session: "Session", question: _Question, model: ModelEntry) -> None:
        assert session.image is not None
        self._predictors = session.predictors
        self._image: np.ndarray = session.image
        self._palette: Palette = session.palette
        self._question = question
        self._model = model
        self._loading = session.tr("loading the network")

    def __call__(self, progress: Progress) -> tuple[_Question, np.ndarray]:
        def ask() -> None:
            progress(0, 0, "")

        warm_up_engine(self._question.device, lambda: progress(0, 0, self._loading))
        with self._predictors.turn(ask):
            predictor = self._predictors.get(self._model, self._question.device)
            ask()
            ranked = rank_image(self._image, self._palette, predictor, self._question.depth)
        return self._question, ranked
