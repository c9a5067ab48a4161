"""One class becomes another in many scenes: a job, and in each scene one edit that can be undone there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import Progress, walk
from unetpp_desktop.editing import regions
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.sources import make_changes
from unetpp_desktop.gui.edit_runner import EditRequest
from unetpp_desktop.gui.mask_commands import REPLACE, MaskCommands
from unetpp_desktop.gui.model_finder import with_more
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_edits import edit_scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


@dataclass
class _Report:
    changed: list[str] = field(default_factory=list)
    left: list[Scene] = field(default_factory=list)  # they were open in the window
    problems: tuple[str, ...] = ()


class Replacing(QObject):
    """The scene that is open gets its edit from its document, all others from the job."""

    def __init__(self, session: "Session", commands: MaskCommands) -> None:
        super().__init__(session)
        self._session = session
        self._commands = commands
        self._open: list[Scene | None] = [session.scene]  # read by the job's thread
        self._classes = (0, 0)
        self._project: Project | None = None
        self._changed = 0
        self._here: tuple[Scene, EditRequest] | None = None  # the open scene, until its edit has ended
        self._parts = 0  # of the job and the edit of the open scene: how many have not ended
        self._left: list[Scene] = []
        session.scene_changed.connect(self._on_scene_changed)

    def start(self, old: int, new: int, names: Sequence[str]) -> None:
        """Replaces class ``old`` by ``new`` in the scenes called so; both may be void."""
        project = self._session.project
        if project is None:
            return
        self._classes, self._project, self._changed = (old, new), project, 0
        self._go_on([scene for scene in project.scenes if scene.name in set(names)])

    def _go_on(self, scenes: Sequence[Scene]) -> None:
        session, project, (old, new) = self._session, self._project, self._classes
        if project is None or project is not session.project or not scenes:
            self._tell()
            return
        others = [scene for scene in scenes if scene != session.scene]
        here = session.scene if len(others) < len(scenes) else None
        self._parts = bool(others) + (here is not None)
        if others:
            title = self.tr("Replace {0} by {1}")
            title = title.format(self._commands.name_of(old), self._commands.name_of(new))
            work = _Work(project, tuple(others), old, new, session.rules, self._open)
            session.jobs.start(title, work, self._on_done)
        if here is not None:
            request = self._commands.replacement(old, new, None, self._on_here)
            self._here = here, request
            if not self._commands.runner.run(request):
                sentence = self.tr("{} could not be changed at that moment. Replace the class there again.")
                session.notice.emit(sentence.format(here.name), "error")
                self._on_here(request, None)

    def _on_here(self, _request: EditRequest, changed: Rect | None) -> None:
        self._here = None
        if changed is not None and not changed.is_empty:
            self._changed += 1
        self._end_part()

    def _on_done(self, report: _Report) -> None:
        self._changed += len(report.changed)
        self._left += report.left
        if self._project is self._session.project and report.changed:
            self._session.scene_states_changed.emit(tuple(report.changed))
        if report.problems:
            self._session.notice.emit(with_more(report.problems), "error")
        self._end_part()

    def _end_part(self) -> None:
        self._parts -= 1
        if not self._parts:
            left, self._left = self._left, []
            self._go_on(left)

    def _tell(self) -> None:
        session, (old, new) = self._session, self._classes
        if self._changed and self._project is session.project:
            names = self._commands.name_of(old), self._commands.name_of(new)
            if self._changed == 1:
                sentence = self.tr("{0} is {1} now in 1 scene.")
            else:
                sentence = self.tr("{0} is {1} now in {2} scenes.")
            session.notice.emit(sentence.format(*names, self._changed), "info")
        self.deleteLater()  # also where nothing changed: it would listen as long as the window lives

    def _on_scene_changed(self) -> None:
        self._open[0] = self._session.scene
        if self._here is not None:  # its document is open no more: the job takes its file
            scene, request = self._here
            self._left.append(scene)
            self._commands.runner.give_up(request)


@dataclass(frozen=True, eq=False)
class _Work:
    """The work of the job: it holds nothing of the window but the scene that is open there."""

    project: Project
    scenes: tuple[Scene, ...]
    old: int
    new: int
    rules: Rules
    open: list[Scene | None]

    def __call__(self, progress: Progress) -> _Report:
        report = _Report()

        def do(scene: Scene) -> None:
            if scene == self.open[0]:
                report.left.append(scene)
            elif edit_scene(self.project, scene, self._change):
                report.changed.append(scene.name)

        end = walk(self.scenes, progress, lambda scene: scene.name, do)
        return _Report(report.changed, report.left if end.whole else [], end.problems)

    def _change(self, document: MaskDocument) -> Rect:
        document.rules = self.rules
        changes = ((regions.replace(document.labels, self.old, self.new), Origin.PAINTED),)
        return make_changes(document, REPLACE, changes, None)
