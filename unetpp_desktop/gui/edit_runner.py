"""Makes one edit of the open scene: at once where it is small, else in a job on a copy."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.editing.sources import Change, make_changes, within
from unetpp_desktop.gui.jobs import Job, JobState

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_AT_ONCE = 1 << 20  # pixels; on more of them a command may take longer than 0.1 s

Work = Callable[[np.ndarray, np.ndarray], tuple[Change, ...]]
"""``work(labels, origins)``, both ``uint8 (H, W)``: what is to change. It runs in any thread.

It may raise `UserError`, which is told.
"""


@dataclass(frozen=True, eq=False)
class EditRequest:
    """``name`` is English and marked for translation; ``nothing`` says that there was nothing to do."""

    name: str
    work: Work
    nothing: str
    selection: Selection | None


@dataclass(frozen=True, eq=False)
class _Found:
    request: EditRequest
    document: MaskDocument
    revision: int
    changes: tuple[Change, ...]


class EditRunner(QObject):
    """At most one edit is being computed; a new request takes the place of the one before."""

    done = Signal(object, object)  # an EditRequest, the Rect that it changed

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._job: Job | None = None
        self._request: EditRequest | None = None  # what the job is about
        self._waiting: _Found | None = None  # for the end of a gesture
        session.strokes.changed.connect(self._on_gesture)

    def run(self, request: EditRequest) -> bool:
        """Makes the edit; says why not, and returns False, where no edit can be made now.

        It is computed anew where the mask changes meanwhile.
        """
        session, document = self._session, self._session.document
        if document is None:
            session.tell_problem()
            return False
        if session.strokes.must_end_first():
            return False
        self._give_up()
        if document.labels.size <= _AT_ONCE:
            try:
                changes = request.work(document.labels, document.origins)
            except UserError as error:
                session.notice.emit(str(error), "error")
                return False
            self._make(_Found(request, document, document.revision, changes))
        else:
            self._start(request, document)
        return True

    def _start(self, request: EditRequest, document: MaskDocument) -> None:
        title = QCoreApplication.translate("Actions", request.name)
        self._request = request
        self._job = self._session.jobs.start(title, _Computing(request, document), self._on_found)
        self._job.state_changed.connect(self._on_job_state)

    def _give_up(self) -> None:
        job, self._job = self._job, None
        self._request = self._waiting = None
        if job is not None:
            job.cancel()

    def _on_job_state(self) -> None:
        if self._job is not None and self._job.state is JobState.ENDED:
            self._job = None

    def _on_found(self, found: _Found) -> None:
        session = self._session
        if found.request is not self._request:
            return  # another one was asked for
        if found.document is not session.document:
            name = QCoreApplication.translate("Actions", found.request.name)
            sentence = self.tr("{}: nothing was changed, because another scene was opened meanwhile.")
            session.notice.emit(sentence.format(name), "info")
        elif session.strokes.under_way:
            self._waiting = found
        elif found.revision != found.document.revision:
            self._start(found.request, found.document)
        else:
            self._make(found)

    def _on_gesture(self) -> None:
        if self._waiting is not None and not self._session.strokes.under_way:
            found, self._waiting = self._waiting, None
            self._on_found(found)

    def _make(self, found: _Found) -> None:
        session, request = self._session, found.request
        changed = make_changes(found.document, request.name, found.changes, request.selection)
        session.after_edit(changed)
        if changed.is_empty:
            session.notice.emit(self._why_nothing(found), "info")
        self.done.emit(request, changed)

    def _why_nothing(self, found: _Found) -> str:
        selection = found.request.selection
        wanted = sum(
            (part if selection is None else within(part, selection)).count for part, _ in found.changes
        )
        if wanted:
            return self.tr("Nothing was changed: all these pixels are locked or protected.")
        return found.request.nothing


class _Computing:
    """The work of one job: it holds copies, and nothing of the window."""

    def __init__(self, request: EditRequest, document: MaskDocument) -> None:
        self._found = _Found(request, document, document.revision, ())
        self._labels = document.labels.copy()
        self._origins = document.origins.copy()

    def __call__(self, progress: Progress) -> _Found:
        changes = self._found.request.work(self._labels, self._origins)
        progress(1, 1, "")
        return replace(self._found, changes=changes)
