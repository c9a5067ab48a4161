"""From any thread to the GUI thread, in small heaps."""

import threading
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal


class _Box:
    """The part that other threads hold: plain Python, so that it may outlive the QObject."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.items: list[Any] = []
        self.open = True

    def close(self) -> None:
        with self.lock:
            self.open = False
            self.items.clear()

    def take(self) -> list[Any]:
        with self.lock:
            items, self.items = self.items, []
            return items


class Mailbox(QObject):
    """Delivers what other threads post as lists, in order, at most ``per_second`` times a second.

    The first post after a quiet time is delivered at once, the last one always arrives. A post
    after the mailbox was closed or destroyed is dropped.
    """

    delivered = Signal(object)  # a list; declared as an object, so that Qt does not convert what is in it
    _posted = Signal()

    def __init__(self, per_second: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._box = _Box()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(round(1000 / per_second))
        self._pause.timeout.connect(self.flush)
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._box.close)

    def post(self, item: object) -> None:
        """Puts ``item`` into the box; for any thread, never blocks for longer than a hand-over."""
        box = self._box
        with box.lock:
            if not box.open:
                return
            box.items.append(item)
            if len(box.items) == 1:
                # Under the lock, so that the QObject cannot be destroyed during the emission.
                self._posted.emit()

    def flush(self) -> None:
        """Delivers what is there now; GUI thread only."""
        items = self._box.take()
        if items:
            self._pause.start()
            self.delivered.emit(items)

    def close(self) -> None:
        """Drops what is there and what is still to come."""
        self._box.close()

    def _on_posted(self) -> None:
        if not self._pause.isActive():
            self.flush()
