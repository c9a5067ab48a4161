"""Edits as small deltas, and the stack of them that undo and redo walk."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.runs import Runs

DEFAULT_BUDGET = 256 * 1024 * 1024
"""Bytes that the edits of one mask may take."""

_EDIT_OVERHEAD = 1024  # bytes of the Python objects of one edit, roughly
_RECT_OVERHEAD = 192  # bytes of one Rect and its four numbers


@dataclass(frozen=True, eq=False)
class Edit:
    """One reversible change of a mask: which pixels, and their classes and origins before and after.

    The changed pixels lie in ``rects``, which do not overlap. ``bits`` holds, for one rect after
    the other, ``numpy.packbits`` of its row-major selection (each rect starts at a new byte). The
    four others hold one byte per selected pixel, in the order of the rects, row-major in each.
    """

    name: str
    rects: tuple[Rect, ...]
    bits: Runs
    old_labels: Runs
    old_origins: Runs
    new_labels: Runs
    new_origins: Runs

    @property
    def nbytes(self) -> int:
        """Bytes that keeping this edit takes, Python's own share estimated."""
        stored = (self.bits, self.old_labels, self.old_origins, self.new_labels, self.new_origins)
        return (
            sum(runs.nbytes for runs in stored)
            + len(self.rects) * _RECT_OVERHEAD
            + len(self.name)
            + _EDIT_OVERHEAD
        )

    @property
    def value(self) -> int | None:
        """The class, or void, that all its pixels have got; None where they have got several."""
        values = self.new_labels.values
        return int(values[0]) if (values == values[0]).all() else None

    @property
    def relabelled(self) -> int:
        """How many of its pixels have got another class, not only another origin."""
        return int(np.count_nonzero(self.old_labels.unpacked() != self.new_labels.unpacked()))

    def write_old(self, labels: np.ndarray, origins: np.ndarray) -> Rect:
        """Puts the pixels as they were before the edit; returns the smallest rect that holds them."""
        return self._write(self.old_labels, self.old_origins, labels, origins)

    def write_new(self, labels: np.ndarray, origins: np.ndarray) -> Rect:
        """Puts the pixels as the edit left them; returns the smallest rect that holds them."""
        return self._write(self.new_labels, self.new_origins, labels, origins)

    def _write(self, label_runs: Runs, origin_runs: Runs, labels: np.ndarray, origins: np.ndarray) -> Rect:
        bits, new_labels, new_origins = self.bits.unpacked(), label_runs.unpacked(), origin_runs.unpacked()
        byte, pixel = 0, 0
        touched = EMPTY_RECT
        for rect in self.rects:
            area = rect.height * rect.width
            end = byte + (area + 7) // 8
            selected = (
                np.unpackbits(bits[byte:end], count=area).view(np.bool_).reshape(rect.height, rect.width)
            )
            last = pixel + int(np.count_nonzero(selected))
            labels[rect.slices][selected] = new_labels[pixel:last]
            origins[rect.slices][selected] = new_origins[pixel:last]
            byte, pixel = end, last
            touched = touched.union(rect)
        return touched


class History:
    """The edits of one mask, limited by bytes: the oldest are forgotten first, the newest never.

    Each state that the mask passes through has a number that is never used again, so "is this
    the saved state?" stays answerable after any undo, redo, forgetting or new branch.

    ``listener``, where there is one, hears of each change at once: an `Edit` that was recorded, or
    the number of edits that were done again (below 0: taken back).
    """

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        self._budget = budget
        self._done: deque[tuple[Edit, int]] = deque()  # with the number of the state it led to
        self._undone: list[tuple[Edit, int]] = []
        self._base_state = 0
        self._last_number = 0
        self._nbytes = 0
        self._forgotten = 0
        self._recorded = 0
        self.listener: Callable[[Edit | int], None] | None = None

    @property
    def state(self) -> int:
        """The number of the state that the last edit not undone led to."""
        return self._done[-1][1] if self._done else self._base_state

    def new_state(self) -> int:
        """A number that no state has had yet."""
        self._last_number += 1
        return self._last_number

    def push(self, edit: Edit, state: int) -> None:
        """Records ``edit``, which led to ``state``; what was undone can no longer be redone."""
        self._nbytes += edit.nbytes - sum(undone.nbytes for undone, _ in self._undone)
        self._undone.clear()
        self._done.append((edit, state))
        self._recorded += 1
        self.limit(self._budget)
        self._tell(edit)

    def limit(self, budget: int) -> None:
        """From now on the edits may take ``budget`` bytes; the oldest beyond it are forgotten."""
        self._budget = budget
        while self._nbytes > self._budget and len(self._done) > 1:
            forgotten, self._base_state = self._done.popleft()
            self._nbytes -= forgotten.nbytes
            self._forgotten += 1

    def move(self, steps: int) -> tuple[Edit, ...]:
        """The edits to do again now, or to take back where ``steps`` is below 0, in that order.

        Raises `IndexError` where there are not so many, and nothing has moved then.
        """
        if not -len(self._done) <= steps <= len(self._undone):
            raise IndexError(f"{steps} steps do not lie within this history")
        edits = []
        for _ in range(abs(steps)):
            entry = self._done.pop() if steps < 0 else self._undone.pop()
            (self._undone if steps < 0 else self._done).append(entry)
            edits.append(entry[0])
        if steps:
            self._tell(steps)
        return tuple(edits)

    def write_state(self, state: int, labels: np.ndarray, origins: np.ndarray) -> bool:
        """Turns copies of the present planes into what they were in ``state``; nothing moves.

        False, with the copies as they were, where the edits that are kept do not lead there.
        """
        states = [self._base_state, *(number for _, number in self._done)]
        states += [number for _, number in reversed(self._undone)]
        if state not in states:
            return False
        steps = states.index(state) - len(self._done)
        edits = self._done if steps < 0 else self._undone
        for edit, _ in islice(reversed(edits), abs(steps)):
            write = edit.write_old if steps < 0 else edit.write_new
            write(labels, origins)
        return True

    def _tell(self, change: Edit | int) -> None:
        if self.listener is not None:
            self.listener(change)

    @property
    def undo_name(self) -> str | None:
        return self._done[-1][0].name if self._done else None

    @property
    def redo_name(self) -> str | None:
        return self._undone[-1][0].name if self._undone else None

    @property
    def nbytes(self) -> int:
        """Bytes that all edits take, the undone ones included."""
        return self._nbytes

    @property
    def position(self) -> int:
        """How many of the edits are done; the others are undone."""
        return len(self._done)

    @property
    def forgotten(self) -> int:
        """How many edits were dropped to keep the budget."""
        return self._forgotten

    @property
    def recorded(self) -> int:
        """How many edits were ever recorded, those included that were undone and replaced since."""
        return self._recorded

    def __len__(self) -> int:
        """How many edits there are, the undone ones included."""
        return len(self._done) + len(self._undone)

    def entry(self, place: int) -> Edit:
        """The edit at ``place``, oldest first, the undone ones behind the others; `IndexError` beyond."""
        if not 0 <= place < len(self):
            raise IndexError(f"there is no edit {place}")
        if place < len(self._done):
            return self._done[place][0]
        return self._undone[len(self) - 1 - place][0]

    def entries(self) -> tuple[Edit, ...]:
        """All edits, oldest first, the undone ones behind the others: the next to be redone first."""
        done = tuple(edit for edit, _ in self._done)
        return done + tuple(edit for edit, _ in reversed(self._undone))
