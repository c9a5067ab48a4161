"""A history, and what was not saved, from the changes that a journal has kept."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.editing.changes import Change, Content, Walk, content_of
from unetpp_desktop.editing.document import ACCEPT_NAME, MaskDocument
from unetpp_desktop.editing.history import Edit, History


@dataclass(frozen=True)
class Replayed:
    """A document as it was when its journal ended, with its history.

    ``unsaved``: how many edits the saved mask lacks, 1 where all that it lacks is that some were
    undone, 0 where it lacks nothing. ``accepted``: whether the last of them that
    has to do with checking did check pixels (True) or took that back (False); None without one.
    """

    document: MaskDocument
    unsaved: int
    accepted: bool | None


def replay(
    changes: Sequence[Change], labels: np.ndarray, origins: np.ndarray, history_bytes: int
) -> Replayed:
    """Goes through a journal of the mask that now has ``labels`` and ``origins``, ``uint8 (H, W)`` each.

    The mask may be as it was at any point of the journal that a `Content` describes: what came after
    that point is done to it again. ``history_bytes`` is the budget of the history. The document
    counts as modified where its mask is not the given one. Raises ValueError where the mask is none
    of these, or where the changes contradict one another: they belong to another mask then.
    """
    here = content_of(labels, origins)
    saved_at = next((place for place in reversed(range(len(changes))) if changes[place] == here), None)
    if saved_at is None:
        raise ValueError("the journal belongs to another mask")
    history = History(sys.maxsize)  # a smaller budget now must not forget what a later undo needs
    try:
        for change in changes[:saved_at]:
            _repeat(change, history)
        saved_state = history.state
        later = changes[saved_at + 1 :]
        now = (labels.copy(), origins.copy()) if later else (labels, origins)
        accepted = None
        for change in later:
            if isinstance(change, Content):
                if change != content_of(*now):
                    raise ValueError("the journal leads to another mask than it says")
                continue
            for edit in _repeat(change, history):
                back = isinstance(change, Walk) and change.steps < 0
                edit.write_old(*now) if back else edit.write_new(*now)
                accepted = not back if edit.name == ACCEPT_NAME else accepted
    except IndexError as error:
        raise ValueError("the journal contradicts itself") from error
    history.limit(history_bytes)
    document = MaskDocument(*now, history)
    document.mark_saved(saved_state)
    new = {id(change) for change in later}
    lost = sum(id(edit) in new for edit in history.entries()[: history.position])
    return Replayed(document, max(1, lost) if document.modified else 0, accepted)


def _repeat(change: Change, history: History) -> tuple[Edit, ...]:
    """Lets ``history`` take the change; the edits that the planes have to take."""
    match change:
        case Edit():
            history.push(change, history.new_state())
            return (change,)
        case Walk():
            return history.move(change.steps)
        case Content():
            return ()
