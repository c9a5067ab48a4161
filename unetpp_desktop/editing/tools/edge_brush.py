"""The brush that stops at edges."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.editing.brush import Point, segment
from unetpp_desktop.editing.edges import same_side
from unetpp_desktop.editing.tools.base import Gesture, Tool, ToolContext
from unetpp_desktop.editing.tools.brushes import BrushGesture

_CORE = 0.25  # of the diameter: what lies under the middle of the brush is meant
_MARGIN = 2  # pixels: an edge along the rim of the brush is seen from both sides


class _EdgeGesture(BrushGesture):
    """A stroke of whatever lies on the same side of the image's edges as the middle of the brush."""

    def paint_between(self, start: Point, end: Point, diameter: int) -> Rect:
        context = self.context
        scene = full_rect(context.document.shape)
        rect, stencil = segment(start, end, diameter, context.square, scene)
        if context.image is None or rect.is_empty:
            return self.paint(rect, stencil)
        core_diameter = max(1, round(diameter * _CORE))
        core_rect, core = segment(start, end, core_diameter, context.square, scene)
        if not core.any():  # the middle is outside of the image: what lies nearest to it is meant
            start, end = _nearest(start, scene), _nearest(end, scene)
            core_rect, core = segment(start, end, core_diameter, context.square, rect)
        seen = Rect(
            rect.top - _MARGIN, rect.left - _MARGIN, rect.bottom + _MARGIN, rect.right + _MARGIN
        ).intersection(scene)
        seeds = np.zeros((seen.height, seen.width), np.bool_)
        seeds[core_rect.within(seen).slices] = core
        predicted = None if context.ranked is None else context.ranked[0][seen.slices]
        side = same_side(
            context.image[seen.slices],
            seeds,
            predicted,
            (context.active_class,),
            context.options.edge_strength,
        )
        return self.paint(rect, stencil & side[rect.within(seen).slices])


def _nearest(point: Point, scene: Rect) -> Point:
    """The middle of the pixel of the image that is nearest to ``point``."""
    x, y = point
    return min(max(x, 0.5), scene.right - 0.5), min(max(y, 0.5), scene.bottom - 0.5)


@dataclass(frozen=True)
class EdgeBrush(Tool):
    """Paints the active class up to the edges of the image, and of the prediction where that is known."""

    name: str = "Edge brush"
    shortcut: str = "J"
    icon: str = "wand"
    has_brush: bool = True

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:
        return _EdgeGesture(self.name, context, point, straight_from_last)
