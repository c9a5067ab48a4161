"""Python's garbage, collected on the GUI thread only."""

import atexit
import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 100
_BURST = 4000  # new objects in one interval; more than handling events makes
# While Qt takes its objects apart at the end, a collection would wait for a lock that Qt itself holds.
atexit.register(gc.freeze)  # registered after Qt's own work, so done before it

_GARBAGE = 0.2  # a burst with less garbage in it than this is a library or a folder being loaded


class GuiGarbage(QObject):
    """While it lives, cyclic garbage is collected by a timer of the GUI thread, and nowhere else.

    By itself Python collects on whatever thread allocates next. A job's thread would then destroy
    forgotten widgets, which Qt allows on their own thread only.

    What stays of a burst (torch alone brings 200,000 objects) is never gone through again: that
    would hold the window up for a quarter of a second each time. Cycles in it stay in memory; all
    else is freed as ever.
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
        """What Python would have done, the oldest generation that is due; but the youngest in a burst."""
        counts = gc.get_count()
        if counts[0] > _BURST:
            if gc.collect(0) < counts[0] * _GARBAGE:
                gc.freeze()
            return
        due = [count > limit for count, limit in zip(counts, gc.get_threshold(), strict=True)]
        if True in due:
            gc.collect(max(generation for generation in range(3) if due[generation]))
