"""The tool that has the model label a part of the scene again."""

from dataclasses import dataclass

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.editing.areas import pixel_rect
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.document import BOX_NAME
from unetpp_desktop.editing.tools.base import Gesture, Tool, ToolContext
from unetpp_desktop.editing.tools.shapes import corners


class _PredictBoxGesture(Gesture):
    """A rectangle from press to release; a click is none."""

    closed = True

    def __init__(self, context: ToolContext, point: Point) -> None:
        self._within = full_rect(context.document.shape)
        self._first = point
        self._box = EMPTY_RECT

    def drag(self, point: Point) -> Rect:
        moved = max(abs(one - other) for one, other in zip(self._first, point, strict=True))
        box = pixel_rect(self._first, point) if moved > self.reach / 2 else EMPTY_RECT
        self._box = box.intersection(self._within)
        self.outline = () if box.is_empty else corners(box)
        return EMPTY_RECT

    def release(self, point: Point) -> Rect:
        self.drag(point)
        return self.finish()

    def finish(self) -> Rect:
        self.finished = True
        self.box = None if self._box.is_empty else self._box
        return EMPTY_RECT


@dataclass(frozen=True)
class PredictBox(Tool):
    """What lies in the rectangle between press and release becomes what the model says."""

    name: str = BOX_NAME
    shortcut: str = "Shift+P"
    icon: str = "scan-star"

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return _PredictBoxGesture(context, point)

    def proposes(self, context: ToolContext, point: Point) -> int | None:  # noqa: ARG002
        return None
