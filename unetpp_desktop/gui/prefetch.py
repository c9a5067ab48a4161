"""The images of the neighbouring scenes, decoded before they are asked for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, JobEnd, Succeeded
from unetpp_desktop.storage.images import image_size, read_image
from unetpp_desktop.storage.saved_masks import MaskToken, file_token

_MOST_BYTES = 256 << 20  # of all images kept: two of 24 megapixels, many of a video's frames
_MOST_IMAGES = 4
_WAIT_MS = 30  # the scene just opened is painted first

_Image = tuple[MaskToken | None, np.ndarray]


class Prefetch(QObject):
    """Reads on one thread at a time, and keeps a few images by path and version of the file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: dict[Path, _Image] = {}  # the one asked for last comes last
        self._wanted: list[Path] = []
        self._job: Job | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_WAIT_MS)
        self._soon.timeout.connect(self._go_on)

    def holds(self, path: Path) -> bool:
        """Whether `read` would answer at once."""
        kept = self._images.get(path)
        return kept is not None and kept[0] is not None and kept[0] == file_token(path)

    def read(self, path: Path) -> np.ndarray:
        """The image ``uint8 (H, W, 3)``, kept or read now; `UserError` as `read_image` raises it."""
        kept = self._images.pop(path, None)
        if kept is not None and kept[0] is not None and kept[0] == file_token(path):
            self._images[path] = kept
            return kept[1]
        token = file_token(path)
        image = read_image(path)
        self._keep(path, (token, image))
        return image

    def look_ahead(self, paths: Sequence[Path]) -> None:
        """These are likely to be asked for next, the likeliest first; what was wanted before is not."""
        self._wanted = list(paths)
        self._soon.start()

    def stop(self) -> None:
        """Nothing more is read, and what was read is forgotten."""
        self._soon.stop()
        self._wanted.clear()
        self._images.clear()

    def _go_on(self) -> None:
        while self._job is None and self._wanted:
            path = self._wanted.pop(0)
            if self.holds(path):
                continue
            self._job = Job("prefetch", _Reading(path), self)
            self._job.ended.connect(self._on_read)
            self._job.start()

    def _on_read(self, end: JobEnd) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        if isinstance(end, Succeeded) and end.value is not None:
            path, entry = end.value
            self._keep(path, entry)
        self._go_on()

    def _keep(self, path: Path, entry: _Image) -> None:
        if entry[1].nbytes > _MOST_BYTES // 2:
            return
        self._images[path] = entry
        while len(self._images) > _MOST_IMAGES or self._nbytes() > _MOST_BYTES:
            del self._images[next(iter(self._images))]

    def _nbytes(self) -> int:
        return sum(image.nbytes for _, image in self._images.values())


class _Reading:
    """The work of a job; it holds nothing of the window."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, progress: Progress) -> tuple[Path, _Image] | None:
        progress(0, 1, "")
        path = self._path
        token = file_token(path)
        try:
            height, width = image_size(path)
            if 3 * height * width > _MOST_BYTES // 2:
                return None
            return path, (token, read_image(path))
        except UserError:
            return None  # it is told when the scene is opened
