"""How long a person has worked on the open scene."""

import time
from dataclasses import dataclass

_SAME_WORK_S = 30.0  # a longer pause between two edits is not counted as work


@dataclass(frozen=True)
class Work:
    """What a person did since the last save: whether anything, and for how many seconds."""

    edited: bool = False
    seconds: float = 0.0


class Effort:
    """Adds up the time between the edits of one scene; predictions are not noted here."""

    def __init__(self) -> None:
        self.work = Work()
        self._last_edit: float | None = None

    def note_edit(self) -> None:
        now = time.monotonic()
        pause = _SAME_WORK_S if self._last_edit is None else now - self._last_edit
        self._last_edit = now
        self.work = Work(True, self.work.seconds + (pause if pause < _SAME_WORK_S else 0.0))

    def give_back(self, work: Work) -> None:
        """It could not be written down after all."""
        self.work = Work(self.work.edited or work.edited, self.work.seconds + work.seconds)

    def clear(self) -> None:
        """It is written down; work on the same scene goes on."""
        self.work = Work()

    def leave(self) -> None:
        """Another scene comes: the way there is no work on it."""
        self.work, self._last_edit = Work(), None
