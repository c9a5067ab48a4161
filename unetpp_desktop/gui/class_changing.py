"""Rewrites the masks of the open project in a job, while no scene is open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Failed, Job, JobEnd, Succeeded
from unetpp_desktop.storage.change_record import UnfinishedChangeError
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.scene_journal import unsaved_scenes

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


class ClassChanging(QObject):
    """One change at a time; the project is opened anew after it, with its new classes.

    Where it stopped half-way, and could not be taken back either, the project is closed.
    """

    progressed = Signal(int, int)  # done, total
    ended = Signal(bool, str)  # whether the classes have changed, and a sentence (or "")

    def __init__(self, session: "Session", parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._scene = ""

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(self, title: str, work: Callable[[Progress], int], besides: Job | None = None) -> str:
        """Starts ``work``, which returns how many masks it wrote; else says why not.

        No other job may run but ``besides``, which writes nothing.
        """
        session = self._session
        if session.project is None:
            return ""
        others = [job for job in session.jobs.active if job is not besides]
        if others:
            sentence = self.tr("“{}” is still running. Wait for it, or cancel it.")
            return sentence.format(others[0].title)
        self._scene = "" if session.scene is None else session.scene.name
        if not session.let_go():
            return session.saving.last_failure
        self._job = session.jobs.start(title, _Checked(session.project, work))
        self._job.progressed.connect(self._on_progress)
        self._job.ended.connect(self._on_ended)
        return ""

    def cancel(self) -> None:
        """Nothing changes, unless the masks are being put in place already."""
        if self._job is not None:
            self._job.cancel()

    def _on_progress(self, done: int, total: int) -> None:
        self.progressed.emit(done, total)

    def _on_ended(self, end: JobEnd) -> None:
        self._job = None
        session = self._session
        project = session.project
        if isinstance(end, Succeeded) and project is not None:
            elsewhere = project.labels_folder if project.labels_folder != project.folder / "labels" else None
            session.open_folder(project.folder, elsewhere, self._scene)
            self.ended.emit(True, self._done_sentence(end.value))
            return
        if isinstance(end, Failed) and isinstance(end.error, UnfinishedChangeError):
            session.close_folder()
            session.refuse_folder(str(end.error))
            self.ended.emit(False, str(end.error))
            return
        scene = next((scene for scene in session.scenes if scene.name == self._scene), None)
        if scene is not None:
            session.go_to(scene)
        failed = isinstance(end, Failed) and isinstance(end.error, UserError)
        self.ended.emit(False, str(end.error) if failed and isinstance(end, Failed) else "")

    def _done_sentence(self, masks: int) -> str:
        if masks == 0:
            return self.tr("The classes are changed; no mask had to be written.")
        if masks == 1:
            return self.tr("The classes are changed, and 1 mask with them.")
        return self.tr("The classes are changed, and {} masks with them.").format(masks)


@dataclass(frozen=True, eq=False)
class _Checked:
    """The work, once no scene has edits that only its history knows: they would be lost."""

    project: Project
    work: Callable[[Progress], int]

    def __call__(self, progress: Progress) -> int:
        for scene in unsaved_scenes(self.project)[:1]:
            sentence = QCoreApplication.translate(
                "ClassChanging",
                "{} has edits that were not saved when the program ended. Open it first.",
            )
            raise UserError(sentence.format(scene.name))
        return self.work(progress)
