"""What the hand holds, one module for each family of tools."""

from unetpp_desktop.editing.tools.base import (
    AnswerMissing,
    Gesture,
    NotKnownYet,
    SuperpixelsMissing,
    Tool,
    ToolContext,
    ToolOptions,
    Unchanged,
)
from unetpp_desktop.editing.tools.brushes import Brush, Eraser
from unetpp_desktop.editing.tools.check import Check
from unetpp_desktop.editing.tools.edge_brush import EdgeBrush
from unetpp_desktop.editing.tools.predict_box import PredictBox
from unetpp_desktop.editing.tools.regions import Fill, Picker, Select
from unetpp_desktop.editing.tools.runner_up import RunnerUp
from unetpp_desktop.editing.tools.shapes import Lasso, Polygon, Rectangle
from unetpp_desktop.editing.tools.superpixel import Superpixel

__all__ = [
    "TOOLS",
    "AnswerMissing",
    "Brush",
    "Check",
    "EdgeBrush",
    "Eraser",
    "Fill",
    "Gesture",
    "Lasso",
    "NotKnownYet",
    "Picker",
    "Polygon",
    "PredictBox",
    "Rectangle",
    "RunnerUp",
    "Select",
    "Superpixel",
    "SuperpixelsMissing",
    "Tool",
    "ToolContext",
    "ToolOptions",
    "Unchanged",
]

TOOLS: tuple[Tool, ...] = (
    Brush(),
    EdgeBrush(),
    Eraser(),
    Polygon(),
    Lasso(),
    Rectangle(),
    Fill(),
    Superpixel(),
    RunnerUp(),
    Picker(),
    Select(),
    PredictBox(),
    Check(),
)
"""All tools, in the order of the tool strip."""
