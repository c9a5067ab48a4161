"""A hand that uses tools as a person would."""

from collections.abc import Sequence

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.tools import NotKnownYet, Tool, ToolContext


def use(tool: Tool, context: ToolContext, points: Sequence[Point]) -> Rect:
    """Presses at the first point and goes through the others; a gesture of several clicks clicks on.

    Returns what was to be redrawn; nothing where the tool would have to ask the model.
    """
    try:
        gesture = tool.start(context, points[0])
    except NotKnownYet:
        return EMPTY_RECT
    changed = gesture.begin()
    for point in points[1:]:
        if not gesture.finished:
            changed = changed.union(gesture.drag(point))
    if not gesture.finished:
        changed = changed.union(gesture.release(points[-1]))
    for point in points[:-1]:
        if not gesture.finished:
            changed = changed.union(gesture.press_again(point))
            if not gesture.finished:
                changed = changed.union(gesture.release(point))
    return changed if gesture.finished else changed.union(gesture.finish())
