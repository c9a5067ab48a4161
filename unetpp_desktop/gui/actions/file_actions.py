"""Folders, saving and export."""

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui import folder_commands
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_document, has_project

# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_folder", QT_TRANSLATE_NOOP("Actions", "Open folder…"), ("Ctrl+O", "Ctrl+U"),
        QT_TRANSLATE_NOOP("Actions", "Open a folder of images"),
        lambda window: folder_commands.choose_folder(window.session, window), "folder-open"),
    ActionSpec("open_samples", QT_TRANSLATE_NOOP("Actions", "Open sample scenes"), ("Ctrl+Shift+O",),
        QT_TRANSLATE_NOOP("Actions", "Open generated street scenes to try the program on"),
        lambda window: folder_commands.open_samples(window.session, window.data_folder), "images"),
    ActionSpec("labels_folder", QT_TRANSLATE_NOOP("Actions", "Choose labels folder…"), ("Ctrl+Shift+L",),
        QT_TRANSLATE_NOOP("Actions", "Save the masks elsewhere, for images in a read-only folder"),
        lambda window: folder_commands.choose_labels_folder(window.session, window), enabled=has_project),
    ActionSpec("rescan", QT_TRANSLATE_NOOP("Actions", "Look for new scenes"), ("F5",),
        QT_TRANSLATE_NOOP("Actions", "Look again which images the folder holds"),
        lambda window: window.session.walk.rescan(), enabled=has_project),
    ActionSpec("close_folder", QT_TRANSLATE_NOOP("Actions", "Close folder"), ("Ctrl+W",),
        QT_TRANSLATE_NOOP("Actions", "Save and go back to the start page"),
        lambda window: window.session.close_folder(), enabled=has_project),
    ActionSpec("save", QT_TRANSLATE_NOOP("Actions", "Save"), ("Ctrl+S",),
        QT_TRANSLATE_NOOP("Actions", "Save the mask of this scene; that also happens by itself"),
        lambda window: window.session.save(), "save", enabled=has_document),
    ActionSpec("export_camvid", QT_TRANSLATE_NOOP("Actions", "Export as CamVid data set…"), ("Ctrl+E",),
        QT_TRANSLATE_NOOP("Actions", "Write images and masks in the layout of CamVid"),
        lambda window: folder_commands.export_as_camvid(window.session, window), enabled=has_project),
    ActionSpec("export_indexes", QT_TRANSLATE_NOOP("Actions", "Export index masks…"), ("Ctrl+Shift+E",),
        QT_TRANSLATE_NOOP("Actions", "Write one PNG of class indexes per scene, and the list of classes"),
        lambda window: folder_commands.export_as_indexes(window.session, window), enabled=has_project),
)
# fmt: on

MENU: Menu = (
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
)
