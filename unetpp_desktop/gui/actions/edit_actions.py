"""Undo and redo."""

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui.action_spec import ActionSpec, Menu

# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("undo", QT_TRANSLATE_NOOP("Actions", "Undo"), ("Ctrl+Z",),
        QT_TRANSLATE_NOOP("Actions", "Take back the last edit of this scene"),
        lambda window: window.session.undo(), "undo-2",
        enabled=lambda window: bool(window.session.document and window.session.document.can_undo)),
    ActionSpec("redo", QT_TRANSLATE_NOOP("Actions", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"),
        QT_TRANSLATE_NOOP("Actions", "Do again what was taken back"),
        lambda window: window.session.redo(), "redo-2",
        enabled=lambda window: bool(window.session.document and window.session.document.can_redo)),
)
# fmt: on

MENU: Menu = (QT_TRANSLATE_NOOP("Actions", "Edit"), ("undo", "redo"))
