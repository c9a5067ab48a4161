"""One thing that the window can do, as a row of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow

Slot = Callable[["MainWindow"], object]
Question = Callable[["MainWindow"], bool]
Menu = tuple[str, tuple[str, ...]]
"""Title and names of actions, "" for a line between two groups."""


@dataclass(frozen=True)
class ActionSpec:
    """What it is called, which keys it has, what it does.

    ``shortcuts`` work everywhere in the window, ``canvas_shortcuts`` only while the canvas has the
    focus: lists and fields need those keys themselves. ``text`` and ``tip`` are English, marked for
    translation, and may hold ``{}`` for ``number``. Without ``enabled`` it can always be done.
    """

    name: str
    text: str
    shortcuts: tuple[str, ...]
    tip: str
    slot: Slot
    icon: str = ""
    checked_icon: str = ""
    canvas_shortcuts: tuple[str, ...] = ()
    checked: Question | None = None
    enabled: Question | None = None
    number: int = 0

    def shown_text(self) -> str:
        return QCoreApplication.translate("Actions", self.text).format(self.number)

    def shown_tip(self) -> str:
        return QCoreApplication.translate("Actions", self.tip).format(self.number)


def has_project(window: "MainWindow") -> bool:
    return window.session.project is not None


def has_document(window: "MainWindow") -> bool:
    return window.session.document is not None


def has_model(window: "MainWindow") -> bool:
    return window.session.model is not None and window.session.scene is not None
