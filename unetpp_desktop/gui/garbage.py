"""Python's garbage, collected on the GUI thread only."""

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 250


class GuiGarbage(QObject):
    """While it lives, cyclic garbage is collected by a timer of the GUI thread, and nowhere else.

    By itself Python collects on whatever thread allocates next. A job's thread would then destroy
    forgotten widgets, which Qt allows on their own thread only.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        self.destroyed.connect(gc.enable)

    def _collect(self) -> None:
        """What Python would have done: the oldest generation that is due."""
        due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if True in due:
            gc.collect(max(generation for generation in range(3) if due[generation]))
