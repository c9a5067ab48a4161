"""One thing that the window can do, as a row of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow

Slot = Callable[["MainWindow"], object]
Question = Callable[["MainWindow"], bool]


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
