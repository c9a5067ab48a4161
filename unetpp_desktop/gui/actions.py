"""Everything the window can do, in one table; menus, buttons, tooltips and the sheet of keys follow it."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.editing.tools import TOOLS, Tool
from unetpp_desktop.gui.action_spec import ActionSpec
from unetpp_desktop.gui.viewport import ZOOM_STEP

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _project(window: "MainWindow") -> bool:
    return window.session.project is not None


def _document(window: "MainWindow") -> bool:
    return window.session.document is not None


def _model(window: "MainWindow") -> bool:
    return window.session.model is not None and window.session.scene is not None


def _has_next(window: "MainWindow") -> bool:
    return 0 <= window.session.position < len(window.session.scenes) - 1


def _tool_action(tool: Tool, text: str, tip: str) -> ActionSpec:
    return ActionSpec(
        tool.name.lower(),
        text,
        (tool.shortcut,),
        tip,
        lambda window: window.session.set_tool(tool),
        tool.icon,
        checked=lambda window: window.session.tool == tool,
        enabled=_document,
    )


def _class_action(number: int) -> ActionSpec:
    return ActionSpec(
        f"class_{number}",
        QT_TRANSLATE_NOOP("Actions", "Class {}"),
        (str(number % 10),),
        QT_TRANSLATE_NOOP("Actions", "Paint the class that is number {} in the list"),
        lambda window: window.session.set_class(number - 1),
        enabled=_project,
        number=number,
    )


def _depth_action(depth: int) -> ActionSpec:
    return ActionSpec(
        f"depth_{depth}",
        QT_TRANSLATE_NOOP("Actions", "Depth {}"),
        (f"Alt+{depth}",),
        QT_TRANSLATE_NOOP("Actions", "Predict with depth {} of the network from now on"),
        lambda window: window.session.set_depth(depth),
        checked=lambda window: window.session.depth == depth,
        enabled=lambda window: window.session.model is not None and depth <= window.session.model.card.depth,
        number=depth,
    )


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_folder", QT_TRANSLATE_NOOP("Actions", "Open folder…"), ("Ctrl+O", "Ctrl+U"),
        QT_TRANSLATE_NOOP("Actions", "Open a folder of images"),
        lambda window: window.choose_folder(), "folder-open"),
    ActionSpec("open_samples", QT_TRANSLATE_NOOP("Actions", "Open sample scenes"), ("Ctrl+Shift+O",),
        QT_TRANSLATE_NOOP("Actions", "Open generated street scenes to try the program on"),
        lambda window: window.open_samples(), "images"),
    ActionSpec("labels_folder", QT_TRANSLATE_NOOP("Actions", "Choose labels folder…"), ("Ctrl+Shift+L",),
        QT_TRANSLATE_NOOP("Actions", "Save the masks elsewhere, for images in a read-only folder"),
        lambda window: window.choose_labels_folder(), enabled=_project),
    ActionSpec("close_folder", QT_TRANSLATE_NOOP("Actions", "Close folder"), ("Ctrl+W",),
        QT_TRANSLATE_NOOP("Actions", "Save and go back to the start page"),
        lambda window: window.session.close_folder(), enabled=_project),
    ActionSpec("rescan", QT_TRANSLATE_NOOP("Actions", "Look for new scenes"), ("F5",),
        QT_TRANSLATE_NOOP("Actions", "Look again which images the folder holds"),
        lambda window: window.session.rescan(), enabled=_project),
    ActionSpec("save", QT_TRANSLATE_NOOP("Actions", "Save"), ("Ctrl+S",),
        QT_TRANSLATE_NOOP("Actions", "Save the mask of this scene; that also happens by itself"),
        lambda window: window.session.save(), "save", enabled=_document),
    ActionSpec("export_camvid", QT_TRANSLATE_NOOP("Actions", "Export as CamVid data set…"), ("Ctrl+E",),
        QT_TRANSLATE_NOOP("Actions", "Write images and masks in the layout of CamVid"),
        lambda window: window.export_camvid(), enabled=_project),
    ActionSpec("export_indexes", QT_TRANSLATE_NOOP("Actions", "Export index masks…"), ("Ctrl+Shift+E",),
        QT_TRANSLATE_NOOP("Actions", "Write one PNG of class indexes per scene, and the list of classes"),
        lambda window: window.export_indexes(), enabled=_project),
    ActionSpec("settings", QT_TRANSLATE_NOOP("Actions", "Settings…"), ("Ctrl+,",),
        QT_TRANSLATE_NOOP("Actions", "Change how the program behaves"),
        lambda window: window.show_settings(), "settings"),
    ActionSpec("quit", QT_TRANSLATE_NOOP("Actions", "Quit"), ("Ctrl+Q",),
        QT_TRANSLATE_NOOP("Actions", "Save and close the window"),
        lambda window: window.close()),

    ActionSpec("undo", QT_TRANSLATE_NOOP("Actions", "Undo"), ("Ctrl+Z",),
        QT_TRANSLATE_NOOP("Actions", "Take back the last edit of this scene"),
        lambda window: window.session.undo(), "undo-2",
        enabled=lambda window: bool(window.session.document and window.session.document.can_undo)),
    ActionSpec("redo", QT_TRANSLATE_NOOP("Actions", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"),
        QT_TRANSLATE_NOOP("Actions", "Do again what was taken back"),
        lambda window: window.session.redo(), "redo-2",
        enabled=lambda window: bool(window.session.document and window.session.document.can_redo)),
    ActionSpec("smaller", QT_TRANSLATE_NOOP("Actions", "Smaller brush"), ("[", ","),
        QT_TRANSLATE_NOOP("Actions", "Make the brush smaller (also Shift + wheel)"),
        lambda window: window.canvas.grow_brush(-1), enabled=_document),
    ActionSpec("larger", QT_TRANSLATE_NOOP("Actions", "Larger brush"), ("]", "."),
        QT_TRANSLATE_NOOP("Actions", "Make the brush larger (also Shift + wheel)"),
        lambda window: window.canvas.grow_brush(1), enabled=_document),
    ActionSpec("square", QT_TRANSLATE_NOOP("Actions", "Square brush"), ("Shift+B",),
        QT_TRANSLATE_NOOP("Actions", "Switch between a round and a square brush"),
        lambda window: window.session.set_square(not window.session.square),
        checked=lambda window: window.session.square, enabled=_document),
    ActionSpec("previous_class", QT_TRANSLATE_NOOP("Actions", "Previous class"), ("Q",),
        QT_TRANSLATE_NOOP("Actions", "Paint the class above in the list"),
        lambda window: window.session.set_class(window.session.active_class - 1), enabled=_project),
    ActionSpec("next_class", QT_TRANSLATE_NOOP("Actions", "Next class"), ("W",),
        QT_TRANSLATE_NOOP("Actions", "Paint the class below in the list"),
        lambda window: window.session.set_class(window.session.active_class + 1), enabled=_project),
    ActionSpec("swap_class", QT_TRANSLATE_NOOP("Actions", "Class before"), ("X",),
        QT_TRANSLATE_NOOP("Actions", "Go back to the class that you painted before"),
        lambda window: window.session.set_class(window.session.former_class), enabled=_project),
    ActionSpec("lock_class", QT_TRANSLATE_NOOP("Actions", "Lock class"), ("K",),
        QT_TRANSLATE_NOOP("Actions", "Pixels of the active class stay, whoever paints over them"),
        lambda window: window.toggle_lock(),
        checked=lambda window: window.session.active_class in window.session.locked, enabled=_project),
    ActionSpec("hide_class", QT_TRANSLATE_NOOP("Actions", "Hide class"), ("H",),
        QT_TRANSLATE_NOOP("Actions", "Do not draw the active class"),
        lambda window: window.toggle_hidden(),
        checked=lambda window: window.session.active_class in window.session.hidden, enabled=_project),

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
        lambda window: window.session.next_undone(), enabled=_project),
    ActionSpec("previous_undone", QT_TRANSLATE_NOOP("Actions", "Previous undone scene"), ("Ctrl+Shift+A",),
        QT_TRANSLATE_NOOP("Actions", "Open the scene before that is not done"),
        lambda window: window.session.previous_undone(), enabled=_project),
    ActionSpec("mark_done", QT_TRANSLATE_NOOP("Actions", "Done"), ("Return", "Enter"),
        QT_TRANSLATE_NOOP("Actions", "Mark the scene as done: what the model said counts as checked"),
        lambda window: window.toggle_done(), "circle", checked_icon="circle-check-big",
        checked=lambda window: window.session.is_done, enabled=_document),
    ActionSpec("find_scene", QT_TRANSLATE_NOOP("Actions", "Find scene"), ("Ctrl+F",),
        QT_TRANSLATE_NOOP("Actions", "Search the scenes by name"),
        lambda window: window.find_scene(), enabled=_project),

    ActionSpec("zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom in"), ("Ctrl++", "Ctrl+="),
        QT_TRANSLATE_NOOP("Actions", "Show the scene larger (also with the wheel)"),
        lambda window: window.canvas.zoom_by(ZOOM_STEP), enabled=_project),
    ActionSpec("zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom out"), ("Ctrl+-",),
        QT_TRANSLATE_NOOP("Actions", "Show the scene smaller (also with the wheel)"),
        lambda window: window.canvas.zoom_by(1 / ZOOM_STEP), enabled=_project),
    ActionSpec("fit", QT_TRANSLATE_NOOP("Actions", "Fit"), ("Ctrl+0",),
        QT_TRANSLATE_NOOP("Actions", "Show the whole scene"),
        lambda window: window.canvas.fit(), "maximize", enabled=_project),
    ActionSpec("actual_size", QT_TRANSLATE_NOOP("Actions", "100 %"), ("Ctrl+1",),
        QT_TRANSLATE_NOOP("Actions", "One pixel of the scene on one pixel of the screen"),
        lambda window: window.canvas.show_actual_size(), enabled=_project),
    ActionSpec("peek", QT_TRANSLATE_NOOP("Actions", "Hide overlay"), ("T",),
        QT_TRANSLATE_NOOP("Actions", "Show the scene without class colours; hold the key for a short look"),
        lambda window: window.peek.press(), "eye", checked_icon="eye-off",
        checked=lambda window: window.canvas.overlay_hidden, enabled=_project),
    ActionSpec("columns", QT_TRANSLATE_NOOP("Actions", "Hide side columns"), ("F9",),
        QT_TRANSLATE_NOOP("Actions", "Show nothing but the scene"),
        lambda window: window.toggle_columns(), canvas_shortcuts=("Tab",),
        checked=lambda window: window.columns_hidden, enabled=_project),
    ActionSpec("full_screen", QT_TRANSLATE_NOOP("Actions", "Full screen"), ("F11",),
        QT_TRANSLATE_NOOP("Actions", "Use the whole screen"),
        lambda window: window.toggle_full_screen(), checked=lambda window: window.isFullScreen()),
    ActionSpec("theme", QT_TRANSLATE_NOOP("Actions", "Dark or light"), ("Ctrl+Shift+T",),
        QT_TRANSLATE_NOOP("Actions", "Switch between the dark and the light theme"),
        lambda window: window.toggle_theme()),
    ActionSpec("show_label", QT_TRANSLATE_NOOP("Actions", "Label tab"), ("Ctrl+L",),
        QT_TRANSLATE_NOOP("Actions", "Show classes and brush"),
        lambda window: window.show_label_tab(), enabled=_project),
    ActionSpec("show_train", QT_TRANSLATE_NOOP("Actions", "Train tab"), ("Ctrl+T",),
        QT_TRANSLATE_NOOP("Actions", "Show what the model can learn from your corrections"),
        lambda window: window.show_train_tab(), enabled=_project),

    ActionSpec("prelabel", QT_TRANSLATE_NOOP("Actions", "Pre-label this scene"), ("P",),
        QT_TRANSLATE_NOOP("Actions", "Predict this scene; pixels that you checked stay"),
        lambda window: window.prelabel_this(), "sparkles", enabled=_model),
    ActionSpec("prelabel_undone", QT_TRANSLATE_NOOP("Actions", "Pre-label undone scenes"), ("Ctrl+Shift+P",),
        QT_TRANSLATE_NOOP("Actions", "Predict every scene that is not done; pixels that you checked stay"),
        lambda window: window.prelabel_undone(), enabled=_model),

    ActionSpec("commands", QT_TRANSLATE_NOOP("Actions", "Find by name…"), ("Ctrl+K",),
        QT_TRANSLATE_NOOP("Actions", "Type the name of any action, class or scene"),
        lambda window: window.show_commands(), "search"),
    ActionSpec("keys", QT_TRANSLATE_NOOP("Actions", "Keys"), ("F1",),
        QT_TRANSLATE_NOOP("Actions", "Show all keys"),
        lambda window: window.show_keys(), "circle-question-mark"),
    _tool_action(TOOLS[0], QT_TRANSLATE_NOOP("Actions", "Brush"),
        QT_TRANSLATE_NOOP("Actions", "Paint the active class; Shift + click draws a straight line")),
    _tool_action(TOOLS[1], QT_TRANSLATE_NOOP("Actions", "Eraser"),
        QT_TRANSLATE_NOOP("Actions", "Paint void; with the right button every tool does")),
    *(_class_action(number) for number in range(1, 11)),
    *(_depth_action(depth) for depth in range(1, 5)),
)
# fmt: on


# Sub-menus of the menu button: title, names of ACTIONS, "" for a line between two groups.
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        QT_TRANSLATE_NOOP("Actions", "File"),
        (
            "open_folder",
            "open_samples",
            "labels_folder",
            "rescan",
            "close_folder",
            "",
            "save",
            "",
            "export_camvid",
            "export_indexes",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "Edit"),
        (
            "undo",
            "redo",
            "",
            "brush",
            "eraser",
            "smaller",
            "larger",
            "square",
            "",
            "previous_class",
            "next_class",
            "swap_class",
            "lock_class",
            "hide_class",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "Scene"),
        ("next_scene", "previous_scene", "next_undone", "previous_undone", "find_scene", "", "mark_done"),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "Model"),
        ("prelabel", "prelabel_undone", "", "depth_1", "depth_2", "depth_3", "depth_4"),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "View"),
        (
            "zoom_in",
            "zoom_out",
            "fit",
            "actual_size",
            "",
            "peek",
            "columns",
            "full_screen",
            "theme",
            "",
            "show_label",
            "show_train",
        ),
    ),
    ("", ("commands", "settings", "keys", "", "quit")),
)
