"""Polygon, lasso and rectangle: what lies inside a line gets the active class, or is erased."""

from dataclasses import dataclass, replace
from math import dist

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import Area, pixel_rect, polygon, rectangle
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.tools.base import Gesture, Tool, ToolContext, erase, likeliest


class _ShapeGesture(Gesture):
    """Draws a line first and paints at its end; with Ctrl held at the first press it erases."""

    def __init__(self, name: str, context: ToolContext) -> None:
        if context.ctrl and context.options.erase_to_model:
            likeliest(context)  # rather not begin than stop at the end
        self._name = name
        self._context = context
        self._within = full_rect(context.document.shape)

    def choose_class(self, index: int) -> None:
        self._context = replace(self._context, active_class=index)

    def _paint(self, area: Area) -> Rect:
        """The whole shape at once, as an edit of its own."""
        self.finished = True
        rect, stencil = area
        if rect.is_empty:
            return EMPTY_RECT
        context, document = self._context, self._context.document
        document.begin(self._name)
        if context.ctrl:
            changed = erase(context, rect, stencil)
        else:
            changed = document.paint(rect, stencil, context.active_class, Origin.PAINTED)
        document.commit()
        return changed


class _PolygonGesture(_ShapeGesture):
    """Each click sets a corner, which can be dragged until the button goes up."""

    has_corners = True

    def __init__(self, name: str, context: ToolContext, point: Point) -> None:
        super().__init__(name, context)
        self._corners = [point]
        self.hover(point)

    def hover(self, point: Point) -> None:
        end = self._corners[0] if self._is_on_first(point) else point
        self.outline = (*self._corners, end)

    def drag(self, point: Point) -> Rect:
        self._corners[-1] = point
        self.outline = tuple(self._corners)
        return EMPTY_RECT

    def release(self, point: Point) -> Rect:
        return self.drag(point)

    def press_again(self, point: Point) -> Rect:
        if len(self._corners) > 2 and self._is_on_first(point):
            return self.finish()
        self._corners.append(point)
        return self.drag(point)

    def step_back(self) -> None:
        end = self.outline[-1]
        self._corners.pop()
        self.finished = not self._corners
        if self._corners:
            self.hover(end)

    def finish(self) -> Rect:
        return self._paint(polygon(self._corners, self._within))

    def _is_on_first(self, point: Point) -> bool:
        return dist(point, self._corners[0]) <= self.reach


class _LassoGesture(_ShapeGesture):
    def __init__(self, name: str, context: ToolContext, point: Point) -> None:
        super().__init__(name, context)
        self._points = [point]
        self.outline = self._points

    def drag(self, point: Point) -> Rect:
        if point != self._points[-1]:
            self._points.append(point)
        return EMPTY_RECT

    def release(self, point: Point) -> Rect:
        self.drag(point)
        return self.finish()

    def finish(self) -> Rect:
        return self._paint(polygon(self._points, self._within))


class _RectangleGesture(_ShapeGesture):
    closed = True

    def __init__(self, name: str, context: ToolContext, point: Point) -> None:
        super().__init__(name, context)
        self._first = point
        self.drag(point)

    def drag(self, point: Point) -> Rect:
        self._second = point
        self.outline = corners(pixel_rect(self._first, point))
        return EMPTY_RECT

    def release(self, point: Point) -> Rect:
        self.drag(point)
        return self.finish()

    def finish(self) -> Rect:
        return self._paint(rectangle(self._first, self._second, self._within))


def corners(rect: Rect) -> tuple[Point, ...]:
    """The four corners of a rect, as a line to draw."""
    return (
        (rect.left, rect.top),
        (rect.right, rect.top),
        (rect.right, rect.bottom),
        (rect.left, rect.bottom),
    )


@dataclass(frozen=True)
class _Shape(Tool):
    def proposes(self, context: ToolContext, point: Point) -> int | None:  # noqa: ARG002
        return VOID if context.ctrl else context.active_class


@dataclass(frozen=True)
class Polygon(_Shape):
    """A corner at every click; Enter, a double click or a click on the first corner paints."""

    name: str = "Polygon"
    shortcut: str = "G"
    icon: str = "pentagon"

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return _PolygonGesture(self.name, context, point)


@dataclass(frozen=True)
class Lasso(_Shape):
    """Paints what the pointer went round while the button was down."""

    name: str = "Lasso"
    shortcut: str = "L"
    icon: str = "lasso"

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return _LassoGesture(self.name, context, point)


@dataclass(frozen=True)
class Rectangle(_Shape):
    """Paints the rectangle between press and release."""

    name: str = "Rectangle"
    shortcut: str = "R"
    icon: str = "vector-square"

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:  # noqa: ARG002
        return _RectangleGesture(self.name, context, point)
