"""The jobs that predict: for one scene or for many, one scene at a time on one network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.gui.jobs import Job, Jobs, JobState
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.predictors import Predictors, Urgency
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.prelabel import PrelabelReport, prelabel_scenes

_DELIVERIES_PER_SECOND = 30


@dataclass(frozen=True)
class Delivery:
    """A prediction for a scene that was open in the window, and what it was made with."""

    project: Project
    scene: Scene
    prediction: Prediction
    model: ModelEntry
    device: str
    palette: Palette  # whose mask values the prediction has


@dataclass(eq=False)
class _Request:
    """What one job is to predict. A later request has a greater ``number``."""

    number: int
    project: Project
    scenes: tuple[Scene, ...]
    model: ModelEntry
    device: str
    depth: int
    given_up: bool = False  # cancelled: what it still says is dropped


class Prelabelling(QObject):
    """Starts the jobs that predict, and brings what they say to the GUI thread."""

    delivered = Signal(object)  # a Delivery
    scenes_saved = Signal(object)  # names of the scenes of the open project whose masks were written
    finished = Signal(object)  # a PrelabelReport

    def __init__(self, jobs: Jobs, predictors: Predictors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._predictors = predictors
        self._project: Project | None = None
        self._open: tuple[Project, Scene] | None = None
        self._requests: dict[Job, _Request] = {}
        self._count = 0
        self._newest: dict[Scene, int] = {}  # the latest request that predicted it; only within a turn
        self._mailbox = Mailbox(_DELIVERIES_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_delivered)

    def set_open(self, project: Project | None, scene: Scene | None) -> None:
        """The scene whose prediction is delivered instead of saved; may change while a job runs."""
        self._project = project
        self._open = None if project is None or scene is None else (project, scene)

    def start(
        self, project: Project, scenes: Sequence[Scene], model: ModelEntry, device: str, depth: int
    ) -> Job:
        """A job that predicts ``scenes``; a scene with a problem is told, and the rest goes on.

        An earlier job for the same scene alone is given up.
        """
        if len(scenes) == 1:
            title = self.tr("Pre-label {}").format(scenes[0].name)
        else:
            title = self.tr("Pre-label {} scenes").format(len(scenes))
        self._count += 1
        request = _Request(self._count, project, tuple(scenes), model, device, depth)
        if len(scenes) == 1:
            self._give_up(lambda earlier: earlier.project is project and earlier.scenes == request.scenes)

        def work(progress: Progress) -> PrelabelReport:
            return self._predict(request, progress)

        job = self._jobs.start(title, work, self.finished.emit)
        self._requests[job] = request
        job.state_changed.connect(self._on_job_state)
        return job

    def give_up_all(self) -> None:
        """Cancels every job: their project is being closed."""
        self._give_up(lambda _request: True)

    def _give_up(self, unwanted: Callable[[_Request], bool]) -> None:
        for job in [job for job, request in self._requests.items() if unwanted(request)]:
            job.cancel()

    def _on_job_state(self) -> None:
        for job, request in list(self._requests.items()):
            request.given_up |= job.state is JobState.CANCELLING
            if job.state is JobState.ENDED:
                del self._requests[job]

    def _predict(self, request: _Request, progress: Progress) -> PrelabelReport:
        """Runs on the job's thread. One scene at a time, because the open scene changes meanwhile."""
        done, problems, count = 0, list[str](), len(request.scenes)
        urgency = Urgency.ASKED if count == 1 else Urgency.FOLDER
        loading = self.tr("loading the network")
        warm_up_engine(request.device, lambda: progress(0, count, loading))
        for index, scene in enumerate(request.scenes):

            def ask(index: int = index, name: str = scene.name) -> None:
                progress(index, count, name)

            ask()
            with self._predictors.turn(ask, urgency):
                if self._newest.get(scene, 0) > request.number:
                    continue
                report = self._predict_scene(request, scene, ask)
                self._newest[scene] = request.number
            done += report.done
            problems.extend(report.problems)
            self._mailbox.post((request, scene.name))
        progress(count, count, "")
        if problems and len(problems) == count:
            raise UserError(problems[0])
        return PrelabelReport(done, tuple(problems))

    def _predict_scene(self, request: _Request, scene: Scene, ask: Callable[[], None]) -> PrelabelReport:
        project = request.project
        palette = project.palette
        predictor = self._predictors.get(request.model, request.device)

        def deliver(scene: Scene, prediction: Prediction) -> None:
            ask()
            delivery = Delivery(project, scene, prediction, request.model, request.device, palette)
            self._mailbox.post((request, delivery))

        def predict(is_open: bool) -> PrelabelReport:
            name = scene.name if is_open else None
            return prelabel_scenes(project, (scene,), predictor, request.depth, silent, name, deliver)

        was_open = self._open == (project, scene)
        report = predict(was_open)
        if report.problems and not was_open and self._open == (project, scene):
            # Opened and saved by hand while the network was at it: now its document is asked.
            report = predict(True)
        return report

    def _on_delivered(self, items: list[tuple[_Request, str | Delivery]]) -> None:
        names = list[str]()
        for request, item in items:
            if request.project is not self._project:
                continue
            if isinstance(item, str):
                names.append(item)
            elif not request.given_up:
                self.delivered.emit(item)
        if names:
            self.scenes_saved.emit(tuple(names))
