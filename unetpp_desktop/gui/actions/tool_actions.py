"""Tools and the brush."""

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.editing.tools import (
    TOOLS,
    Brush,
    Check,
    EdgeBrush,
    Eraser,
    Fill,
    Lasso,
    Picker,
    Polygon,
    PredictBox,
    Rectangle,
    RunnerUp,
    Select,
    Superpixel,
    Tool,
)
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, Slot, has_document


def _tool_action(tool: Tool, text: str, tip: str, slot: Slot | None = None) -> ActionSpec:
    return ActionSpec(
        tool.name.lower(),
        text,
        (tool.shortcut,),
        tip,
        slot or (lambda window: window.session.set_tool(tool)),
        tool.icon,
        checked=lambda window: window.session.tool == tool,
        enabled=has_document,
    )


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    _tool_action(Brush(), QT_TRANSLATE_NOOP("Actions", "Brush"),
        QT_TRANSLATE_NOOP("Actions", "Paint the active class; Shift + click draws a straight line")),
    _tool_action(EdgeBrush(), QT_TRANSLATE_NOOP("Actions", "Edge brush"),
        QT_TRANSLATE_NOOP("Actions", "Paint up to the edges of the image, and of what the model says")),
    _tool_action(Eraser(), QT_TRANSLATE_NOOP("Actions", "Eraser"),
        QT_TRANSLATE_NOOP("Actions", "Paint void; with the right button every tool does")),
    _tool_action(Polygon(), QT_TRANSLATE_NOOP("Actions", "Polygon"),
        QT_TRANSLATE_NOOP("Actions", "Click corner after corner; Enter paints inside, Ctrl erases")),
    _tool_action(Lasso(), QT_TRANSLATE_NOOP("Actions", "Lasso"),
        QT_TRANSLATE_NOOP("Actions", "Drag round what you want to paint; with Ctrl it is erased")),
    _tool_action(Rectangle(), QT_TRANSLATE_NOOP("Actions", "Rectangle"),
        QT_TRANSLATE_NOOP("Actions", "Drag from corner to corner; with Ctrl the rectangle is erased")),
    _tool_action(Fill(), QT_TRANSLATE_NOOP("Actions", "Fill"),
        QT_TRANSLATE_NOOP("Actions", "Give a region the active class; with Ctrl all regions of its class")),
    _tool_action(Superpixel(), QT_TRANSLATE_NOOP("Actions", "Superpixels"),
        QT_TRANSLATE_NOOP("Actions", "Paint every patch of one colour that the pointer touches")),
    _tool_action(RunnerUp(), QT_TRANSLATE_NOOP("Actions", "Runner-up"),
        QT_TRANSLATE_NOOP("Actions", "Give a region the model's second choice; click again for the third")),
    _tool_action(Picker(), QT_TRANSLATE_NOOP("Actions", "Picker"),
        QT_TRANSLATE_NOOP("Actions", "Choose the class under the pointer; hold the key to do so in between"),
        lambda window: window.canvas.input.held.press(Picker())),
    _tool_action(Select(), QT_TRANSLATE_NOOP("Actions", "Select"),
        QT_TRANSLATE_NOOP("Actions", "Select a rectangle, or click a region, for the commands; Ctrl adds")),
    _tool_action(PredictBox(), QT_TRANSLATE_NOOP("Actions", "Pre-label a box"),
        QT_TRANSLATE_NOOP("Actions", "Drag over a part of the scene to predict it, and nothing else")),
    _tool_action(Check(), QT_TRANSLATE_NOOP("Actions", "Check"),
        QT_TRANSLATE_NOOP("Actions", "Mark a region as checked by a click, or a rectangle by a drag")),
    ActionSpec("deselect", QT_TRANSLATE_NOOP("Actions", "Select nothing"), ("Ctrl+Shift+I",),
        QT_TRANSLATE_NOOP("Actions", "Commands work on the whole scene again (also Esc)"),
        lambda window: window.session.select(None),
        enabled=lambda window: window.session.selection is not None),
    ActionSpec("smaller", QT_TRANSLATE_NOOP("Actions", "Smaller brush"), ("[", ","),
        QT_TRANSLATE_NOOP("Actions", "Make the brush smaller (also Shift + wheel)"),
        lambda window: window.canvas.input.grow_brush(-1), enabled=has_document),
    ActionSpec("larger", QT_TRANSLATE_NOOP("Actions", "Larger brush"), ("]", "."),
        QT_TRANSLATE_NOOP("Actions", "Make the brush larger (also Shift + wheel)"),
        lambda window: window.canvas.input.grow_brush(1), enabled=has_document),
    ActionSpec("square", QT_TRANSLATE_NOOP("Actions", "Square brush"), ("Shift+B",),
        QT_TRANSLATE_NOOP("Actions", "Switch between a round and a square brush"),
        lambda window: window.session.set_square(not window.session.square),
        checked=lambda window: window.session.square, enabled=has_document),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Tools"),
    (*(tool.name.lower() for tool in TOOLS), "deselect", "", "smaller", "larger", "square"),
)
