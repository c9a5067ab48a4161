"""The tool that marks what the model said as checked."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.areas import Area, connected
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.document import CHECK_NAME
from unetpp_desktop.editing.tools.base import Gesture, Tool, ToolContext, Unchanged
from unetpp_desktop.editing.tools.regions import PickGesture


class _CheckGesture(PickGesture):
    """Marks the predicted pixels of the rectangle, or of the region that was clicked."""

    def finish(self) -> Rect:
        self.finished = True
        document = self._context.document
        changed = document.accept_part(*self._area(document.labels))
        self.unchanged = Unchanged.IS_CHECKED if changed.is_empty else None
        return changed


@dataclass(frozen=True)
class Check(Tool):
    """A click marks the connected region of one class under the pointer as checked, a drag a rectangle."""

    name: str = CHECK_NAME
    shortcut: str = "Shift+R"
    icon: str = "square-check"
    works_on_mask: bool = True

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return _CheckGesture(context, point)

    def preview(self, context: ToolContext, point: Point) -> Area:
        return connected(context.document.labels, point)

    def changes(self, context: ToolContext, point: Point, area: Area, value: int | None) -> np.ndarray:  # noqa: ARG002
        rect, stencil = area
        unchecked: np.ndarray = stencil & (context.document.origins[rect.slices] == int(Origin.MODEL))
        return unchecked

    def proposes(self, context: ToolContext, point: Point) -> int | None:  # noqa: ARG002
        return None
