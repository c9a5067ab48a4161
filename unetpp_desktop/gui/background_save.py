"""Saves of large masks that do not hold the window up."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.effort import Work
from unetpp_desktop.gui.jobs import Failed, Job, JobEnd, Succeeded
from unetpp_desktop.gui.visits import Visit, with_work
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.saved_masks import MaskToken
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_journal import SceneJournal

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_WAIT_S = 600.0  # for a disk that is slow beyond measure; then the window waits no longer


@dataclass(frozen=True, eq=False)
class BackgroundEnd:
    """How a save ended: ``token`` is that of the new file, None where nothing was written.

    ``error`` says why it could not be written; without one the file had been changed by somebody else.
    """

    project: Project
    scene: Scene
    visit: Visit  # as it was when the save began
    state: int  # the state of its document that was to be saved
    provenance: Provenance
    work: Work
    token: MaskToken | None = None
    error: UserError | None = None


class BackgroundSave(QObject):
    """At most one save at a time; it works on copies."""

    ended = Signal(object)  # a BackgroundEnd

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._job: Job | None = None
        self._begun: BackgroundEnd | None = None

    @property
    def under_way(self) -> bool:
        return self._job is not None

    def start(self, project: Project, scene: Scene, visit: Visit, work: Work) -> None:
        """Saves the document as it is now, unless its file has been changed by somebody else."""
        document = visit.document
        planes = document.labels.copy(), document.origins.copy()
        if visit.journal is not None:
            visit.journal.note_content(*planes)
        provenance = with_work(visit.provenance, work)
        self._begun = BackgroundEnd(project, scene, visit, document.state, provenance, work)
        writing = _Writing(project, scene, planes, provenance, visit.token, visit.journal)
        self._job = Job("save", writing, self)
        self._job.ended.connect(self._on_ended)
        self._job.start()

    def finish(self) -> None:
        """Waits for the save under way; `ended` comes before this returns."""
        if self._job is not None:
            self._job.join(_WAIT_S)

    def _on_ended(self, end: JobEnd) -> None:
        job, begun = self._job, self._begun
        self._job = self._begun = None
        if job is not None:
            job.deleteLater()
        if begun is None:
            return
        if isinstance(end, Succeeded):
            self.ended.emit(replace(begun, token=end.value))
        elif isinstance(end, Failed) and isinstance(end.error, UserError):
            self.ended.emit(replace(begun, error=end.error))
        elif isinstance(end, Failed):
            raise end.error


class _Writing:
    """The work of the job; it holds nothing of the window."""

    def __init__(
        self,
        project: Project,
        scene: Scene,
        planes: tuple[np.ndarray, np.ndarray],
        provenance: Provenance,
        token: MaskToken | None,
        journal: SceneJournal | None,
    ) -> None:
        self._project = project
        self._scene = scene
        self._planes = planes
        self._provenance = provenance
        self._token = token
        self._journal = journal

    def __call__(self, progress: Progress) -> MaskToken | None:
        project, scene = self._project, self._scene
        if self._journal is not None:
            self._journal.wait()  # the journal has to know the mask before the disk has it
        progress(0, 1, scene.name)
        saved = project.save_mask_if_unchanged(scene, *self._planes, self._provenance, self._token)
        return project.mask_token(scene) if saved else None
