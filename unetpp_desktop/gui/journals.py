"""The documents of the scenes that the window opens, and their journals: what comes back, and what cannot."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.editing.document import DISCARD_NAME, MaskDocument
from unetpp_desktop.gui.jobs import Failed, Job, JobEnd, Succeeded
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.visit_reading import VisitRead, VisitReading
from unetpp_desktop.gui.visits import Visit, Visits
from unetpp_desktop.storage.journal import JournalInUseError, limit_journals
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_journal import journal_path, resume_journal, unsaved_scenes

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_MEGABYTE = 1 << 20
_MOST_BYTES = 1 << 30  # of all journals of a folder
_TELLS_PER_SECOND = 4


@dataclass(frozen=True, eq=False)
class _Restored:
    """What a notice offers to discard: planes of the mask file, and the document as it was restored."""

    sentence: str
    document: MaskDocument
    revision: int
    labels: np.ndarray
    origins: np.ndarray


class Journals(QObject):
    """Stands between the session and what is known of its scenes, here and in their journals."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._visits = Visits()
        self._mailbox = Mailbox(_TELLS_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_problems)
        self._told_project: Project | None = None  # whose journals were said not to be writable
        self._restored: _Restored | None = None
        self._look: Job | None = None
        session.scene_changed.connect(self._offer_to_discard)
        session.history_changed.connect(self._withdraw_after_edit)
        self._history_bytes = self._chosen_history_bytes()
        session.settings_changed.connect(self._limit_histories)

    def visit(self, project: Project, scene: Scene, shape: tuple[int, int]) -> Visit:
        """The kept visit of ``scene``, else one just read; modified where it has edits that were not saved.

        ``shape`` is that of the image, (height, width). Raises `UserError` as `VisitReading` does.
        """
        kept = self._visits.take(scene.name, project.mask_token(scene), shape)
        resumed = None if kept is None else self._resume(project, scene, kept)
        if resumed is None and kept is not None and kept.modified:
            resumed = kept  # its edits are nowhere else, even if it goes on without a journal
        if resumed is not None:
            return resumed
        return self._told(scene, self.reading(project, scene, shape)(silent))

    def keeps(self, project: Project, scene: Scene, shape: tuple[int, int]) -> bool:
        """Whether `visit` need not read the mask."""
        return self._visits.holds(scene.name, project.mask_token(scene), shape)

    def reading(self, project: Project, scene: Scene, shape: tuple[int, int]) -> VisitReading:
        """The work of reading the mask, for any thread; what it returns is for `take`."""
        return VisitReading(project, scene, shape, self._history_bytes, self._teller(scene))

    def take(self, scene: Scene, end: JobEnd) -> Visit:
        """The visit of the scene that is being opened, from how its `reading` ended; raises what that did."""
        if isinstance(end, Succeeded):
            return self._told(scene, end.value)
        raise end.error if isinstance(end, Failed) else end

    def _told(self, scene: Scene, read: VisitRead) -> Visit:
        """The visit just read; says what there is to say of it."""
        visit, opened = read.visit, read.opened
        if opened.aside is not None:
            sentence = self.tr("The undo history of {0} does not fit its mask any more and was kept as {1}.")
            self._session.notice.emit(sentence.format(scene.name, opened.aside), "info")
        if opened.unsaved:
            if opened.unsaved == 1:
                told = self.tr("{0}: 1 edit was not saved when the program ended. It is restored.")
            else:
                told = self.tr("{0}: {1} edits were not saved when the program ended. They are restored.")
            told, document = told.format(scene.name, opened.unsaved), opened.document
            self._restored = _Restored(told, document, document.revision, read.labels, read.origins)
        if visit.strays:
            sentence = self.tr("{0}: {1} were read as void.")
            self._session.notice.emit(sentence.format(scene.name, visit.strays), "info")
        return visit

    def keep(self, scene: Scene, visit: Visit) -> None:
        """Keeps the document and its history while other scenes are open."""
        self._visits.keep(scene.name, visit)

    def keeps_edits(self, scene: Scene) -> bool:
        """Whether the kept document of ``scene`` has edits that were not saved."""
        return self._visits.is_modified(scene.name)

    def change_kept(self, scene: Scene, visit: Visit) -> None:
        """Takes ``visit`` for the kept one of the same document, if it is still kept."""
        self._visits.change(scene.name, visit)

    def forget_visits(self) -> None:
        """What was kept is read again when it is needed."""
        self._visits.clear()

    def _resume(self, project: Project, scene: Scene, visit: Visit) -> Visit | None:
        """A kept visit with its journal; None where another window knows more of the scene."""
        path, left = journal_path(project, scene), visit.left_journal
        journal = resume_journal(path, visit.document, left, self._teller(scene))
        return None if journal is None else replace(visit, journal=journal)

    def look_after(self, project: Project) -> None:
        """Tells of scenes with edits that were never saved, and deletes the oldest of too many journals."""
        if self._look is None and (project.own_folder / "journal").is_dir():
            self._look = Job("journals", _Look(project), self)
            self._look.ended.connect(self._on_looked)
            self._look.start()

    def discard(self) -> None:
        """Brings the mask back to what its file holds, as one edit, and "done" to what it says."""
        restored, self._restored = self._restored, None
        visit = self._session.visit
        if restored is not None and visit is not None and restored.document is visit.document:
            changed = restored.document.revert(restored.labels, restored.origins, DISCARD_NAME)
            self._session.after_edit(changed, visit.with_done(visit.stored_done))

    def _chosen_history_bytes(self) -> int:
        return self._session.settings.get(declared.HISTORY_MEGABYTES) * _MEGABYTE

    def _limit_histories(self) -> None:
        """Another memory for undo counts at once, also for the scenes that were visited before."""
        chosen, document = self._chosen_history_bytes(), self._session.document
        if chosen == self._history_bytes:
            return
        self._history_bytes = chosen
        self._visits.limit_histories(chosen)
        if document is not None:
            document.history.limit(chosen)
            self._session.history_changed.emit()

    def _teller(self, scene: Scene) -> Callable[[Exception], None]:
        """For the writer's thread, so it must hold nothing but the mailbox."""
        post, name = self._mailbox.post, scene.name
        return lambda error: post((name, error))

    def _on_problems(self, problems: list[tuple[str, Exception]]) -> None:
        session = self._session
        for name, error in problems:
            if isinstance(error, JournalInUseError):
                sentence = self.tr(
                    "{} is open in another window, too. Edits made here are saved, but not their history."
                )
                session.notice.emit(sentence.format(name), "info")
            elif isinstance(error, OSError) and session.project is not self._told_project:
                self._told_project = session.project
                sentence = self.tr(
                    "The undo history of {0} could not be written: {1}. Your edits are saved as before; "
                    "make its folder writable or free some space to undo them after a restart."
                )
                session.notice.emit(sentence.format(name, error.strerror or error), "error")

    def _offer_to_discard(self) -> None:
        restored = self._restored
        if restored is None:
            return
        if restored.document is self._session.document:
            self._session.offer.emit(restored.sentence, Offer(self.tr("Discard"), self.discard))
        else:
            self._withdraw(restored)

    def _withdraw_after_edit(self) -> None:
        restored = self._restored
        if restored is not None and restored.document.revision != restored.revision:
            self._withdraw(restored)

    def _withdraw(self, restored: _Restored) -> None:
        self._restored = None
        self._session.notice_outdated.emit(restored.sentence)

    def _on_looked(self, end: JobEnd) -> None:
        if self._look is not None:
            self._look.deleteLater()
            self._look = None
        session = self._session
        if not isinstance(end, Succeeded) or session.project is None:
            return
        project, scenes = end.value
        if project is not session.project:
            self.look_after(session.project)
            return
        for scene in [scene for scene in scenes if scene != session.scene][:1]:
            sentence = self.tr("{} has edits that were not saved when the program ended.")
            offer = Offer(self.tr("Open"), _GoTo(session, scene))
            session.offer.emit(sentence.format(scene.name), offer)


class _GoTo:
    """What the button of the notice does."""

    def __init__(self, session: "Session", scene: Scene) -> None:
        self._session = session
        self._scene = scene

    def __call__(self) -> None:
        if self._scene in self._session.scenes:
            self._session.go_to(self._scene)


class _Look:
    """The work of looking after the journals; a class, because a closure would hold their owner."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def __call__(self, progress: Progress) -> tuple[Project, tuple[Scene, ...]]:
        project, unsaved = self._project, unsaved_scenes(self._project)
        progress(0, 0, "")
        needed = {journal_path(project, scene) for scene in unsaved}
        limit_journals(project.own_folder / "journal", _MOST_BYTES, needed)
        return project, unsaved
