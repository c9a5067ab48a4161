"""From scene to scene: the next one, the next undone one, one by its number; and new ones in the folder."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Failed, Job, JobEnd
from unetpp_desktop.gui.scene_order import NOTHING_TO_DO
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_READ_AT_MOST = 200  # states that one step may read on the GUI thread, where they are not known yet


class Order(Protocol):
    """Scenes as they are listed."""

    @property
    def listed(self) -> Sequence[Scene]: ...

    def row_of(self, name: str) -> int | None: ...


class SceneWalk(QObject):
    """Goes through the scenes as they are listed; from one that is not listed, as they lie in the folder."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._order: Order | None = None
        self._rescan: Job | None = None
        self._look: _Look | None = None
        self._again = False

    def use_order(self, order: Order) -> None:
        """Where the listed scenes are known."""
        self._order = order

    def can_step(self, by: int) -> bool:
        """Whether there is a scene so many places farther."""
        scenes, place = self._scenes_and_place()
        return place >= 0 and 0 <= place + by < len(scenes)

    def neighbours(self, places: Sequence[int] = (1, -1)) -> tuple[Scene, ...]:
        """The scenes so many places farther, where there are any.

        By default those that the next step may lead to: forwards, which is likelier, and back.
        """
        scenes, place = self._scenes_and_place()
        return tuple(scenes[place + by] for by in places if self.can_step(by))

    def step(self, by: int) -> None:
        scenes, place = self._scenes_and_place()
        if self.can_step(by):
            self._session.go_to(scenes[place + by])

    def go_to_number(self, number: int) -> None:
        """Opens the scene with this number in the folder, counted from 1; another number does nothing."""
        if 1 <= number <= len(self._session.scenes):
            self._session.go_to(self._session.scenes[number - 1])

    def undone_scenes(self) -> tuple[Scene, ...]:
        """The included scenes that are not known to be done or unreadable, without reading any file."""
        project, known = self._session.project, self._session.known
        if project is None:
            return ()
        return tuple(scene for scene in project.included_scenes if known.state(scene) not in NOTHING_TO_DO)

    def step_undone(self, by: int) -> None:
        """The next undone scene in that direction, round the end of the list; no excluded or broken one."""
        if self._session.project is None:
            return
        listed, place = self._scenes_and_place()
        everywhere = max(self._session.position, 0)
        candidates = list(islice(self._candidates(listed, place, by), _READ_AT_MOST))
        if not candidates and listed is not self._session.scenes:
            candidates = list(islice(self._candidates(self._session.scenes, everywhere, by), _READ_AT_MOST))
        scene = next((scene for scene in candidates if self._is_undone(scene)), None)
        if scene is not None:
            self._session.go_to(scene)
        elif len(candidates) == _READ_AT_MOST:
            sentence = self.tr("The scenes are still being read. Try again in a moment.")
            self._session.notice.emit(sentence, "info")
        else:
            self._session.notice.emit(self.tr("There is no other undone scene."), "info")

    def rescan(self) -> None:
        """Takes in scenes that were added to the folder or removed from it, when they are found."""
        project = self._session.project
        if project is None:
            return
        if self._rescan is not None:
            self._again = True  # what changed since it began would be missed
            return
        self._again = False
        self._look = _Look(project)
        self._rescan = Job("rescan", self._look, self)
        self._rescan.ended.connect(self._on_rescanned)
        self._rescan.start()

    def _scenes_and_place(self) -> tuple[Sequence[Scene], int]:
        session = self._session
        if self._order is not None and session.scene is not None:
            row = self._order.row_of(session.scene.name)
            if row is not None:
                return self._order.listed, row
        return session.scenes, session.position

    def _candidates(self, scenes: Sequence[Scene], place: int, by: int) -> Iterator[Scene]:
        """Those that are not known to be done, beginning behind ``place``."""
        project, known = self._session.project, self._session.known
        others = (scenes[(place + by * step) % len(scenes)] for step in range(1, len(scenes)))
        for scene in others:
            wanted = known.state(scene) not in NOTHING_TO_DO
            if wanted and project is not None and not project.is_excluded(scene):
                yield scene

    def _is_undone(self, scene: Scene) -> bool:
        return self._session.known.read(scene) not in NOTHING_TO_DO

    def _on_rescanned(self, end: JobEnd) -> None:
        job, look = self._rescan, self._look
        self._rescan = self._look = None
        if job is not None:
            job.deleteLater()
        if look is not None and look.project is self._session.project:
            if isinstance(end, Failed) and isinstance(end.error, UserError):
                self._session.notice.emit(str(end.error), "error")
            elif isinstance(end, Failed):
                sys.excepthook(type(end.error), end.error, end.error.__traceback__)
            else:
                self._session.take_in_scenes(look.before)
        if self._again:
            self.rescan()


class _Look:
    """The work of a rescan; a class, because a closure would hold the walk from the job's thread."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.before = frozenset(project.scenes)

    def __call__(self, progress: Progress) -> None:
        progress(0, 0, "")
        self.project.rescan()
