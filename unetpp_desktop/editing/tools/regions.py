"""Tools that look at what lies under the pointer: fill, picker, select."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.areas import Area, connected, everywhere, is_inside, pixel_rect, rectangle
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.previewed import previewed_class
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.editing.tools.base import Gesture, Tool, ToolContext, kept
from unetpp_desktop.editing.tools.shapes import corners


class AreaGesture(Gesture):
    """A click that gives an area, found before, the active class."""

    def __init__(self, name: str, context: ToolContext, area: Area) -> None:
        self._name = name
        self._context = context
        self._area = area

    def begin(self) -> Rect:
        document, value = self._context.document, self._context.active_class
        document.begin(self._name)
        changed = document.paint(*self._area, value, Origin.PAINTED)
        if changed.is_empty and not self._area[0].is_empty:
            self.unchanged = kept(document, self._area, value)
        return changed

    def release(self, point: Point) -> Rect:  # noqa: ARG002
        return self.finish()

    def finish(self) -> Rect:
        self.finished = True
        self._context.document.commit()
        return EMPTY_RECT

    def cancel(self) -> Rect:
        self.finished = True
        return self._context.document.abort()


class _PickerGesture(Gesture):
    """Takes the class from where the button goes up, so that one may look for it."""

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    def release(self, point: Point) -> Rect:
        self.picked = _value_at(self._context, point)
        return super().release(point)


class PickGesture(Gesture):
    """A rectangle from press to release; where both are on one pixel, the region of its class."""

    closed = True

    def __init__(self, context: ToolContext, point: Point) -> None:
        self._context = context
        self._first = self._second = point

    def drag(self, point: Point) -> Rect:
        self._second = point
        self.outline = () if self._is_click else corners(pixel_rect(self._first, point))
        return EMPTY_RECT

    def release(self, point: Point) -> Rect:
        self.drag(point)
        return self.finish()

    def _area(self, labels: np.ndarray) -> Area:
        """The pixels of ``labels``, ``uint8 (H, W)``, that were picked."""
        if self._is_click:
            return connected(labels, self._first)
        return rectangle(self._first, self._second, full_rect(labels.shape))

    @property
    def _is_click(self) -> bool:
        # A hand that clicks may tremble by as much as it takes to hit something.
        moved = zip(self._first, self._second, strict=True)
        return all(abs(one - other) <= self.reach / 2 for one, other in moved)


class _SelectGesture(PickGesture):
    """Selects what was picked, with Ctrl besides what was selected before."""

    selects = True

    def finish(self) -> Rect:
        self.finished = True
        rect, stencil = self._area(self._context.document.labels)
        before = self._context.selection if self._context.ctrl else None
        if rect.is_empty:
            self.selection = before
        else:
            found = Selection(rect, stencil)
            self.selection = found if before is None else before.with_more(found)
        return EMPTY_RECT


def _value_at(context: ToolContext, point: Point) -> int | None:
    """The class, or void, that is seen at a point; None outside the mask."""
    document, preview = context.document, context.preview
    if not is_inside(document.shape, point):
        return None
    place = int(point[1]), int(point[0])
    if preview is not None and document.origins[place] == Origin.NONE:
        return previewed_class(preview, document.shape, *place)
    return int(document.labels[place])


@dataclass(frozen=True)
class Fill(Tool):
    """Gives the connected region of one class under the pointer the active class; with Ctrl all of it."""

    name: str = "Fill"
    shortcut: str = "F"
    icon: str = "paint-bucket"
    works_on_mask: bool = True

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return AreaGesture(self.name, context, self.preview(context, point))

    def preview(self, context: ToolContext, point: Point) -> Area:
        find = everywhere if context.ctrl else connected
        return find(context.document.labels, point)


@dataclass(frozen=True)
class Picker(Tool):
    """Chooses the class under the pointer."""

    name: str = "Picker"
    shortcut: str = "I"
    icon: str = "pipette"

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return _PickerGesture(context)

    def proposes(self, context: ToolContext, point: Point) -> int | None:
        return _value_at(context, point)


@dataclass(frozen=True)
class Select(Tool):
    """Selects a rectangle, or by a click a connected region, for the commands; Ctrl adds."""

    name: str = "Select"
    shortcut: str = "M"
    icon: str = "square-dashed-mouse-pointer"

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return _SelectGesture(context, point)

    def proposes(self, context: ToolContext, point: Point) -> int | None:  # noqa: ARG002
        return None
