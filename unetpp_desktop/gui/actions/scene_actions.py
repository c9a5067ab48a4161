"""Going from scene to scene."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_document, has_project

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _has_next(window: "MainWindow") -> bool:
    return 0 <= window.session.position < len(window.session.scenes) - 1


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("next_scene", QT_TRANSLATE_NOOP("Actions", "Next scene"), ("D", "PgDown"),
        QT_TRANSLATE_NOOP("Actions", "Save and open the next scene"),
        lambda window: window.session.next_scene(), "chevron-right", canvas_shortcuts=("Right",),
        enabled=_has_next),
    ActionSpec("previous_scene", QT_TRANSLATE_NOOP("Actions", "Previous scene"), ("A", "PgUp"),
        QT_TRANSLATE_NOOP("Actions", "Save and open the scene before"),
        lambda window: window.session.previous_scene(), "chevron-left", canvas_shortcuts=("Left",),
        enabled=lambda window: window.session.position > 0),
    ActionSpec("next_undone", QT_TRANSLATE_NOOP("Actions", "Next undone scene"), ("Ctrl+Shift+D",),
        QT_TRANSLATE_NOOP("Actions", "Open the next scene that is not done"),
        lambda window: window.session.next_undone(), enabled=has_project),
    ActionSpec("previous_undone", QT_TRANSLATE_NOOP("Actions", "Previous undone scene"), ("Ctrl+Shift+A",),
        QT_TRANSLATE_NOOP("Actions", "Open the scene before that is not done"),
        lambda window: window.session.previous_undone(), enabled=has_project),
    ActionSpec("find_scene", QT_TRANSLATE_NOOP("Actions", "Find scene"), ("Ctrl+F",),
        QT_TRANSLATE_NOOP("Actions", "Search the scenes by name"),
        lambda window: window.find_scene(), enabled=has_project),
    ActionSpec("mark_done", QT_TRANSLATE_NOOP("Actions", "Done"), ("Return", "Enter"),
        QT_TRANSLATE_NOOP("Actions", "Mark the scene as done: what the model said counts as checked"),
        lambda window: window.toggle_done(), "circle", checked_icon="circle-check-big",
        checked=lambda window: window.session.is_done, enabled=has_document),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Scene"),
    ("next_scene", "previous_scene", "next_undone", "previous_undone", "find_scene", "", "mark_done"),
)
