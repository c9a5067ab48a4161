"""A click for what the model would have said next."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.areas import Area, connected, is_inside
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.runner_up import other_choices
from unetpp_desktop.editing.tools.base import AnswerMissing, Gesture, Tool, ToolContext, Unchanged


@dataclass(frozen=True)
class _Turn:
    """Where the round of choices for a region stands: 0 is the class that it had before the first click."""

    area: Area
    choices: tuple[int, ...]
    place: int = 0

    @property
    def value(self) -> int:
        return self.choices[self.place]

    def next(self) -> "_Turn":
        return _Turn(self.area, self.choices, (self.place + 1) % len(self.choices))

    def holds(self, point: Point) -> bool:
        rect, stencil = self.area
        column, row = int(point[0] // 1) - rect.left, int(point[1] // 1) - rect.top
        return is_inside(stencil.shape, (column, row)) and bool(stencil[row, column])


class _RunnerUpGesture(Gesture):
    """A click that gives the region its next choice in place of the choice before, as one edit."""

    def __init__(self, name: str, document: MaskDocument, turn: _Turn) -> None:
        self._name = name
        self._document = document
        self._turn = turn
        self._state: int | None = None
        self._left_edit = False
        self._took_back = False

    def begin(self) -> Rect:
        document, turn = self._document, self._turn
        # The choice before is taken back first: a rule that protects what people painted must not
        # protect it from the next one, and one region leaves one entry in the history.
        self._took_back = turn.place != 1
        changed = document.undo() if self._took_back else EMPTY_RECT
        if turn.place:
            document.begin(self._name)
            painted = document.paint(*turn.area, turn.value, Origin.PAINTED)
            self.unchanged = Unchanged.KEPT if painted.is_empty else None
            changed = changed.union(painted)
        return changed

    def release(self, point: Point) -> Rect:  # noqa: ARG002
        return self.finish()

    def finish(self) -> Rect:
        self.finished = True
        self._left_edit = self._document.commit() is not None
        self._state = self._document.state
        return EMPTY_RECT

    def cancel(self) -> Rect:
        self.finished = True
        changed = self._document.abort()
        return changed.union(self._document.redo()) if self._took_back else changed

    def turn_in(self, document: MaskDocument) -> _Turn | None:
        """Where it left the region; None where the document is another one or was changed since."""
        if document is not self._document or document.state != self._state:
            return None
        if not self._turn.place:
            return self._turn
        # Where a rule kept every pixel, or the history has dropped the edit, there is none to take back.
        return self._turn if self._left_edit and document.undo_name == self._name else None


@dataclass(frozen=True)
class RunnerUp(Tool):
    """Gives the region under the pointer the model's second choice, another click the third, then the first.

    A region that was changed in this way stays the same region, even where its neighbours have that
    class too, until something else changes the mask.
    """

    name: str = "Runner-up"
    shortcut: str = "Y"
    icon: str = "medal"
    works_on_mask: bool = True

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        turn = _turn_at(context, point)
        if turn is None:
            return _NothingElse(is_inside(context.document.shape, point))
        return _RunnerUpGesture(self.name, context.document, turn.next())

    def preview(self, context: ToolContext, point: Point) -> Area | None:
        turn = _turn_at(context, point)
        return None if turn is None else turn.area

    def changes(self, context: ToolContext, point: Point, area: Area, value: int | None) -> np.ndarray:
        turn = _turn_under_way(context, point)
        if turn is None or not turn.place:
            return super().changes(context, point, area, value)
        rect, stencil = area  # the choice before is taken back, and what it did not reach is not reached now
        changed: np.ndarray = stencil & (context.document.labels[rect.slices] == turn.value)
        return changed

    def proposes(self, context: ToolContext, point: Point) -> int | None:
        turn = _turn_at(context, point)
        return None if turn is None else turn.next().value


class _NothingElse(Gesture):
    """A click where the model has no other choice, or none at all, outside of the mask."""

    def __init__(self, inside: bool) -> None:
        self.unchanged = Unchanged.NO_OTHER if inside else None


def _turn_under_way(context: ToolContext, point: Point) -> _Turn | None:
    """Of the region that was clicked last, where ``point`` lies in it and nothing else was changed since."""
    if not isinstance(context.former, _RunnerUpGesture):
        return None
    turn = context.former.turn_in(context.document)
    return turn if turn is not None and turn.holds(point) else None


def _turn_at(context: ToolContext, point: Point) -> _Turn | None:
    """Of the region under ``point``; None outside the mask and where the model has no other choice."""
    if context.ranked is None:
        raise AnswerMissing
    turn = _turn_under_way(context, point)
    if turn is not None:
        return turn
    labels = context.document.labels
    if not is_inside(labels.shape, point):
        return None
    present = int(labels[int(point[1]), int(point[0])])
    area = connected(labels, point)
    others = other_choices(context.ranked, area, present)
    return _Turn(area, (present, *others)) if others else None
