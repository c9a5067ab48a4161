"""How much a person has worked on the open scene."""

import time
from dataclasses import dataclass

from unetpp_desktop.editing.document import DISCARD_NAME, PREDICTION_NAME, TAKE_OVER_NAME, MaskDocument

_SAME_WORK_S = 30.0  # a longer pause between two edits is not counted as work
_NOBODYS = (PREDICTION_NAME, TAKE_OVER_NAME, DISCARD_NAME)


@dataclass(frozen=True)
class Work:
    """What a person did since the last save: whether anything, for how many seconds, and how much."""

    edited: bool = False
    seconds: float = 0.0
    strokes: int = 0
    changed_pixels: int = 0

    def with_more(self, other: "Work") -> "Work":
        """Both together."""
        return Work(
            self.edited or other.edited,
            self.seconds + other.seconds,
            self.strokes + other.strokes,
            self.changed_pixels + other.changed_pixels,
        )


class Effort:
    """Adds up the time between the edits of one scene, and the edits; predictions are not noted here."""

    def __init__(self) -> None:
        self.work = Work()
        self._last_edit: float | None = None
        self._document: MaskDocument | None = None
        self._recorded = 0  # edits of its history that were looked at

    def note_edit(self) -> None:
        now = time.monotonic()
        pause = _SAME_WORK_S if self._last_edit is None else now - self._last_edit
        self._last_edit = now
        self.work = self.work.with_more(Work(True, pause if pause < _SAME_WORK_S else 0.0))

    def follow(self, document: MaskDocument | None) -> None:
        """From now on the edits of ``document`` are counted, not those that it has already."""
        self._document = document
        self._recorded = 0 if document is None else document.history.recorded

    def count(self) -> None:
        """Takes in the edits that were recorded since the last call."""
        if self._document is None:
            return
        history = self._document.history
        new = min(history.recorded - self._recorded, history.position)
        self._recorded = history.recorded
        for place in range(history.position - new, history.position):
            edit = history.entry(place)
            if edit.name not in _NOBODYS:
                self.work = self.work.with_more(Work(strokes=1, changed_pixels=edit.relabelled))

    def give_back(self, work: Work) -> None:
        """It could not be written down after all."""
        self.work = self.work.with_more(work)

    def clear(self) -> None:
        """It is written down; work on the same scene goes on."""
        self.work = Work()

    def leave(self) -> None:
        """Another scene comes: the way there is no work on it."""
        self.work, self._last_edit = Work(), None
