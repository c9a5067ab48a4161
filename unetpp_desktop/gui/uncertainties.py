"""How uncertain the model is about the open scene, asked for when somebody wants to see it."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.uncertainty import error_rates, own_error_rates

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_MOST_BYTES = 96 << 20


class _Question(NamedTuple):
    """All that an answer depends on. The image by its file, and when that was written."""

    image: Path
    written: int  # nanoseconds
    model: Path
    depth: int
    device: str
    scale: str  # of `ScaleChoice`


class Uncertainties(QObject):
    """The uncertainty of the open scene by the model chosen, at the depth chosen.

    Those of the scenes seen last are kept, as far as a bounded memory goes.
    """

    changed = Signal()  # there is another one, or none, or one that was missing has come

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._kept: OrderedDict[_Question, np.ndarray] = OrderedDict()
        self._question: _Question | None = None
        self._rates = own_error_rates()
        self._job: Job | None = None
        session.scene_changed.connect(self._refresh)
        session.model_changed.connect(self._refresh)
        session.settings_changed.connect(self._refresh)

    @property
    def current(self) -> np.ndarray | None:
        """``uint8 (H, W)`` as `nn.uncertainty` has it, read-only; None where it is not known yet."""
        found = None if self._question is None else self._kept.get(self._question)
        image = self._session.image
        fits = found is not None and image is not None and found.shape == image.shape[:2]
        return found if fits else None

    @property
    def rates(self) -> np.ndarray:
        """``float32 (256,)``: how likely a class is wrong by its uncertainty, 0 to 1."""
        return self._rates

    @property
    def asking(self) -> bool:
        """Whether the model is being asked."""
        return self._job is not None

    def request(self) -> None:
        """Asks the model in the background, where it was not asked yet; `changed` follows."""
        session, model = self._session, self._session.model
        if model is None or self._question is None or session.image is None or session.scene is None:
            return
        if self.current is not None or self._job is not None:
            return
        title = self.tr("How sure is {0} about {1}").format(model.name, session.scene.name)
        self._job = session.jobs.start(title, _Asking(session, self._question, model), self._take)
        self._job.state_changed.connect(self._on_job_state)
        self.changed.emit()

    def _take(self, answer: tuple[_Question, np.ndarray]) -> None:
        question, uncertainty = answer
        uncertainty.flags.writeable = False
        self._kept[question] = uncertainty
        self._kept.move_to_end(question)
        while len(self._kept) > 1 and sum(kept.nbytes for kept in self._kept.values()) > _MOST_BYTES:
            self._kept.popitem(last=False)
        self.changed.emit()

    def _refresh(self) -> None:
        """Another scene, model, depth or device: what was asked about the former is given up."""
        question = self._current_question()
        if self._session.project is None:
            self._kept.clear()
        if question == self._question:
            return
        self._question = question
        model = self._session.model
        if model is not None and question is not None:
            self._rates = error_rates(model.card, question.depth)
        if self._job is not None:
            self._job.cancel()
        self.changed.emit()

    def _current_question(self) -> _Question | None:
        session = self._session
        if session.scene is None or session.image is None or session.model is None:
            return None
        path, model = session.scene.image_path, session.model
        try:
            written = path.stat().st_mtime_ns
        except OSError:
            return None
        depth, scale = min(session.depth, model.card.depth), session.settings.get(declared.PREDICTION_SCALE)
        return _Question(path, written, model.folder, depth, session.device, scale)

    def _on_job_state(self) -> None:
        if self._job is not None and self._job.state in (JobState.CANCELLING, JobState.ENDED):
            self._job = None
            self.changed.emit()


class _Asking:
    """The work of one job: it holds what it needs, and nothing of the window."""

    def __init__(self, session: "Session", question: _Question, model: ModelEntry) -> None:
        assert session.image is not None
        self._predictors = session.predictors
        self._image: np.ndarray = session.image
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
            prediction = predictor.predict_for_review(self._image, self._question.depth)
        assert prediction.uncertainty is not None
        return self._question, np.array(prediction.uncertainty)
