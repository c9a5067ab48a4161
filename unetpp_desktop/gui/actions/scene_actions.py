"""Going from scene to scene."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui import scene_desk
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_document, has_project

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _has_next(window: "MainWindow") -> bool:
    return window.session.walk.can_step(1)


def _has_previous(window: "MainWindow") -> bool:
    return window.session.walk.can_step(-1)


def _has_scene(window: "MainWindow") -> bool:
    return window.session.scene is not None


def _is_flagged(window: "MainWindow") -> bool:
    scenes = scene_desk.meant_scenes(window)
    return bool(scenes) and all(window.session.marking.of(scene).flagged for scene in scenes)


def _is_excluded(window: "MainWindow") -> bool:
    scenes = scene_desk.meant_scenes(window)
    return bool(scenes) and all(window.session.marking.of(scene).excluded for scene in scenes)


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("next_scene", QT_TRANSLATE_NOOP("Actions", "Next scene"), ("D", "PgDown"),
        QT_TRANSLATE_NOOP("Actions", "Save and open the next scene"),
        lambda window: window.session.next_scene(), "chevron-right", canvas_shortcuts=("Right",),
        enabled=_has_next),
    ActionSpec("previous_scene", QT_TRANSLATE_NOOP("Actions", "Previous scene"), ("A", "PgUp"),
        QT_TRANSLATE_NOOP("Actions", "Save and open the scene before"),
        lambda window: window.session.previous_scene(), "chevron-left", canvas_shortcuts=("Left",),
        enabled=_has_previous),
    ActionSpec("next_undone", QT_TRANSLATE_NOOP("Actions", "Next undone scene"), ("Ctrl+Shift+D",),
        QT_TRANSLATE_NOOP("Actions", "Open the next scene that is not done"),
        lambda window: window.session.walk.step_undone(1), enabled=has_project),
    ActionSpec("previous_undone", QT_TRANSLATE_NOOP("Actions", "Previous undone scene"), ("Ctrl+Shift+A",),
        QT_TRANSLATE_NOOP("Actions", "Open the scene before that is not done"),
        lambda window: window.session.walk.step_undone(-1), enabled=has_project),
    ActionSpec("find_scene", QT_TRANSLATE_NOOP("Actions", "Find scene"), ("Ctrl+F",),
        QT_TRANSLATE_NOOP("Actions", "Search the scenes by name"),
        lambda window: window.find_scene(), enabled=has_project),
    ActionSpec("mark_done", QT_TRANSLATE_NOOP("Actions", "Done"), ("Return", "Enter"),
        QT_TRANSLATE_NOOP("Actions", "Mark the scene, or those selected, as done: its pixels are checked"),
        lambda window: window.toggle_done(), "circle", checked_icon="circle-check-big",
        checked=lambda window: window.session.is_done, enabled=has_document),
    ActionSpec("go_to_number", QT_TRANSLATE_NOOP("Actions", "Go to number…"), ("Ctrl+J",),
        QT_TRANSLATE_NOOP("Actions", "Open the scene with a certain number in the folder"),
        scene_desk.ask_number, enabled=has_project),
    ActionSpec("sort_scenes", QT_TRANSLATE_NOOP("Actions", "Sort scenes…"), ("Ctrl+Shift+S",),
        QT_TRANSLATE_NOOP("Actions", "Choose the order of the list, which next and previous follow"),
        lambda window: window.sort_scenes(), enabled=has_project),
    ActionSpec("filter_scenes", QT_TRANSLATE_NOOP("Actions", "Filter scenes…"), ("Ctrl+Alt+F",),
        QT_TRANSLATE_NOOP("Actions", "List only the undone scenes, the flagged ones, or others"),
        lambda window: window.filter_scenes(), enabled=has_project),
    ActionSpec("flag_scene", QT_TRANSLATE_NOOP("Actions", "Flagged"), ("Ctrl+Shift+F",),
        QT_TRANSLATE_NOOP("Actions", "Flag the scene, or those selected in the list, to find them again"),
        scene_desk.toggle_flag, checked=_is_flagged, enabled=_has_scene),
    ActionSpec("note_scene", QT_TRANSLATE_NOOP("Actions", "Note…"), ("Ctrl+Shift+N",),
        QT_TRANSLATE_NOOP("Actions", "Write a note about the scene, or about those selected in the list"),
        scene_desk.ask_note, enabled=_has_scene),
    ActionSpec("exclude_scene", QT_TRANSLATE_NOOP("Actions", "Excluded"), ("Ctrl+Shift+X",),
        QT_TRANSLATE_NOOP("Actions", "Leave the scene out of next undone, pre-labelling and training"),
        scene_desk.toggle_excluded, checked=_is_excluded, enabled=_has_scene),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Scene"),
    (
        "next_scene",
        "previous_scene",
        "next_undone",
        "previous_undone",
        "",
        "find_scene",
        "go_to_number",
        "sort_scenes",
        "filter_scenes",
        "",
        "mark_done",
        "flag_scene",
        "note_scene",
        "exclude_scene",
    ),
)
