"""The networks that the window keeps open, and whose turn it is to use one."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry

_ASK_WHILE_WAITING_S = 0.1
_KEPT_OPEN = 2  # the chosen model and the one it is compared with


class Predictors:
    """The predictors used last, kept open; and the turn to use one, since they serve one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[Path, float, str], Predictor] = OrderedDict()

    @contextmanager
    def turn(self, ask: Callable[[], None]) -> Iterator[None]:
        """Waits for its turn and calls ``ask`` meanwhile and once more when it has come."""
        while not self._lock.acquire(timeout=_ASK_WHILE_WAITING_S):
            ask()
        try:
            ask()
            yield
        finally:
            self._lock.release()

    def get(self, entry: ModelEntry, device: str) -> Predictor:
        """Opens the model where it, or the present state of its file, is not open yet.

        Slow: not for the GUI thread, and only within a `turn`. Raises `UserError` where the files of
        the model cannot be read.
        """
        try:
            key = (entry.folder, entry.weights.stat().st_mtime, device)
            if key not in self._open:
                while len(self._open) >= _KEPT_OPEN:
                    self._open.popitem(last=False)  # first let go of the memory of an old one
                self._open[key] = open_predictor(entry, device)
        except OSError as error:
            raise UserError(
                f"The model in {entry.folder} cannot be read: {error.strerror or error}. "
                "Choose another model, or put its files back."
            ) from error
        self._open.move_to_end(key)
        return self._open[key]
