"""Images and masks of the scenes that are opened: small ones at once, large ones beside the window."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.jobs import Job, JobEnd, Succeeded
from unetpp_desktop.gui.prefetch import Prefetch
from unetpp_desktop.storage.images import image_size
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_LARGE = 1 << 22  # pixels; reading fewer takes less time than it takes to see that something is being read


@dataclass(frozen=True, eq=False)
class Arrival:
    """What has come of a large scene.

    ``image`` is None where `SceneOpening.read` says why it cannot be read; ``mask`` is how reading the
    mask ended, a `VisitRead` or an error, and None where there was no need to.
    """

    project: Project
    scene: Scene
    image: np.ndarray | None = None
    mask: JobEnd | None = None


class SceneOpening(QObject):
    """Reads for the session, and what it is likely to ask for next.

    One mask is read at a time: whoever leaves a scene and comes back would find its journal in use.
    """

    arrived = Signal(object)  # an Arrival

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._awaited: Arrival | None = None  # as far as it has come
        self._reading: Job | None = None  # of a mask
        self._read_for: Arrival | None = None
        self._prefetch = Prefetch(self)
        self._prefetch.fetched.connect(self._on_fetched)

    def begin(self, project: Project, scene: Scene) -> bool:
        """Whether ``scene`` takes its time; `arrived` follows then, unless it is given up."""
        shape = _shape_of_large(scene)
        if shape is None:
            return False
        held = self._prefetch.holds(scene.image_path)
        if held and self._session.journals.keeps(project, scene, shape):
            return False
        self._awaited = Arrival(project, scene)
        if held:
            self._on_fetched(self._prefetch.read(scene.image_path))
        else:
            self._prefetch.fetch(scene.image_path)
        return True

    def give_up(self) -> None:
        """Nothing is awaited any more."""
        self._awaited = None
        self._prefetch.give_up()
        if self._reading is not None:
            self._reading.cancel()

    def read(self, scene: Scene) -> np.ndarray:
        """The image ``uint8 (H, W, 3)``, now; what was awaited is given up.

        Raises `UserError` as `read_image` does, and notes that the scene cannot be read.
        """
        self.give_up()
        try:
            return self._prefetch.read(scene.image_path)
        except UserError:
            self._session.known.note_unreadable(scene)
            raise

    def look_ahead(self) -> None:
        """Reads the neighbours of the open scene, so that going there is quick."""
        self._prefetch.look_ahead([near.image_path for near in self._session.walk.neighbours()])

    def stop(self) -> None:
        """The project is closed: nothing more is read."""
        self.give_up()
        self._prefetch.stop()

    def _on_fetched(self, image: np.ndarray | None) -> None:
        if self._awaited is None:
            return
        awaited = self._awaited = replace(self._awaited, image=image)
        project, scene = awaited.project, awaited.scene
        if image is None or self._session.journals.keeps(project, scene, _shape(image)):
            self._arrive(awaited)
        else:
            self._read_mask()

    def _read_mask(self) -> None:
        awaited = self._awaited
        if self._reading is not None or awaited is None or awaited.image is None:
            return
        work = self._session.journals.reading(awaited.project, awaited.scene, _shape(awaited.image))
        self._read_for, self._reading = awaited, Job("mask", work, self)
        self._reading.ended.connect(self._on_mask_read)
        self._reading.start()

    def _on_mask_read(self, end: JobEnd) -> None:
        job, read_for = self._reading, self._read_for
        self._reading = self._read_for = None
        if job is not None:
            job.deleteLater()
        if read_for is not None and read_for is self._awaited:
            self._arrive(replace(read_for, mask=end))
            return
        if isinstance(end, Succeeded):
            end.value.visit.end()
        self._read_mask()  # of the scene that is awaited now

    def _arrive(self, arrival: Arrival) -> None:
        self._awaited = None
        self.arrived.emit(arrival)


def _shape(image: np.ndarray) -> tuple[int, int]:
    return image.shape[0], image.shape[1]


def _shape_of_large(scene: Scene) -> tuple[int, int] | None:
    """Height and width of a large image; None for a small one, and one that cannot be read."""
    try:
        height, width = image_size(scene.image_path)
    except UserError:
        return None  # which is said at once
    return (height, width) if height * width > _LARGE else None
