"""Has the depths of the chosen model measured on the user's own corrections, and remembers the figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, JobEnd, Succeeded
from unetpp_desktop.gui.predictors import Urgency
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.storage.project import Project

if TYPE_CHECKING:
    from unetpp_desktop.tasks.adviser import Advice

_Key = tuple[Path, Path, str]  # folder of the project, folder of the model, device


class DepthAdviser(QObject):
    """Runs `tasks.adviser.advise` as a job, one at a time."""

    changed = Signal()  # `advice` or `job` is another one

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project: Project | None = None
        self._known: dict[_Key, Advice] = {}
        self._asked: _Key | None = None
        self._next: _Key | None = None  # what is to be measured after it
        self.job: Job | None = None
        session.model_changed.connect(self.changed)
        session.project_changed.connect(self._on_project_changed)

    @property
    def advice(self) -> Advice | None:
        """What was measured of the chosen model on the chosen device in this folder."""
        key = self._key()
        return None if key is None else self._known.get(key)

    def measure(self) -> None:
        """Saves the open scene and starts; does nothing without a folder or a model.

        While another model is measured, the chosen one has its turn after that.
        """
        project, model, key = self._session.project, self._session.model, self._key()
        if self.job is not None:
            self._next = key if key != self._asked else None
            return
        if project is None or model is None or not self._session.save():
            return
        device, predictors = self._session.device, self._session.predictors
        loading = self.tr("loading the network")

        def work(progress: Progress) -> Advice:
            warm_up_engine(device, lambda: progress(0, 0, loading))
            from unetpp_desktop.tasks.adviser import advise

            last = 0, 0, loading

            def report(done: int, total: int, note: str) -> None:
                nonlocal last
                last = done, total, note
                progress(done, total, note)

            def ask(image: np.ndarray, depth: int) -> Prediction:
                with predictors.lent(model, device, lambda: progress(*last), Urgency.FOLDER) as predictor:
                    return predictor.predict(image, depth)

            return advise(project, model, ask, report)

        self._asked = key
        self.job = self._session.jobs.start(self.tr("Measure the depths"), work)
        self.job.ended.connect(self._on_ended)
        self.changed.emit()

    def _on_ended(self, end: JobEnd) -> None:
        self.job = None
        if isinstance(end, Succeeded) and self._asked is not None:
            self._known[self._asked] = end.value
        wanted, self._next = self._next, None
        self.changed.emit()
        # Of a model that is not chosen any more nobody wants to know.
        if wanted is not None and wanted == self._key() and not self._session.jobs.closing:
            self.measure()

    def _on_project_changed(self) -> None:
        if self._session.project is self._project:
            return  # it has other scenes now; those that are measured stay
        self._project = self._session.project
        self._next = None
        if self.job is not None:
            self.job.cancel()
        self.changed.emit()

    def _key(self) -> _Key | None:
        project, model = self._session.project, self._session.model
        return (
            None if project is None or model is None else (project.folder, model.folder, self._session.device)
        )
