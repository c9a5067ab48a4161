"""Marking several scenes as done at once; a toast takes it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress, walk
from unetpp_desktop.gui.model_finder import with_more
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_done import (
    MarkedDone,
    ends_with_accepting,
    mark_scene_done,
    take_back_done,
)

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


@dataclass
class _Report:
    """What the job has done."""

    marked: list[MarkedDone] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of the scenes whose files were written
    problems: tuple[str, ...] = ()


class DoneMarking(QObject):
    """The scene that is open is marked by the session, all others by a job."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._open: list[Scene | None] = [session.scene]  # read by the job's thread
        session.scene_changed.connect(self._on_scene_changed)

    def mark(self, scenes: Sequence[Scene]) -> None:
        """Marks those of ``scenes`` that have a mask and are not done yet."""
        session, project = self._session, self._session.project
        if project is None:
            return
        report = _Report()
        document = session.document
        if session.scene is not None and session.scene in scenes and document and not session.is_done:
            before = document.history.position
            session.mark_done(go_on=False)
            if session.is_done:
                report.marked.append(MarkedDone(session.scene, document.history.position > before))
        others = [scene for scene in scenes if scene != session.scene]
        title = self.tr("Mark {0} scenes as done").format(len(scenes))
        work = _Work(project, others, _mark, report, self._open)
        session.jobs.start(title, work, partial(self._on_marked, project))

    def _on_marked(self, project: Project, report: _Report) -> None:
        self._tell(project, report)
        if project is not self._session.project:
            return  # of a folder that was closed meanwhile only problems are told
        if report.marked:
            marked = len(report.marked)
            sentence = (
                self.tr("1 scene marked as done.") if marked == 1 else self.tr("{} scenes marked as done.")
            )
            offer = Offer(self.tr("Undo"), partial(self._take_back, project, report.marked))
            self._session.offer.emit(sentence.format(marked), offer)
        elif not report.problems:
            sentence = self.tr("None of these scenes has a mask that is not done yet.")
            self._session.notice.emit(sentence, "info")

    def _take_back(self, project: Project, marked: Sequence[MarkedDone]) -> None:
        session = self._session
        if project is session.project:
            for mark in marked:
                if mark.scene == session.scene:
                    self._take_back_here(mark)
        others = [mark for mark in marked if mark.scene != session.scene]
        work = _Work(project, others, _take_back, _Report(), self._open)
        session.jobs.start(self.tr("Take back the marks as done"), work, partial(self._tell, project))

    def _take_back_here(self, mark: MarkedDone) -> None:
        session = self._session
        if not session.is_done or session.document is None:
            return
        if mark.accepted and ends_with_accepting(session.document):
            session.undo()
            session.save()
        else:
            session.unmark_done()

    def _tell(self, project: Project, report: _Report) -> None:
        if project is self._session.project and report.names:
            self._session.scene_states_changed.emit(tuple(report.names))
        if report.problems:
            self._session.notice.emit(with_more(report.problems), "error")

    def _on_scene_changed(self) -> None:
        self._open[0] = self._session.scene


@dataclass(frozen=True, eq=False)
class _Work:
    """The work of a job: it holds nothing of the window but the scene that is open there."""

    project: Project
    entries: Sequence[Any]
    do: Callable[["_Work", Any], Scene | None]
    report: _Report
    open: list[Scene | None]

    def __call__(self, progress: Progress) -> _Report:
        """What is done when it is cancelled is told, and can be taken back."""

        def do(entry: Any) -> None:
            scene = self.do(self, entry)
            if scene is not None:
                self.report.names.append(scene.name)

        self.report.problems = walk(self.entries, progress, lambda _: "", do).problems
        return self.report


def _mark(work: _Work, scene: Scene) -> Scene | None:
    marked = None if scene == work.open[0] else mark_scene_done(work.project, scene)
    if marked is None:
        return None
    work.report.marked.append(marked)
    return scene


def _take_back(work: _Work, marked: MarkedDone) -> Scene | None:
    if marked.scene == work.open[0]:
        raise UserError(
            f"{marked.scene.name} is open by now and stays done. Press Enter to take its mark back."
        )
    take_back_done(work.project, marked)
    return marked.scene
