"""What the hand holds, one module for each family of tools."""

from unetpp_desktop.editing.tools.base import AnswerMissing, Gesture, Tool, ToolContext, ToolOptions
from unetpp_desktop.editing.tools.brushes import Brush, Eraser

__all__ = ["TOOLS", "AnswerMissing", "Brush", "Eraser", "Gesture", "Tool", "ToolContext", "ToolOptions"]

TOOLS: tuple[Tool, ...] = (Brush(), Eraser())
"""All tools, in the order of the tool strip."""
