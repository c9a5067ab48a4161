"""One training at a time: started, paused, ended, and its result accepted or discarded."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.base_data_choice import BaseDataChoice
from unetpp_desktop.gui.discarded_model import Discarded, DiscardedModel
from unetpp_desktop.gui.jobs import Failed, Job, JobEnd, JobState, Succeeded
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.predictors import looking_as_set
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.warm_up import warm_up
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.lineage import accept, version_before

if TYPE_CHECKING:  # importing them for real imports torch, which only the job's thread may do
    from unetpp_desktop.nn.finetuning import StepReport
    from unetpp_desktop.tasks.changed_scenes import ChangedScene
    from unetpp_desktop.tasks.finetune import FinetuneResult

_REPORTS_PER_SECOND = 10
_CHANGED_SHOWN = 6  # scenes


class TrainingState(Enum):
    IDLE = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    FINISHED = auto()  # a result waits for a decision


class TrainingSession(QObject):
    """Runs `tasks.finetune.finetune` as a job on the session's project and model."""

    state_changed = Signal()
    finished = Signal()  # there is a result
    failed = Signal()  # `failure` says why
    stepped = Signal()  # `steps` has grown; at most 10 times a second
    progressed = Signal()
    accepted = Signal()  # the new model is in use
    compared = Signal()  # `changed` is known, or will not be

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.state = TrainingState.IDLE
        self.from_chosen = False  # whether a fine-tuned model is trained further, not the one it goes back to
        self.steps: list[StepReport] = []
        self.result: FinetuneResult | None = None
        self.failure = ""  # why the last training came to nothing, until the next one
        self.discarded = DiscardedModel(session, self)
        self.changed: list[ChangedScene] | None = None  # those the result changes most; None: not known
        self.job: Job | None = None
        self._project: Project | None = None
        self._base: ModelEntry | None = None  # of the training that runs or waits for a decision
        self._mailbox: Mailbox | None = None
        self._comparing: Job | None = None
        self.base_data = BaseDataChoice(session, self)
        session.project_changed.connect(self._on_project_changed)

    def start(self) -> None:
        """Saves the open scene and trains a copy of the chosen model on what was corrected.

        Does nothing while a training runs or its result waits for a decision, without a folder or a model,
        or where saving fails.
        """
        if not self.can_start or self._session.model is None or not self._session.save():
            return
        project, base, device = self._session.project, self._session.model, self._session.device
        if project is None or base is None:
            return
        self.steps, self.failure = [], ""
        self._project, self._base = project, base
        self._session.model_finder.hold_back_new(self._session.project)
        mailbox = Mailbox(_REPORTS_PER_SECOND, self)
        mailbox.delivered.connect(self._on_steps)
        self._mailbox = mailbox
        loading = self.tr("loading torch")
        from_chosen, base_data = self.from_chosen, self.base_data.folder
        settings = self._session.settings
        class_points = settings.get(declared.GATE_CLASS_POINTS)
        known_points = settings.get(declared.GATE_KNOWN_POINTS)
        scale = settings.get(declared.PREDICTION_SCALE).value

        def work(progress: Progress) -> FinetuneResult:
            warm_up(lambda: progress(0, 0, loading))
            from unetpp_desktop.tasks.base_data import BaseData
            from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune
            from unetpp_desktop.tasks.gate import GateLimits

            options = FinetuneOptions(
                limits=GateLimits(class_points=class_points, reference_points=known_points),
                from_chosen=from_chosen,
                base_data=None if base_data is None else BaseData(base_data),
                scale=scale,
            )
            return finetune(project, base, options, progress, mailbox.post, device)

        job = self._session.jobs.start(self.tr("Train"), work)
        self.job = job
        job.progressed.connect(self.progressed)
        job.state_changed.connect(self._on_job_state)
        job.ended.connect(self._on_ended)
        self._set_state(TrainingState.RUNNING)

    def pause_or_resume(self) -> None:
        """A running training waits at its next step; one that waits goes on."""
        if self.job is not None and self.state is TrainingState.PAUSED:
            self.job.resume()
        elif self.job is not None:
            self.job.pause()

    def cancel(self) -> None:
        """Stops at the next step; nothing of this training is kept."""
        if self.job is not None:
            self.job.cancel()

    def accept(self) -> None:
        """The candidate becomes the model in use, at once."""
        if self.result is not None:
            candidate = self._take_result().candidate
            try:
                candidate = accept(candidate)
            except UserError as error:
                self._session.notice.emit(str(error), "error")  # it can be used all the same
            self._session.model_finder.show_all()
            self._session.set_model(candidate)
            self._set_state(TrainingState.IDLE)
            self._session.notice.emit(self.tr("{0} is in use now.").format(candidate.name), "info")
            self.accepted.emit()

    def discard(self) -> None:
        """The candidate is no model any more; the one in use stays, or its base takes its place.

        It is deleted once the offer to take it back is gone.
        """
        if self.result is None:
            return
        discarded = Discarded(self.result, self.changed, self.steps, self._base)
        candidate, in_use = self._take_result().candidate, self._session.model
        if in_use is not None and in_use.folder == candidate.folder and self._base is not None:
            self._session.set_model(self._base)
        self.discarded.keep(discarded, self.undo_discard)
        self._session.model_finder.show_all()
        self._set_state(TrainingState.IDLE)

    def undo_discard(self) -> None:
        """What was discarded last can be decided about again; while another training runs it is listed."""
        finder, project, idle = self._session.model_finder, self._session.project, self.can_start
        if idle:
            finder.hold_back_new(project)
        discarded = self.discarded.take_back()
        if discarded is not None and idle:
            self.steps, self._base = discarded.steps, discarded.base
            self._decide_about(discarded.result, discarded.changed)
        elif idle:
            finder.show_all()
        elif discarded is not None:
            finder.show_all()
            finder.hold_back_new(project)
            sentence = self.tr("{0} is among the models again.").format(discarded.result.candidate.name)
            self._session.notice.emit(sentence, "info")

    def roll_back(self) -> None:
        """The version that was in use before the present one is in use again."""
        before = self.version_before
        if before is None:
            self._session.notice.emit(self.tr("There is no version before this one."), "info")
        else:
            self._session.set_model(before)
            self._session.notice.emit(self.tr("{0} is in use again.").format(before.name), "info")

    @property
    def can_start(self) -> bool:
        """Whether no training runs, and none waits for a decision."""
        return self.state is TrainingState.IDLE

    @property
    def under_way(self) -> bool:
        """Whether a training runs, or is paused: closing its folder would lose it."""
        return self.state in (TrainingState.RUNNING, TrainingState.PAUSED)

    @property
    def version_before(self) -> ModelEntry | None:
        """What `roll_back` goes to."""
        model = self._session.model
        return None if model is None else version_before(model, self._session.models())

    @property
    def comparing(self) -> bool:
        """Whether `changed` is still being found out."""
        return self._comparing is not None

    @property
    def base(self) -> ModelEntry | None:
        """The model that a training starts from."""
        return self._session.model if self.from_chosen else self.base_data.root

    def _on_steps(self, reports: list[StepReport]) -> None:
        self.steps.extend(reports)
        self.stepped.emit()

    def _on_job_state(self) -> None:
        if self.job is None:
            return
        states = {
            JobState.RUNNING: TrainingState.RUNNING,
            JobState.PAUSED: TrainingState.PAUSED,
            JobState.CANCELLING: TrainingState.STOPPING,
        }
        if self.job.state in states:
            self._set_state(states[self.job.state])

    def _on_ended(self, end: JobEnd) -> None:
        if self._mailbox is not None:
            self._mailbox.flush()
            self._mailbox.deleteLater()
        self.job = self._mailbox = None
        here = self._project is self._session.project
        if isinstance(end, Succeeded) and here:
            self.discarded.delete()  # one model at a time is decided about
            self._decide_about(end.value, None)
            self.finished.emit()
            return
        if here:
            self._session.model_finder.show_all()
        if isinstance(end, Failed) and here:
            self.failure = self._words_for(end.error)
        self._set_state(TrainingState.IDLE)
        if self.failure:
            self.failed.emit()

    def _words_for(self, error: BaseException) -> str:
        if isinstance(error, UserError):
            return str(error)
        return self.tr(
            "An error of this program ended the training, and what it learnt is lost. Train again."
        )

    def _decide_about(self, result: FinetuneResult, changed: list[ChangedScene] | None) -> None:
        """``result`` waits for a decision; ``changed``: the scenes that it changes, where they are known."""
        self.result, self.changed = result, changed
        if changed is None:
            self._compare()
        self._set_state(TrainingState.FINISHED)

    def _take_result(self) -> FinetuneResult:
        """The result, which is decided about now."""
        assert self.result is not None
        result, self.result = self.result, None
        if self._comparing is not None:
            self._comparing.cancel()
            self._comparing = None
        return result

    def _compare(self) -> None:
        """Finds, in a job, the scenes that the candidate labels most differently."""
        result, project, in_use = self.result, self._project, self._base
        if result is None or project is None or in_use is None:
            return
        device, looking = self._session.device, looking_as_set(self._session.settings)

        def work(progress: Progress) -> list[ChangedScene]:
            from unetpp_desktop.nn.predictor import open_predictor
            from unetpp_desktop.tasks.changed_scenes import most_changed

            old, new = (
                open_predictor(model, device, **looking._asdict()) for model in (in_use, result.candidate)
            )
            return most_changed(project, old, new, _CHANGED_SHOWN, progress)

        self._comparing = self._session.jobs.start(self.tr("Compare models"), work)
        self._comparing.ended.connect(self._on_compared)

    def _on_compared(self, end: JobEnd) -> None:
        if self._comparing is None or self._comparing.state is not JobState.ENDED:
            return  # that of a result which was decided about
        self._comparing = None
        if isinstance(end, Succeeded):
            self.changed = end.value
        self.compared.emit()

    def _on_project_changed(self) -> None:
        if self._session.project is self._project:
            return
        self.cancel()
        self.steps, self.failure = [], ""
        if self.result is not None:
            # Another folder is open: the candidate stays in its own folder's list of models.
            self._take_result()
            self._set_state(TrainingState.IDLE)
        self.stepped.emit()

    def _set_state(self, state: TrainingState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()
