"""The last whole epoch of a training: kept in memory at once, written to the disk now and then."""

from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.nn.checkpoint import TrainingState, write_checkpoint, write_small_state
from unetpp_desktop.nn.learner import Learner, averages_of
from unetpp_desktop.nn.recipe import EpochLog, log_as_csv
from unetpp_desktop.nn.weights import save_model

LOG_FILE = "log.csv"

_EVERY_S = 60.0  # on a GPU an epoch takes less time than writing it


class KeptEpoch:
    """Writes checkpoint, log and model into ``folder``: the first epoch at once, then once a minute."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder, self._clock = folder, clock
        self._written_at: float | None = None
        self._written = False
        self._kept: tuple[TrainingState, dict[str, Tensor]] | None = None

    def begin(self, log: list[EpochLog]) -> None:
        """Writes the ``log`` as it is: that nothing can be written is to be told before the first epoch."""
        write_atomically(self._folder / LOG_FILE, log_as_csv(log).encode())

    def keep(self, state: TrainingState, learner: Learner) -> None:
        """Takes over from the epoch before. What ``learner`` learns later does not change it."""
        self._kept, self._written = (state, learner.state()), False
        if self._written_at is None or self._clock() - self._written_at >= _EVERY_S:
            self._write(*self._kept)

    def finish(self) -> None:
        """Writes what is not written yet, if there is anything, and the small state for another machine."""
        if self._kept is None:
            return
        if not self._written:
            self._write(*self._kept)
        write_small_state(self._folder, *self._kept)

    def _write(self, state: TrainingState, tensors: dict[str, Tensor]) -> None:
        write_checkpoint(self._folder, state, tensors)
        write_atomically(self._folder / LOG_FILE, log_as_csv(state.log).encode())
        save_model(self._folder, state.card, averages_of(tensors))
        self._written_at, self._written = self._clock(), True
