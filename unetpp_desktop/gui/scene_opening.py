"""The images of the scenes that are opened: small ones at once, large ones beside the window."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.prefetch import Prefetch
from unetpp_desktop.storage.images import image_size
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_LARGE = 1 << 22  # pixels; reading fewer takes less time than it takes to see that something is being read


class SceneOpening(QObject):
    """Reads for the session, and what it is likely to ask for next."""

    arrived = Signal(object, object, object)  # project, scene, and its image; None where `read` says why not

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._awaited: tuple[Project, Scene] | None = None
        self._prefetch = Prefetch(self)
        self._prefetch.fetched.connect(self._on_fetched)

    def begin(self, project: Project, scene: Scene) -> bool:
        """Whether the image of ``scene`` takes its time; `arrived` follows then, unless it is given up."""
        if self._prefetch.holds(scene.image_path) or not _is_large(scene):
            return False
        self._awaited = project, scene
        self._prefetch.fetch(scene.image_path)
        return True

    def give_up(self) -> None:
        """Nothing is awaited any more."""
        self._awaited = None
        self._prefetch.give_up()

    def read(self, project: Project, scene: Scene) -> np.ndarray:
        """The image ``uint8 (H, W, 3)``, now; what was awaited is given up.

        Raises `UserError` as `read_image` does, and notes that the scene cannot be read.
        """
        self.give_up()
        try:
            return self._prefetch.read(scene.image_path)
        except UserError:
            project.note_unreadable(scene)
            self._session.known.read(scene)
            raise

    def look_ahead(self) -> None:
        """Reads the neighbours of the open scene, so that going there is quick."""
        self._prefetch.look_ahead([near.image_path for near in self._session.walk.neighbours()])

    def stop(self) -> None:
        """The project is closed: nothing more is read."""
        self.give_up()
        self._prefetch.stop()

    def _on_fetched(self, image: np.ndarray | None) -> None:
        awaited, self._awaited = self._awaited, None
        if awaited is not None:
            self.arrived.emit(*awaited, image)


def _is_large(scene: Scene) -> bool:
    try:
        height, width = image_size(scene.image_path)
    except UserError:
        return False  # which is said at once
    return height * width > _LARGE
