"""Flags, notes and exclusion of scenes, as the window changes them."""

import sys
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Failed, Job, JobEnd
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scene_marks import LONGEST_NOTE, SceneMark, SceneMarks
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_BLANK = SceneMark()
_WAIT_S = 600.0  # for a disk that is slow beyond measure; then the window waits no longer


class SceneMarking(QObject):
    """The marks of the session's project. Where several scenes change at once, undo is offered."""

    changed = Signal(object)  # a tuple of the names of scenes with another mark

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._job: Job | None = None
        self._failed = False

    def of(self, scene: Scene) -> SceneMark:
        """A blank one without a project."""
        project = self._session.project
        return _BLANK if project is None else project.marks.of(scene.name)

    def included(self, scenes: Sequence[Scene]) -> tuple[Scene, ...]:
        """Those of ``scenes`` that nobody has excluded; one alone is always meant."""
        if len(scenes) == 1:
            return tuple(scenes)
        return tuple(scene for scene in scenes if not self.of(scene).excluded)

    def toggle_flag(self, scenes: Sequence[Scene]) -> None:
        """Flags all of them; where all are flagged, takes the flags away."""
        flagged = not all(self.of(scene).flagged for scene in scenes)
        sentence = (
            self.tr("{0} scenes are flagged.") if flagged else self.tr("{0} scenes are not flagged any more.")
        )
        self._change(scenes, "flagged", flagged, sentence)

    def toggle_excluded(self, scenes: Sequence[Scene]) -> None:
        """Excludes all of them; where all are excluded, takes them in again."""
        self._exclude(scenes, not all(self.of(scene).excluded for scene in scenes))

    def take_in(self, scenes: Sequence[Scene]) -> None:
        """None of them is excluded any longer."""
        self._exclude(scenes, excluded=False)

    def _exclude(self, scenes: Sequence[Scene], excluded: bool) -> None:
        sentence = self.tr("{0} scenes are excluded.") if excluded else self.tr("{0} scenes are taken in.")
        self._change(scenes, "excluded", excluded, sentence)

    def set_note(self, scenes: Sequence[Scene], note: str) -> None:
        """All of them get this note, cut to one line of `LONGEST_NOTE` characters."""
        line = " ".join(note.split())[:LONGEST_NOTE]
        sentence = self.tr("The note of {0} scenes is another one.")
        self._change(scenes, "note", line, sentence)

    def _change(self, scenes: Sequence[Scene], field: str, value: bool | str, sentence: str) -> None:
        project = self._session.project
        if project is None or not scenes:
            return
        before = self._put(project, field, {scene.name: value for scene in scenes})
        if len(scenes) > 1:
            undo = Offer(self.tr("Undo"), partial(self._take_back, project, field, value, before))
            self._session.offer.emit(sentence.format(len(scenes)), undo)

    def finish(self) -> bool:
        """Waits until all is written, for the project is about to be closed.

        False, with a notice, where something is lost.
        """
        self._failed = False
        while self._job is not None and self._job.join(_WAIT_S):
            pass  # what was changed meanwhile is written by another job
        return not self._failed

    def _put(self, project: Project, field: str, values: Mapping[str, bool | str]) -> dict[str, bool | str]:
        """Shows at once what a field of marks is now; returns what it was. The file follows on a thread."""
        changed = cache(_changed)  # thousands of scenes have few different marks
        marks = project.marks
        before = marks.change({name: changed(marks.of(name), field, value) for name, value in values.items()})
        if project is self._session.project:
            self.changed.emit(tuple(values))
        self._write(project)
        return {name: getattr(mark, field) for name, mark in before.items()}

    def _take_back(
        self, project: Project, field: str, value: bool | str, before: Mapping[str, bool | str]
    ) -> None:
        """Where the field has another value by now, that stays: the notice is there for a minute."""
        of = project.marks.of
        untouched = {name: former for name, former in before.items() if getattr(of(name), field) == value}
        if untouched:
            self._put(project, field, untouched)

    def _write(self, project: Project) -> None:
        if self._job is None:
            self._job = Job("marks", partial(_write, project.marks), self)
            self._job.ended.connect(partial(self._on_written, project))
            self._job.start()

    def _on_written(self, project: Project, end: JobEnd) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        if isinstance(end, Failed):
            self._failed = True
            if not isinstance(end.error, UserError):
                sys.excepthook(type(end.error), end.error, end.error.__traceback__)
            elif project is self._session.project:
                self._session.notice.emit(str(end.error), "error")
                self.changed.emit(tuple(scene.name for scene in project.scenes))  # it was taken back
        if project.marks.unwritten:
            self._write(project)


def _changed(mark: SceneMark, field: str, value: bool | str) -> SceneMark:
    return mark.model_copy(update={field: value})


def _write(marks: SceneMarks, progress: Progress) -> None:
    """The work of a job; a function, because a method would hold the window from the job's thread."""
    progress(0, 0, "")
    marks.write()
