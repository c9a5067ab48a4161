"""The images of the neighbouring scenes, decoded before they are asked for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

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

    fetched = Signal(object)  # the image that was to be fetched; None where it could not be read

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: dict[Path, _Image] = {}  # the one asked for last comes last
        self._wanted: list[Path] = []
        self._to_fetch: Path | None = None
        self._job: Job | None = None
        self._reading: _Reading | None = None
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

    def fetch(self, path: Path) -> None:
        """Reads ``path`` next, however large it is; `fetched` follows, unless it is given up."""
        self._to_fetch = path
        self._go_on()

    def give_up(self) -> None:
        """What was to be fetched is not needed any more."""
        self._to_fetch = None

    def look_ahead(self, paths: Sequence[Path]) -> None:
        """These are likely to be asked for next, the likeliest first; what was wanted before is not."""
        self._wanted = list(paths)
        self._soon.start()

    def stop(self) -> None:
        """Nothing more is read, and what was read is forgotten."""
        self._soon.stop()
        self._to_fetch = None
        self._wanted.clear()
        self._images.clear()

    def _go_on(self) -> None:
        if self._job is None and self._to_fetch is not None:
            self._start(_Reading(self._to_fetch, None))
        while self._job is None and self._wanted:
            path = self._wanted.pop(0)
            if not self.holds(path):
                self._start(_Reading(path, _MOST_BYTES // 2))

    def _start(self, reading: "_Reading") -> None:
        self._reading = reading
        self._job = Job("prefetch", reading, self)
        self._job.ended.connect(self._on_read)
        self._job.start()

    def _on_read(self, end: JobEnd) -> None:
        job, reading = self._job, self._reading
        self._job = self._reading = None
        if job is not None:
            job.deleteLater()
        entry: _Image | None = end.value if isinstance(end, Succeeded) else None
        if reading is not None and entry is not None:
            self._keep(reading.path, entry)
        # One that was only read ahead may have been too large to keep: it is read again then.
        complete = reading is not None and (entry is not None or reading.most_bytes is None)
        if reading is not None and complete and reading.path == self._to_fetch:
            self._to_fetch = None
            self.fetched.emit(None if entry is None else entry[1])
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

    def __init__(self, path: Path, most_bytes: int | None) -> None:
        self.path = path
        self.most_bytes = most_bytes  # of the image; None for as many as it has

    def __call__(self, progress: Progress) -> _Image | None:
        progress(0, 1, "")
        token = file_token(self.path)
        try:
            height, width = image_size(self.path)
            if self.most_bytes is not None and 3 * height * width > self.most_bytes:
                return None
            return token, read_image(self.path)
        except UserError:
            return None  # it is told when the scene is opened
