"""What the hand holds, one module for each family of tools."""

from unetpp_desktop.editing.tools.base import AnswerMissing, Gesture, Tool, ToolContext, ToolOptions
from unetpp_desktop.editing.tools.brushes import Brush, Eraser
from unetpp_desktop.editing.tools.edge_brush import EdgeBrush
from unetpp_desktop.editing.tools.regions import Fill, Picker, Select
from unetpp_desktop.editing.tools.runner_up import RunnerUp
from unetpp_desktop.editing.tools.shapes import Lasso, Polygon, Rectangle

__all__ = [
    "TOOLS",
    "AnswerMissing",
    "Brush",
    "EdgeBrush",
    "Eraser",
    "Fill",
    "Gesture",
    "Lasso",
    "Picker",
    "Polygon",
    "Rectangle",
    "RunnerUp",
    "Select",
    "Tool",
    "ToolContext",
    "ToolOptions",
]

TOOLS: tuple[Tool, ...] = (
    Brush(),
    EdgeBrush(),
    Eraser(),
    Polygon(),
    Lasso(),
    Rectangle(),
    Fill(),
    RunnerUp(),
    Picker(),
    Select(),
)
"""All tools, in the order of the tool strip."""
