"""Commands on the mask: on the active class, or with pixels from elsewhere."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui import region_commands, source_commands
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_document, has_project
from unetpp_desktop.gui.region_commands import RegionCommand

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _has_scene_before(window: "MainWindow") -> bool:
    return has_document(window) and window.session.position > 0


def _asks_model(window: "MainWindow") -> bool:
    return has_document(window) and window.session.model is not None


def _has_file(window: "MainWindow") -> bool:
    visit = window.session.visit
    return visit is not None and visit.token is not None


def _region_action(name: str, command: RegionCommand, key: str, tip: str) -> ActionSpec:
    return ActionSpec(
        name,
        command.name,
        (key,),
        tip,
        lambda window: window.mask_desk.commands.run(command),
        enabled=has_document,
    )


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    _region_action("smooth", region_commands.SMOOTH, "Shift+S",
        QT_TRANSLATE_NOOP("Actions", "Straighten the outline of the active class; thin parts stay")),
    _region_action("fill_holes", region_commands.FILL_HOLES, "Shift+F",
        QT_TRANSLATE_NOOP("Actions", "Give the active class everything that it encloses")),
    _region_action("remove_islands", region_commands.REMOVE_ISLANDS, "Shift+I",
        QT_TRANSLATE_NOOP("Actions", "Give small pieces of the active class to the nearest other")),
    _region_action("grow", region_commands.GROW, "Shift+G",
        QT_TRANSLATE_NOOP("Actions", "Make the active class wider on all sides")),
    _region_action("shrink", region_commands.SHRINK, "Shift+N",
        QT_TRANSLATE_NOOP("Actions", "Make the active class narrower; its rim goes to the nearest other")),
    ActionSpec("amount", QT_TRANSLATE_NOOP("Actions", "Change the amount"), ("Ctrl+M",),
        QT_TRANSLATE_NOOP("Actions", "Type another number for the last command on a class"),
        lambda window: window.mask_desk.change_amount(), enabled=has_document),
    ActionSpec("replace_class", QT_TRANSLATE_NOOP("Actions", "Replace class…"), ("Ctrl+H",),
        QT_TRANSLATE_NOOP("Actions", "Turn one class into another, in this scene or in all"),
        lambda window: window.mask_desk.show_replace(), enabled=has_project),
    _region_action("fill_void", region_commands.FILL_VOID, "Shift+V",
        QT_TRANSLATE_NOOP("Actions", "Give every void pixel the class that lies nearest")),
    ActionSpec("fill_void_model", source_commands.FILL_BY_MODEL, ("Ctrl+Shift+V",),
        QT_TRANSLATE_NOOP("Actions", "Give every void pixel the class that the model sees there"),
        lambda window: window.mask_desk.sources.fill_void_by_model(), enabled=_asks_model),
    ActionSpec("copy_before", source_commands.COPY_MASK, ("Ctrl+D",),
        QT_TRANSLATE_NOOP("Actions", "Take over the mask of the scene before in the folder, or part of it"),
        lambda window: window.mask_desk.sources.copy_mask(), enabled=_has_scene_before),
    ActionSpec("copy_class_before", source_commands.COPY_CLASS, ("Shift+D",),
        QT_TRANSLATE_NOOP("Actions", "Take over the active class from the scene before in the folder"),
        lambda window: window.mask_desk.sources.copy_class(), enabled=_has_scene_before),
    ActionSpec("revert_prediction", source_commands.REVERT_TO_PREDICTION, ("Ctrl+R",),
        QT_TRANSLATE_NOOP("Actions", "Give every pixel what the model says, painted ones too"),
        lambda window: window.mask_desk.sources.revert_to_prediction(), enabled=_asks_model),
    ActionSpec("revert_file", source_commands.REVERT_TO_FILE, ("Ctrl+Shift+R",),
        QT_TRANSLATE_NOOP("Actions", "Give every pixel what it was when the mask was saved last"),
        lambda window: window.mask_desk.sources.revert_to_file(), enabled=_has_file),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Mask"),
    (
        "smooth",
        "fill_holes",
        "remove_islands",
        "grow",
        "shrink",
        "amount",
        "",
        "replace_class",
        "fill_void",
        "fill_void_model",
        "",
        "copy_before",
        "copy_class_before",
        "revert_prediction",
        "revert_file",
    ),
)
