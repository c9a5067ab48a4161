"""Having the model label a part of the open scene."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.predictors import Predictors
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import FULL, scale_for
from unetpp_desktop.tasks.box import predict_box

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


@dataclass(frozen=True, eq=False)
class _Found:
    """The labels of ``box``, ``uint8 (h, w)``, for the document that was open when they were asked for."""

    document: MaskDocument
    box: Rect
    labels: np.ndarray
    model: ModelEntry
    depth: int


class BoxPrediction(QObject):
    """One edit per box; a box is given up when another scene is opened before its answer has come."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._jobs: list[Job] = []
        session.document_replaced.connect(self._give_up)

    def request(self, box: Rect) -> None:
        """Labels ``box``, which lies within the mask, with the model and at the depth chosen.

        The network looks at it at full resolution, whatever scale is chosen for whole scenes. It is there at
        once where it is known already what the model says of the scene.
        """
        session = self._session
        document, model, image, scene = session.document, session.model, session.image, session.scene
        if document is None or model is None or image is None or scene is None:
            return
        depth, known = min(session.depth, model.card.depth), session.answers.prediction
        scale = session.settings.get(declared.PREDICTION_SCALE).value
        if known is not None and scale_for(scale, image.shape, model.card.scene_pixels) == FULL:
            self._take(_Found(document, box, known.labels[box.slices], model, depth))
            return
        work = _Predicting(image, document, box, model, depth, session)
        job = session.jobs.start(self.tr("Pre-label a box of {}").format(scene.name), work, self._take)
        self._jobs.append(job)
        job.state_changed.connect(self._on_job_state)

    def _take(self, found: _Found) -> None:
        session, visit = self._session, self._session.visit
        if visit is None or session.scene is None or visit.document is not found.document:
            return
        if session.predictions.refuses(session.scene):  # it was marked as done meanwhile
            return
        changed = visit.document.apply_prediction(found.labels, box=found.box)
        session.change_visit(visit.predicted_by(found.model.name, found.depth), changed)
        session.autosave()

    def _give_up(self) -> None:
        for job in list(self._jobs):
            job.cancel()

    def _on_job_state(self) -> None:
        ended = (JobState.CANCELLING, JobState.ENDED)
        self._jobs = [job for job in self._jobs if job.state not in ended]


class _Predicting:
    """The work of one job: it holds what it needs, and nothing of the window."""

    def __init__(
        self,
        image: np.ndarray,
        document: MaskDocument,
        box: Rect,
        model: ModelEntry,
        depth: int,
        session: "Session",
    ) -> None:
        self._image = image
        self._document = document
        self._box = box
        self._model = model
        self._depth = depth
        self._device = session.device
        self._palette: Palette = session.palette
        self._predictors: Predictors = session.predictors

    def __call__(self, progress: Progress) -> _Found:
        def ask() -> None:
            progress(0, 0, "")

        warm_up_engine(self._device, ask)
        with self._predictors.lent(self._model, self._device, ask) as predictor:
            labels = predict_box(self._image, self._box, self._palette, predictor, self._depth, progress)
        ask()
        return _Found(self._document, self._box, labels, self._model, self._depth)
