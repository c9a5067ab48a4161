"""From scene to scene: the next one, the next undone one, one by its number; and new ones in the folder."""

import sys
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil, floor
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Failed, Job, JobEnd
from unetpp_desktop.gui.scene_order import NOTHING_TO_DO
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene, natural_key

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_READ_AT_MOST = 200  # states that one step may read on the GUI thread, where they are not known yet


class Order(Protocol):
    """Scenes as they are listed."""

    @property
    def listed(self) -> Sequence[Scene]: ...

    def row_of(self, name: str) -> int | None: ...


class SceneWalk(QObject):
    """Goes through the scenes as they are listed; from one that is not listed, as they lie in the folder.

    From an open scene whose image is gone it goes on where its name would be.
    """

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
        return self._so_far(by) is not None

    def neighbours(self, places: Sequence[int] = (1, -1)) -> tuple[Scene, ...]:
        """The scenes so many places farther, where there are any.

        By default those that the next step may lead to: forwards, which is likelier, and back.
        """
        return tuple(scene for by in places if (scene := self._so_far(by)) is not None)

    def step(self, by: int) -> None:
        scene = self._so_far(by)
        if scene is not None:
            self._session.go_to(scene)

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
        everywhere = self._session.scenes
        candidates = list(islice(self._candidates(listed, place, by), _READ_AT_MOST))
        if not candidates and listed is not everywhere:
            around = self._candidates(everywhere, self._place_in_folder(), by)
            candidates = list(islice(around, _READ_AT_MOST))
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

    def _so_far(self, by: int) -> Scene | None:
        """The scene so many places farther; None where there is none."""
        if self._session.scene is None:
            return None
        scenes, place = self._scenes_and_place()
        there = _farther(place, by)
        return scenes[there] if 0 <= there < len(scenes) else None

    def _scenes_and_place(self) -> tuple[Sequence[Scene], float]:
        session = self._session
        if self._order is not None and session.scene is not None:
            row = self._order.row_of(session.scene.name)
            if row is not None:
                return self._order.listed, row
        return session.scenes, self._place_in_folder()

    def _place_in_folder(self) -> float:
        """Of the open scene; between two, a half more than a whole number, where its image is gone."""
        session = self._session
        if session.scene is None:
            return -0.5
        if session.position >= 0:
            return session.position
        place = natural_key(session.scene.name)
        return bisect(session.scenes, place, key=lambda scene: natural_key(scene.name)) - 0.5

    def _candidates(self, scenes: Sequence[Scene], place: float, by: int) -> Iterator[Scene]:
        """Those that are not known to be done, beginning behind ``place``, but for the open one."""
        project, known = self._session.project, self._session.known
        around = (scenes[_farther(place, by * step) % len(scenes)] for step in range(1, len(scenes) + 1))
        for scene in around:
            wanted = scene != self._session.scene and known.state(scene) not in NOTHING_TO_DO
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
                self._tell_if_gone(look.before)
        if self._again:
            self.rescan()

    def _tell_if_gone(self, before: frozenset[Scene]) -> None:
        """The open scene stays open without its image, but nothing leads back to it."""
        session = self._session
        project, scene, visit = session.project, session.scene, session.visit
        if project is None or scene is None or scene not in before or session.position >= 0:
            return
        session.autosave()
        if project.mask_token(scene) is None and (visit is None or not visit.modified):
            sentence = self.tr("{0} is no longer in {1}. It stays open until you go to another scene.")
            place = project.folder
        else:
            sentence = self.tr(
                "{0} is no longer in its folder. What is labelled on it stays in {1}; put the image back to "
                "open it again."
            )
            place = project.mask_path(scene)
        session.notice.emit(sentence.format(scene.name, place), "error")


def _farther(place: float, by: int) -> int:
    """The place so many scenes farther; from between two scenes one step leads to the nearer one."""
    return (floor(place) if by > 0 else ceil(place)) + by


class _Look:
    """The work of a rescan; a class, because a closure would hold the walk from the job's thread."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.before = frozenset(project.scenes)

    def __call__(self, progress: Progress) -> None:
        progress(0, 0, "")
        self.project.rescan()
