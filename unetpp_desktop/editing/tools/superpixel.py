"""The superpixel tool: a stroke paints every patch of one colour that it touches."""

from dataclasses import dataclass

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.areas import Area
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.superpixels import Superpixels
from unetpp_desktop.editing.tools.base import (
    Gesture,
    SuperpixelsMissing,
    Tool,
    ToolContext,
    Unchanged,
    kept,
)
from unetpp_desktop.editing.tools.brushes import BrushGesture


class _SuperpixelGesture(BrushGesture):
    """A stroke of whole superpixels, each painted once."""

    def __init__(self, name: str, context: ToolContext, point: Point, straight_from_last: bool) -> None:
        super().__init__(name, context, point, straight_from_last)
        self._superpixels = _known(context)
        self._painted: set[int] = set()
        self._changed = False

    def paint_between(self, start: Point, end: Point, diameter: int) -> Rect:  # noqa: ARG002
        changed = EMPTY_RECT
        for number, point in self._superpixels.along(start, end).items():
            if number not in self._painted:
                self._painted.add(number)
                area = self._superpixels.at(point)
                changed = changed.union(self.paint(*area))
                self._note(area, changed)
        return changed

    def _note(self, area: Area, changed: Rect) -> None:
        self._changed |= not changed.is_empty
        if self._changed:
            self.unchanged = None
        elif self.unchanged is not Unchanged.KEPT:  # which says more of the whole stroke
            self.unchanged = kept(self.context.document, area, self.context.active_class)


@dataclass(frozen=True)
class Superpixel(Tool):
    """Gives every superpixel that the pointer touches the active class."""

    name: str = "Superpixels"
    shortcut: str = "U"
    icon: str = "puzzle"

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:
        return _SuperpixelGesture(self.name, context, point, straight_from_last)

    def preview(self, context: ToolContext, point: Point) -> Area | None:
        return _known(context).at(point)


def _known(context: ToolContext) -> Superpixels:
    if context.superpixels is None:
        raise SuperpixelsMissing
    return context.superpixels
