"""Thumbnails of the scenes in sight: read on one thread, kept in memory and in the project's folder."""

import os
import threading
from collections import OrderedDict, deque
from contextlib import suppress
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.jobs import lower_priority
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.storage.images import read_thumbnail
from unetpp_desktop.storage.scenes import Scene

HEIGHT = 96  # pixels: twice the height of a row's picture, for dense screens

_IN_MEMORY = 600  # about 50 kB each
_WAITING = 64  # requests; more than are in sight at once, so that what scrolled past is forgotten
_PER_SECOND = 30
_NICENESS = 5
_SAME_TIME_NS = 2_000_000_000  # some file systems keep times to two seconds


class _Queue:
    """What waits to be read, the newest first; shared with the thread, which ends when nothing waits."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: deque[tuple[Scene, Path | None]] = deque(maxlen=_WAITING)
        self.busy = False

    def take(self) -> tuple[Scene, Path | None] | None:
        with self.lock:
            if self.waiting:
                return self.waiting.pop()
            self.busy = False
            return None

    def give_up(self) -> None:
        """The thread ends early; the next request starts another one."""
        with self.lock:
            self.busy = False


class Thumbnails(QObject):
    """`pixmap` answers at once, with None while the picture is still to be read; `ready` follows then."""

    ready = Signal(str)  # the name of a scene
    unreadable = Signal(object)  # a Scene whose image cannot be read

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._pixmaps: OrderedDict[Path, QPixmap] = OrderedDict()
        self._requested: set[Path] = set()
        self._queue = _Queue()
        self._mailbox = Mailbox(_PER_SECOND, self)
        self._mailbox.delivered.connect(self._on_delivered)
        self.destroyed.connect(self._queue.waiting.clear)

    def set_folder(self, folder: Path | None) -> None:
        """Where thumbnails are kept as files; forgets those of another project. None: nowhere."""
        with self._queue.lock:
            self._queue.waiting.clear()
        self._folder = folder
        self._pixmaps.clear()
        self._requested.clear()

    def pixmap(self, scene: Scene) -> QPixmap | None:
        """None while it is not known; a null pixmap where the image cannot be read."""
        pixmap = self._pixmaps.get(scene.image_path)
        if pixmap is not None:
            self._pixmaps.move_to_end(scene.image_path)
            return pixmap
        self._request(scene)
        return None

    def _request(self, scene: Scene) -> None:
        with self._queue.lock:
            waiting = self._queue.waiting
            if scene.image_path in self._requested:
                return
            if len(waiting) == waiting.maxlen:
                self._requested.discard(waiting[0][0].image_path)  # about to fall out; asked again when seen
            self._requested.add(scene.image_path)
            waiting.append((scene, self._folder))
            start, self._queue.busy = not self._queue.busy, True
        if start:
            threading.Thread(
                target=_read_all, args=(self._queue, self._mailbox), name="thumbnails", daemon=True
            ).start()

    def _on_delivered(self, items: list[tuple[Scene, Path | None, QImage]]) -> None:
        for scene, folder, image in items:
            if folder != self._folder:
                continue
            self._requested.discard(scene.image_path)
            self._pixmaps[scene.image_path] = QPixmap.fromImage(image)
            while len(self._pixmaps) > _IN_MEMORY:
                self._pixmaps.popitem(last=False)
            if image.isNull():
                self.unreadable.emit(scene)
            self.ready.emit(scene.name)


def _read_all(queue: _Queue, mailbox: Mailbox) -> None:
    lower_priority(_NICENESS)
    while (request := queue.take()) is not None:
        scene, folder = request
        try:
            mailbox.post((scene, folder, _thumbnail(scene, folder)))
        except BaseException:
            mailbox.post((scene, folder, QImage()))
            queue.give_up()
            raise


def _thumbnail(scene: Scene, folder: Path | None) -> QImage:
    """The picture of ``scene``, from its file in ``folder`` where that is up to date; null where broken."""
    try:
        taken = scene.image_path.stat().st_mtime_ns
        kept = None if folder is None else folder / f"{scene.name}.jpg"
        if kept is not None and (image := _read_kept(kept, taken)) is not None:
            return image
        image = _as_image(read_thumbnail(scene.image_path, HEIGHT))
    except (UserError, OSError):
        return QImage()
    if kept is not None and scene.image_path.exists():  # else the folder may be gone, and is not made anew
        _keep(image, kept, taken)
    return image


def _read_kept(kept: Path, taken: int) -> QImage | None:
    try:
        if abs(kept.stat().st_mtime_ns - taken) >= _SAME_TIME_NS:
            return None
    except OSError:
        return None
    image = QImageReader(str(kept)).read()
    return None if image.isNull() else image


def _as_image(pixels: np.ndarray) -> QImage:
    height, width = pixels.shape[:2]
    packed = np.ascontiguousarray(pixels)
    return QImage(packed.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _keep(image: QImage, kept: Path, taken: int) -> None:
    """Keeps the picture with the time of its image; where that fails, it is read again next time."""
    part = kept.with_name(f".part.{kept.name}")  # the suffix names the format
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        if image.save(str(part), quality=85):
            os.utime(part, ns=(taken, taken))
            part.replace(kept)
