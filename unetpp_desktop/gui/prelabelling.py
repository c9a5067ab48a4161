"""Predictions in the background: for one scene, for many, and again when the depth changes."""

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.gui.jobs import Job, Jobs
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.warm_up import warm_up
from unetpp_desktop.nn.predictor import Prediction, Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.prelabel import PrelabelReport, prelabel_scenes

_DELIVERIES_PER_SECOND = 30


class Predictors:
    """The predictor used last, kept open; and the turn to use it, since it serves one thread at a time."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._key: tuple[Path, float, str] | None = None
        self._predictor: Predictor | None = None

    def get(self, entry: ModelEntry, device: str) -> Predictor:
        """Opens the model where another one, or an older file, is open. Slow: not for the GUI thread."""
        key = (entry.folder, entry.weights.stat().st_mtime, device)
        if self._predictor is None or self._key != key:
            self._predictor = None  # first let go of the memory of the old one
            self._predictor = open_predictor(entry, device)
            self._key = key
        return self._predictor


class Prelabelling(QObject):
    """Starts the jobs that predict, and brings what they say to the GUI thread."""

    predicted = Signal(object, object)  # a Scene that was open in the window, and its Prediction
    scenes_saved = Signal(object)  # names of the scenes whose masks were written
    finished = Signal(object)  # a PrelabelReport

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._predictors = Predictors()
        self._open_scene: str | None = None
        self._again: Job | None = None
        self._mailbox = Mailbox(_DELIVERIES_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_delivered)

    def set_open_scene(self, name: str | None) -> None:
        """The scene whose prediction is delivered instead of saved; may change while a job runs."""
        self._open_scene = name

    def start(
        self, project: Project, scenes: Sequence[Scene], model: ModelEntry, device: str, depth: int
    ) -> Job:
        """A job that predicts ``scenes``; a scene with a problem is told, and the rest goes on."""
        if len(scenes) == 1:
            title = self.tr("Pre-label {}").format(scenes[0].name)
        else:
            title = self.tr("Pre-label {} scenes").format(len(scenes))

        def work(progress: Progress) -> PrelabelReport:
            return self._predict(project, tuple(scenes), model, device, depth, progress)

        return self._jobs.start(title, work, self.finished.emit)

    def start_again(self, project: Project, scene: Scene, model: ModelEntry, device: str, depth: int) -> None:
        """Predicts the open scene anew; an earlier such job that still runs is given up."""
        if self._again is not None and self._again in self._jobs.active:
            self._again.cancel()
        self._again = self.start(project, (scene,), model, device, depth)

    def _predict(
        self,
        project: Project,
        scenes: tuple[Scene, ...],
        model: ModelEntry,
        device: str,
        depth: int,
        progress: Progress,
    ) -> PrelabelReport:
        """Runs on the job's thread. One scene at a time, because the open scene changes meanwhile."""
        done, problems = 0, list[str]()
        loading = self.tr("loading the network")
        warm_up(lambda: progress(0, len(scenes), loading))
        for index, scene in enumerate(scenes):
            progress(index, len(scenes), scene.name)
            with self._predictors.turn:
                predictor = self._predictors.get(model, device)
                open_before = self._open_scene
                report = prelabel_scenes(
                    project, (scene,), predictor, depth, silent, open_before, self._deliver
                )
                if report.problems and scene.name == self._open_scene != open_before:
                    # Opened and saved by hand while the network was at it: now its document is asked.
                    report = prelabel_scenes(
                        project, (scene,), predictor, depth, silent, scene.name, self._deliver
                    )
            done += report.done
            problems.extend(report.problems)
            self._mailbox.post(scene.name)
        progress(len(scenes), len(scenes), "")
        if problems and len(problems) == len(scenes):
            raise UserError(problems[0])
        return PrelabelReport(done, tuple(problems))

    def _deliver(self, scene: Scene, prediction: Prediction) -> None:
        self._mailbox.post((scene, prediction))

    def _on_delivered(self, items: list[str | tuple[Scene, Prediction]]) -> None:
        names = tuple(item for item in items if isinstance(item, str))
        for item in items:
            if not isinstance(item, str):
                self.predicted.emit(*item)
        if names:
            self.scenes_saved.emit(names)
