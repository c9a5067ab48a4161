"""The superpixels of the open scene, found in the background when their tool needs them."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.editing.superpixels import Superpixels, find_superpixels
from unetpp_desktop.editing.tools import Superpixel
from unetpp_desktop.gui.jobs import Job, JobEnd, JobState, Succeeded

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_REST_MS = 250  # a size is looked for once it no longer changes


class SuperpixelFinder(QObject):
    """Keeps those of the open image in the size chosen.

    They are looked for as soon as the tool is in the hand, so that they are there for the first click.
    """

    changed = Signal()  # a search has come to its end, or what was found holds no longer

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._image: np.ndarray | None = None  # what the search is about
        self._size = 0
        self._found: Superpixels | None = None
        self._job: Job | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._soon.timeout.connect(self.request)
        for signal in (session.scene_changed, session.tool_changed, session.options_changed):
            signal.connect(self._refresh)

    @property
    def found(self) -> Superpixels | None:
        """None where they were not looked for yet."""
        return self._found if self._fits() else None

    @property
    def asking(self) -> bool:
        """Whether they are being looked for."""
        return self._job is not None

    def request(self) -> None:
        """Looks for them in the background, where they are not known; `changed` follows."""
        session = self._session
        self._soon.stop()
        if session.image is None or (self._fits() and not (self._found is None and self._job is None)):
            return
        self._forget()
        self._image, self._size = session.image, session.options.superpixel_size
        assert session.scene is not None
        title = self.tr("Find the superpixels of {}").format(session.scene.name)
        self._job = session.jobs.start(title, _Search(self._image, self._size))
        self._job.ended.connect(self._on_end)
        self._job.state_changed.connect(self._on_job_state)

    def _fits(self) -> bool:
        session = self._session
        return self._image is session.image and self._size == session.options.superpixel_size

    def _refresh(self) -> None:
        if self._image is not None and not self._fits():
            self._forget()
            self.changed.emit()
        if isinstance(self._session.tool, Superpixel) and self._session.image is not None:
            self._soon.start()
        else:
            self._soon.stop()

    def _forget(self) -> None:
        job, self._job = self._job, None
        self._image = self._found = None
        if job is not None:
            job.ended.disconnect(self._on_end)
            job.cancel()

    def _on_job_state(self) -> None:
        # The user gives it up in the status bar; the thread may take a while to notice.
        if self._job is not None and self._job.state is JobState.CANCELLING:
            self._forget()
            self.changed.emit()

    def _on_end(self, end: JobEnd) -> None:
        self._job = None
        self._found = end.value if isinstance(end, Succeeded) else None
        self.changed.emit()


class _Search:
    """The work of one job: it holds the image, and nothing of the window."""

    def __init__(self, image: np.ndarray, size: int) -> None:
        self._image = image
        self._size = size

    def __call__(self, progress: Progress) -> Superpixels:
        return find_superpixels(self._image, self._size, progress)
