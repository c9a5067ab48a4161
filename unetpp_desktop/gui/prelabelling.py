"""The jobs that pre-label: one scene or many, all on one network."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, Jobs, JobState
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.predictors import Predictors
from unetpp_desktop.gui.prelabel_host import Attention, Delivery, Request, WindowHost
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.prelabel import PrelabelReport, prelabel_for

_DELIVERIES_PER_SECOND = 30


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
        self._attention = Attention()
        self._requests: dict[Job, Request] = {}
        self._count = 0
        self._mailbox = Mailbox(_DELIVERIES_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_delivered)

    def set_open(self, project: Project | None, scene: Scene | None) -> None:
        """The scene whose prediction is delivered instead of saved; may change while a job runs."""
        self._project = project
        self._attention.open = None if project is None or scene is None else (project, scene)

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
        request = Request(self._count, project, tuple(scenes), model, device, depth)
        if len(scenes) == 1:
            self._give_up(lambda earlier: earlier.project is project and earlier.scenes == request.scenes)

        def work(progress: Progress) -> PrelabelReport:
            return self._predict(request, progress)

        job = self._jobs.start(title, work, self.finished.emit)
        self._requests[job] = request
        job.state_changed.connect(self._on_job_state)
        return job

    def is_under_way(
        self, project: Project, scenes: Sequence[Scene], model: ModelEntry, device: str, depth: int
    ) -> bool:
        """Whether a job predicts these very scenes, in whatever order, in this very way."""
        return any(
            not request.given_up
            and request.project is project
            and set(request.scenes) == set(scenes)
            and (request.model, request.device, request.depth) == (model, device, depth)
            for request in self._requests.values()
        )

    def give_up_all(self) -> None:
        """Cancels every job: their project is being closed."""
        self._give_up(lambda _request: True)

    def _give_up(self, unwanted: Callable[[Request], bool]) -> None:
        for job in [job for job, request in self._requests.items() if unwanted(request)]:
            job.cancel()

    def _on_job_state(self) -> None:
        for job, request in list(self._requests.items()):
            request.given_up |= job.state is JobState.CANCELLING
            if job.state is JobState.ENDED:
                del self._requests[job]

    def _predict(self, request: Request, progress: Progress) -> PrelabelReport:
        """Runs on the job's thread."""
        count = len(request.scenes)
        loading = self.tr("loading the network")
        warm_up_engine(request.device, lambda: progress(0, count, loading))

        def post(item: str | Delivery) -> None:
            self._mailbox.post((request, item))

        host = WindowHost(request, self._attention, self._predictors, post)
        report = prelabel_for(host, request.project, request.scenes, request.depth, progress)
        if report.problems and len(report.problems) == count:
            raise UserError(report.problems[0])
        return report

    def _on_delivered(self, items: list[tuple[Request, str | Delivery]]) -> None:
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
