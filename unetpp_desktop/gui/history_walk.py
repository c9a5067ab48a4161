"""Walking the history of the open document: undo, redo, and straight to an edit."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.document import ACCEPT_NAME

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


class HistoryWalk:
    """Undoing the checking that "done" rests on takes it back, too; redoing what marking checked sets it."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def undo(self) -> None:
        """Takes back the last edit."""
        if self._session.document is not None:
            self._walk(self._session.document.undo)

    def redo(self) -> None:
        """Does the last edit again that was taken back."""
        if self._session.document is not None:
            self._walk(self._session.document.redo)

    def go_to(self, position: int) -> None:
        """Undoes or redoes until ``position`` of the history's edits are done."""
        if self._session.document is not None:
            self._walk(partial(self._session.document.go_to, position))

    def _walk(self, walk: Callable[[], Rect]) -> None:
        visit = self._session.visit
        if visit is None:
            return
        history = visit.document.history
        before = history.position
        changed = walk()
        after = history.position
        passed = (history.entry(place) for place in range(min(before, after), max(before, after)))
        if any(edit.name == ACCEPT_NAME for edit in passed):
            # The rule: whoever takes back the checking takes back "done", which rested on it.
            visit = visit.with_done(after > before)
        elif after < before and visit.document.origin_counts()[Origin.NONE] == visit.document.labels.size:
            visit = visit.with_done(False)  # all that was done here is taken back
        self._session.after_edit(changed, visit)
