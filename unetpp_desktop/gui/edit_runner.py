"""Makes edits of the open scene: at once where it is small, else in a job on a copy."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.editing.sources import Change, make_changes, within
from unetpp_desktop.gui.jobs import Job, JobEnd, Succeeded

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_AT_ONCE = 1 << 20  # pixels; on more of them a command may take longer than 0.1 s

Work = Callable[[np.ndarray, np.ndarray], tuple[Change, ...]]
"""``work(labels, origins)``, both ``uint8 (H, W)``: what is to change. It runs in any thread.

It may raise `UserError`, which is told.
"""


Ended = Callable[["EditRequest", Rect | None], None]
"""Called once for each request that was taken, with the rect that it changed, None where it was given up."""


def nobody_waits(request: "EditRequest", changed: Rect | None) -> None:
    """For a request whose end nobody has to hear of."""


@dataclass(frozen=True, eq=False)
class EditRequest:
    """An edit of the open scene that somebody asks for.

    ``name`` is English and marked for translation; ``nothing`` says that there was nothing to do.
    """

    name: str
    work: Work
    nothing: str
    selection: Selection | None
    ended: Ended = nobody_waits


@dataclass(frozen=True, eq=False)
class _Found:
    document: MaskDocument
    revision: int
    changes: tuple[Change, ...]


class EditRunner(QObject):
    """One edit is computed at a time, in the order in which they were asked for."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._next: deque[tuple[EditRequest, MaskDocument]] = deque()
        self._present: EditRequest | None = None
        self._job: Job | None = None
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
        self._next.append((request, document))
        self._go_on()
        return True

    def give_up(self, request: EditRequest) -> None:
        """It changes nothing any more; one that has ended stays as it is."""
        if request is self._present:
            if self._job is not None:
                self._job.ended.disconnect(self._on_job_end)
                self._job.cancel()
            self._end(request, None)
            return
        for entry in [entry for entry in self._next if entry[0] is request]:
            self._next.remove(entry)
            request.ended(request, None)

    def _go_on(self) -> None:
        if self._present is not None or not self._next:
            return
        request, document = self._next.popleft()
        self._present = request
        if document is not self._session.document:
            self._tell_left(request)
        elif document.labels.size > _AT_ONCE:
            self._start(request, document)
        else:
            try:
                changes = request.work(document.labels, document.origins)
            except UserError as error:
                self._session.notice.emit(str(error), "error")
                self._end(request, None)
            else:
                self._make(request, document, changes)

    def _start(self, request: EditRequest, document: MaskDocument) -> None:
        title = QCoreApplication.translate("Actions", request.name)
        self._job = self._session.jobs.start(title, _Computing(request.work, document))
        self._job.ended.connect(self._on_job_end)

    def _on_job_end(self, end: JobEnd) -> None:
        assert self._present is not None
        self._job = None
        if isinstance(end, Succeeded):
            self._on_found(self._present, end.value)
        else:
            self._end(self._present, None)

    def _on_found(self, request: EditRequest, found: _Found) -> None:
        if found.document is not self._session.document:
            self._tell_left(request)
        elif self._session.strokes.under_way:
            self._waiting = found
        elif found.revision != found.document.revision:
            self._start(request, found.document)
        else:
            self._make(request, found.document, found.changes)

    def _on_gesture(self) -> None:
        found, request = self._waiting, self._present
        if found is not None and request is not None and not self._session.strokes.under_way:
            self._waiting = None
            self._on_found(request, found)

    def _tell_left(self, request: EditRequest) -> None:
        name = QCoreApplication.translate("Actions", request.name)
        sentence = self.tr("{}: nothing was changed, because another scene was opened meanwhile.")
        self._session.notice.emit(sentence.format(name), "info")
        self._end(request, None)

    def _make(self, request: EditRequest, document: MaskDocument, changes: tuple[Change, ...]) -> None:
        changed = make_changes(document, request.name, changes, request.selection)
        self._session.after_edit(changed)
        if changed.is_empty:
            self._session.notice.emit(self._why_nothing(request, changes), "info")
        self._end(request, changed)

    def _end(self, request: EditRequest, changed: Rect | None) -> None:
        self._present = self._job = self._waiting = None
        request.ended(request, changed)
        self._go_on()

    def _why_nothing(self, request: EditRequest, changes: tuple[Change, ...]) -> str:
        selection = request.selection
        wanted = sum((part if selection is None else within(part, selection)).count for part, _ in changes)
        if wanted:
            return self._session.words_where_kept
        return request.nothing


class _Computing:
    """The work of one job: it holds copies, and nothing of the window."""

    def __init__(self, work: Work, document: MaskDocument) -> None:
        self._work = work
        self._found = _Found(document, document.revision, ())
        self._labels = document.labels.copy()
        self._origins = document.origins.copy()

    def __call__(self, progress: Progress) -> _Found:
        changes = self._work(self._labels, self._origins)
        progress(1, 1, "")
        return replace(self._found, changes=changes)
