"""What the hand holds: tools turn pointer movements into paints of the document."""

from dataclasses import dataclass
from typing import Protocol

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.brush import Point, segment
from unetpp_desktop.editing.document import MaskDocument


@dataclass(frozen=True)
class ToolContext:
    """What a tool needs to know: the mask, the class to paint, and the brush (diameter in image pixels)."""

    document: MaskDocument
    active_class: int
    diameter: int
    square: bool = False


class Tool(Protocol):
    """Answers to the pointer; all points are (x, y) in image pixels and may lie outside the image.

    Tools keep nothing themselves: a stroke under way lies in the document. Each method returns
    the rect to redraw, `EMPTY_RECT` for none.
    """

    @property
    def name(self) -> str:
        """English name, for the button and the undo list."""

    @property
    def shortcut(self) -> str:
        """Key that picks the tool, as Qt spells it."""

    @property
    def icon(self) -> str:
        """Name of the icon, without suffix."""

    def press(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Rect:
        """The button goes down; ``straight_from_last`` (Shift) joins to where the last stroke ended."""

    def drag(self, context: ToolContext, point: Point) -> Rect:
        """The pointer moves with the button down."""

    def release(self, context: ToolContext, point: Point) -> Rect:
        """The button goes up: the stroke becomes an edit."""

    def cancel(self, context: ToolContext) -> Rect:
        """The stroke is given up, and the mask is as before it."""


class _StrokeTool:
    """Brush and eraser: all that differs is the class they leave behind."""

    name: str

    def press(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Rect:
        document = context.document
        last = document.stroke_end
        document.begin(self.name)
        start = last if straight_from_last and last is not None else point
        return self._paint(context, start, point)

    def drag(self, context: ToolContext, point: Point) -> Rect:
        last = context.document.stroke_end
        # Undo in the middle of a stroke ends it; the hand has to press again to paint on.
        if not context.document.in_stroke or last is None:
            return EMPTY_RECT
        return self._paint(context, last, point)

    def release(self, context: ToolContext, point: Point) -> Rect:
        changed = self.drag(context, point)
        context.document.commit()
        return changed

    def cancel(self, context: ToolContext) -> Rect:
        return context.document.abort()

    def _value(self, context: ToolContext) -> int:
        raise NotImplementedError

    def _paint(self, context: ToolContext, start: Point, end: Point) -> Rect:
        document = context.document
        rect, stencil = segment(start, end, context.diameter, context.square, full_rect(document.shape))
        document.stroke_end = end
        return document.paint(rect, stencil, self._value(context), Origin.PAINTED)


@dataclass(frozen=True)
class Brush(_StrokeTool):
    """Paints the active class."""

    name: str = "Brush"
    shortcut: str = "B"
    icon: str = "brush"

    def _value(self, context: ToolContext) -> int:
        return context.active_class


@dataclass(frozen=True)
class Eraser(_StrokeTool):
    """Paints void: "a person says that no class belongs here", kept by predictions like any paint."""

    name: str = "Eraser"
    shortcut: str = "E"
    icon: str = "eraser"

    def _value(self, context: ToolContext) -> int:  # noqa: ARG002
        return VOID


TOOLS: tuple[Tool, ...] = (Brush(), Eraser())
"""All tools, in the order of the tool strip."""
