"""Long work beside the window: one thread per job, reports and the one end on the GUI thread."""

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.garbage import GuiGarbage
from unetpp_desktop.gui.mailbox import Mailbox

T = TypeVar("T")

_REPORTS_PER_SECOND = 15
_NICENESS = 10  # of a job's thread, and of the threads that torch starts from it
_SWITCH_INTERVAL_S = 0.001  # how long a job may keep Python's lock while the window asks for it
_PACE_WINDOW_S = 20.0  # the time left follows the pace of the last seconds, not the average
_PACE_LEAST_S = 0.5  # a pace measured over less than this is a guess


@dataclass(frozen=True)
class Succeeded(Generic[T]):
    """The end of a job whose work returned ``value``."""

    value: T


@dataclass(frozen=True)
class Failed:
    """The end of a job whose work raised ``error``."""

    error: BaseException


JobEnd = Succeeded[Any] | Failed | Cancelled
"""How a job ended; `Cancelled` is the exception that stopped the work."""


class JobState(Enum):
    RUNNING = auto()
    PAUSED = auto()
    CANCELLING = auto()
    ENDED = auto()


class RemainingTime:
    """Seconds left of a job, from the pace of its last reports; times in seconds of work, pauses left out."""

    def __init__(self) -> None:
        self._reports: deque[tuple[float, int]] = deque()
        self._total = 0

    def report(self, now: float, done: int, total: int) -> None:
        if total != self._total or (self._reports and done < self._reports[-1][1]):
            self._reports.clear()  # another phase of the work, with its own pace
            self._total = total
        self._reports.append((now, done))
        while len(self._reports) > 2 and now - self._reports[0][0] > _PACE_WINDOW_S:
            self._reports.popleft()

    def seconds(self, now: float) -> float | None:
        """None while the pace is not known."""
        if len(self._reports) < 2:
            return None
        (first_time, first_done), (last_time, last_done) = self._reports[0], self._reports[-1]
        if last_time - first_time < _PACE_LEAST_S or last_done <= first_done:
            return None
        each = (last_time - first_time) / (last_done - first_done)
        return max(0.0, each * (self._total - last_done) - (now - last_time))


class _Control:
    """What the job's thread asks at every report: go on, wait or stop. Shared by the two threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._cancelled = False

    def pause(self, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def cancel(self) -> None:
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()

    @property
    def cancelled(self) -> bool:
        with self._changed:
            return self._cancelled

    def obey(self) -> None:
        """Waits while the job is paused; raises `Cancelled` once it is cancelled."""
        with self._changed:
            while self._paused and not self._cancelled:
                self._changed.wait()
            if self._cancelled:
                raise Cancelled


class Job(QObject):
    """One piece of work on a thread of its own.

    All signals are emitted on the GUI thread: `progressed` at most 15 times a second, then
    `ended` exactly once. Nothing here ever waits for the thread except `join`.
    """

    progressed = Signal(int, int, str)  # done, total (0 while unknown), note
    state_changed = Signal()
    ended = Signal(object)  # a JobEnd

    def __init__(self, title: str, work: Callable[[Progress], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.state = JobState.RUNNING
        self.done, self.total, self.note = 0, 0, ""
        self._control = _Control()
        self.destroyed.connect(self._control.cancel)
        self._remaining = RemainingTime()
        self._paused_at: float | None = None
        self._paused_for = 0.0
        self._mailbox = Mailbox(_REPORTS_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_delivered)
        self._thread = threading.Thread(
            target=_run, args=(work, self._control, self._mailbox), name=f"job: {title}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """The work stops at its next report; `ended` follows."""
        if self.state is not JobState.ENDED:
            self._set_state(JobState.CANCELLING)
            self._control.cancel()

    def pause(self) -> None:
        """The work waits at its next report."""
        if self.state is JobState.RUNNING:
            self._paused_at = time.monotonic()
            self._control.pause(True)
            self._set_state(JobState.PAUSED)

    def resume(self) -> None:
        if self.state is JobState.PAUSED and self._paused_at is not None:
            self._paused_for += time.monotonic() - self._paused_at
            self._paused_at = None
            self._control.pause(False)
            self._set_state(JobState.RUNNING)

    @property
    def seconds_left(self) -> float | None:
        """None while it is not known and after the end."""
        if self.state in (JobState.CANCELLING, JobState.ENDED):
            return None
        return self._remaining.seconds(self._worked_for())

    @property
    def thread_is_alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, seconds: float) -> bool:
        """Waits for the thread, for the shutdown only; True where it has ended.

        What it said last is delivered; what an abandoned thread still says is not.
        """
        self._thread.join(max(0.0, seconds))
        if self._thread.is_alive():
            self._mailbox.close()
            return False
        self._mailbox.flush()
        return True

    def _worked_for(self) -> float:
        return (self._paused_at or time.monotonic()) - self._paused_for

    def _set_state(self, state: JobState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()

    def _on_delivered(self, items: list[tuple[float, int, int, str] | JobEnd]) -> None:
        reports = [item for item in items if isinstance(item, tuple)]
        if reports:
            reported_at, self.done, self.total, self.note = reports[-1]
            self._remaining.report(reported_at - self._paused_for, self.done, self.total)
            self.progressed.emit(self.done, self.total, self.note)
        end = items[-1]
        if not isinstance(end, tuple):
            self._mailbox.close()
            self._set_state(JobState.ENDED)
            self.ended.emit(end)


def _run(work: Callable[[Progress], Any], control: _Control, mailbox: Mailbox) -> None:
    def progress(done: int, total: int, note: str) -> None:
        mailbox.post((time.monotonic(), done, total, note))
        control.obey()

    lower_priority(_NICENESS)
    end: JobEnd
    try:
        control.obey()
        end = Succeeded(work(progress))
    except Cancelled as cancelled:
        end = cancelled
    except BaseException as error:
        # What is not there any more was taken away by whoever gave the job up.
        end = Cancelled() if control.cancelled and isinstance(error, UserError) else Failed(error)
    mailbox.post(end)


def lower_priority(niceness: int) -> None:
    """Makes the calling thread yield to the window's; only Linux has a priority per thread for everyone."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


class _Success:
    """Calls ``on_success`` for a job that succeeded, as long as the object it is a method of exists.

    A dialog may be closed and destroyed while its job ends; Qt would cut a connection to the method
    itself, but knows nothing of the method behind this one.

    Not a closure inside `Jobs`: the connection would own the jobs' owner, and destroying the job
    would destroy it in turn.
    """

    def __init__(self, on_success: Callable[[Any], None]) -> None:
        self._on_success = on_success

    def __call__(self, end: JobEnd) -> None:
        receiver = getattr(self._on_success, "__self__", None)
        gone = isinstance(receiver, QObject) and not isValid(receiver)
        if isinstance(end, Succeeded) and not gone:
            self._on_success(end.value)


class Jobs(QObject):
    """The jobs of the window: starts them, says what went wrong, ends them at shutdown.

    Threads and widgets do not share Python's garbage: see `GuiGarbage`.
    """

    job_started = Signal(object)  # a Job; neither signal speaks of quiet ones
    job_ended = Signal()
    failed = Signal(str)  # the sentence of a UserError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.active: list[Job] = []
        self.closed = False  # the window is closing: what starts by itself should not any more
        self._quiet: list[Job] = []
        self.closing = False  # nothing is to be started any more that nobody asked for
        self._garbage = GuiGarbage(self)
        self._usual_switch_interval = sys.getswitchinterval()

    def start(
        self, title: str, work: Callable[[Progress], T], on_success: Callable[[T], None] | None = None
    ) -> Job:
        """Runs ``work(progress)`` on a thread; ``on_success(value)`` is called on the GUI thread.

        A `UserError` is announced by `failed`; any other exception goes to ``sys.excepthook``, as
        every bug of the window does.
        """
        job = self._start(title, work, self.active, on_success)
        self.job_started.emit(job)
        return job

    def start_quietly(
        self, title: str, work: Callable[[Progress], T], on_success: Callable[[T], None] | None = None
    ) -> Job:
        """As `start`, for work that nobody asked for: it is never shown, and is not among `active`."""
        return self._start(title, work, self._quiet, on_success)

    def wait_all(self, milliseconds: int) -> bool:
        """Cancels every job and waits at most so long, for the shutdown; False where one is still busy.

        Such a thread is abandoned. End the process by ``os._exit`` then: a thread that is inside
        C++ code while Python shuts down would abort it.
        """
        self.closed = True
        self.closing = True
        sys.setswitchinterval(self._usual_switch_interval)
        deadline = time.monotonic() + milliseconds / 1000
        jobs = [*self.active, *self._quiet]
        for job in jobs:
            job.cancel()
        joined = [job.join(deadline - time.monotonic()) for job in jobs]
        return all(joined)

    def _start(
        self,
        title: str,
        work: Callable[[Progress], T],
        among: list[Job],
        on_success: Callable[[T], None] | None,
    ) -> Job:
        job = Job(title, work, self)
        job.ended.connect(self._on_ended)
        if on_success is not None:
            job.ended.connect(_Success(on_success))
        among.append(job)
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        job.start()
        return job

    def _on_ended(self, end: JobEnd) -> None:
        shown = len(self.active)
        for jobs in (self.active, self._quiet):
            for job in [job for job in jobs if job.state is JobState.ENDED]:
                jobs.remove(job)
                job.deleteLater()
        if not self.active and not self._quiet:
            sys.setswitchinterval(self._usual_switch_interval)
        if len(self.active) < shown:
            self.job_ended.emit()
        if isinstance(end, Failed):
            self._announce(end.error)

    def _announce(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self.failed.emit(str(error))
        else:
            sys.excepthook(type(error), error, error.__traceback__)
