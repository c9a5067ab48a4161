"""Brush and eraser: what they leave along the way of the pointer."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.brush import Point, segment
from unetpp_desktop.editing.tools.base import Gesture, Tool, ToolContext, erase, likeliest


class BrushGesture(Gesture):
    """A stroke of the active class: all footprints between the points of the pointer.

    Other brushes override `paint_between` or `paint`.
    """

    def __init__(self, name: str, context: ToolContext, point: Point, straight_from_last: bool) -> None:
        self.context = context
        self._name = name
        self._first = point
        last = context.document.stroke_end
        self._from = last if straight_from_last and last is not None else point

    def begin(self) -> Rect:
        self.context.document.begin(self._name)
        return self._paint_to(self._from, self._first)

    def drag(self, point: Point) -> Rect:
        last = self.context.document.stroke_end
        # Undo in the middle of a stroke ends it; the hand has to press again to paint on.
        if self.finished or not self.context.document.in_stroke or last is None:
            return EMPTY_RECT
        return self._paint_to(last, point)

    def jump(self, point: Point) -> None:
        if self.context.document.in_stroke:
            self.context.document.stroke_end = point

    def release(self, point: Point) -> Rect:
        changed = self.drag(point)
        self.context.document.commit()
        self.finished = True
        return changed

    def finish(self) -> Rect:
        self.context.document.commit()
        self.finished = True
        return EMPTY_RECT

    def cancel(self) -> Rect:
        self.finished = True
        return self.context.document.abort()

    def paint_between(self, start: Point, end: Point, diameter: int) -> Rect:
        """Paints what the brush, ``diameter`` pixels wide, runs over from ``start`` to ``end``."""
        context = self.context
        return self.paint(*segment(start, end, diameter, context.square, full_rect(context.document.shape)))

    def paint(self, rect: Rect, stencil: np.ndarray) -> Rect:
        """Paints the pixels of ``stencil``, ``bool (h, w)``, that the brush has just run over.

        ``rect`` lies within the mask.
        """
        return self.context.document.paint(rect, stencil, self.context.active_class, Origin.PAINTED)

    def _paint_to(self, start: Point, end: Point) -> Rect:
        context = self.context
        diameter = context.diameter
        if context.options.pressure:
            diameter = max(1, round(diameter * self.pressure))
        context.document.stroke_end = end
        return self.paint_between(start, end, diameter)


class _EraserGesture(BrushGesture):
    def paint(self, rect: Rect, stencil: np.ndarray) -> Rect:
        return erase(self.context, rect, stencil)


@dataclass(frozen=True)
class Brush(Tool):
    """Paints the active class."""

    name: str = "Brush"
    shortcut: str = "B"
    icon: str = "brush"
    has_brush: bool = True

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:
        return BrushGesture(self.name, context, point, straight_from_last)


@dataclass(frozen=True)
class Eraser(Tool):
    """Paints void: "a person says that no class belongs here", kept by predictions like any paint.

    Or, as an option, what the model says.
    """

    name: str = "Eraser"
    shortcut: str = "E"
    icon: str = "eraser"
    has_brush: bool = True

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:
        if context.options.erase_to_model:
            likeliest(context)  # rather not begin than stop in the middle
        return _EraserGesture(self.name, context, point, straight_from_last)

    def proposes(self, context: ToolContext, point: Point) -> int | None:  # noqa: ARG002
        return VOID
