"""Everything the window can do; menus, buttons, tooltips and the sheet of keys follow it.

One table for each menu, in the module of its name.
"""

from unetpp_desktop.gui.action_spec import ActionSpec, Menu
from unetpp_desktop.gui.actions import (
    class_actions,
    edit_actions,
    file_actions,
    mask_actions,
    model_actions,
    program_actions,
    review_actions,
    scene_actions,
    tool_actions,
    training_actions,
    view_actions,
)

_TABLES = (
    file_actions,
    edit_actions,
    tool_actions,
    class_actions,
    mask_actions,
    scene_actions,
    model_actions,
    training_actions,
    review_actions,
    view_actions,
    program_actions,
)

ACTIONS: tuple[ActionSpec, ...] = tuple(spec for table in _TABLES for spec in table.ACTIONS)

MENUS: tuple[Menu, ...] = tuple(table.MENU for table in _TABLES)
"""In their order; the one without a title lies open at the end."""

TITLES: dict[str, str] = {spec.name: table.MENU[0] for table in _TABLES for spec in table.ACTIONS}
"""The title of the menu that each action belongs to, whether or not it is listed there."""
