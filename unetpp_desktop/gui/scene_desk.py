"""The commands on scenes of one window: marks, and going to a number."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from unetpp_desktop.gui.scene_dialogs import NoteDialog, NumberDialog
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def meant_scenes(window: "MainWindow") -> tuple[Scene, ...]:
    """Those selected while the list has the keyboard, else the open one."""
    if window.scene_list.has_keyboard:
        selected = window.scene_list.selected_scenes()
        if selected:
            return selected
    scene = window.session.scene
    return () if scene is None else (scene,)


def toggle_flag(window: "MainWindow") -> None:
    window.session.marking.toggle_flag(meant_scenes(window))


def toggle_excluded(window: "MainWindow") -> None:
    window.session.marking.toggle_excluded(meant_scenes(window))


def ask_note(window: "MainWindow") -> None:
    """A small window takes the note of the scenes meant."""
    scenes, marking = meant_scenes(window), window.session.marking
    if not scenes:
        return
    notes = {marking.of(scene).note for scene in scenes}
    title = scenes[0].name if len(scenes) == 1 else window.tr("{0} scenes").format(len(scenes))
    dialog = NoteDialog(title, notes.pop() if len(notes) == 1 else "", window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: marking.set_note(scenes, dialog.note))
    dialog.open()


def ask_number(window: "MainWindow") -> None:
    """A small window takes the number of the scene to go to."""
    session = window.session
    dialog = NumberDialog(max(session.position, 0) + 1, len(session.scenes), window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: session.walk.go_to_number(dialog.number))
    dialog.open()
