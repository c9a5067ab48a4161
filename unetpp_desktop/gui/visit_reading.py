"""The mask of a scene that is opened, read on whatever thread there is, with the journal of its edits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.errors import Cancelled
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.visits import Visit
from unetpp_desktop.storage.foreign import describe_strays
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_journal import Opened, journal_path, open_journaled, turn


@dataclass(frozen=True, eq=False)
class VisitRead:
    """A visit, what its journal had to say, and the planes of the mask file, ``uint8 (H, W)`` each."""

    visit: Visit
    opened: Opened
    labels: np.ndarray
    origins: np.ndarray


@dataclass(frozen=True, eq=False)
class VisitReading:
    """The work of reading the mask of a scene whose image is of ``shape``, a blank one where there is none.

    It holds nothing of the window. Raises `UserError` where the mask cannot be read, so that nothing is
    ever saved over it. Whoever does not use the visit has to end it.
    """

    project: Project
    scene: Scene
    shape: tuple[int, int]
    history_bytes: int
    tell: Callable[[Exception], None]  # as `open_journaled` calls it

    def __call__(self, progress: Progress) -> VisitRead:
        with turn(self.project, self.scene):
            read = self._read()
        try:
            progress(1, 1, "")
        except Cancelled:
            read.visit.end()
            raise
        return read

    def _read(self) -> VisitRead:
        token = self.project.mask_token(self.scene)
        stored = self.project.load_mask(self.scene)
        if stored is None:
            labels, origins = np.full(self.shape, VOID, np.uint8), np.full(self.shape, Origin.NONE, np.uint8)
            opened = self._open(labels, origins)
            visit = Visit(opened.document, Provenance(), None, token, journal=opened.journal)
            return VisitRead(visit, opened, labels, origins)
        opened = self._open(stored.labels, stored.origins)
        provenance = stored.provenance or Provenance()
        visit = Visit(
            opened.document,
            provenance,
            provenance,
            token,
            describe_strays(stored.strays),
            stored.changed_outside,
            journal=opened.journal,
        )
        if opened.accepted is not None:
            visit = visit.with_done(opened.accepted)
        return VisitRead(visit, opened, stored.labels, stored.origins)

    def _open(self, labels: np.ndarray, origins: np.ndarray) -> Opened:
        path = journal_path(self.project, self.scene)
        return open_journaled(path, labels, origins, self.history_bytes, self.tell)
