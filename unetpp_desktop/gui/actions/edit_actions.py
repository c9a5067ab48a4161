"""Undo, redo, and the list of what can be undone."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui.action_spec import ActionSpec, Menu

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _can_undo(window: "MainWindow") -> bool:
    session = window.session
    return session.review.can_take_back or bool(session.document and session.document.can_undo)


def _undo(window: "MainWindow") -> None:
    """In the review the decision that came last may lie in another scene, which is gone back to."""
    if not window.session.review.take_back():
        window.session.undo()


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("undo", QT_TRANSLATE_NOOP("Actions", "Undo"), ("Ctrl+Z",),
        QT_TRANSLATE_NOOP("Actions", "Take back the last edit of this scene, or of the review"),
        _undo, "undo-2", enabled=_can_undo),
    ActionSpec("redo", QT_TRANSLATE_NOOP("Actions", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"),
        QT_TRANSLATE_NOOP("Actions", "Do again what was taken back"),
        lambda window: window.session.redo(), "redo-2",
        enabled=lambda window: bool(window.session.document and window.session.document.can_redo)),
    ActionSpec("history", QT_TRANSLATE_NOOP("Actions", "History"), ("Ctrl+Shift+H",),
        QT_TRANSLATE_NOOP("Actions", "Show all edits of this scene; a click, or an arrow key, goes to one"),
        lambda window: window.show_history(), "history",
        enabled=lambda window: window.session.document is not None),
)
# fmt: on

MENU: Menu = (QT_TRANSLATE_NOOP("Actions", "Edit"), ("undo", "redo", "history"))
