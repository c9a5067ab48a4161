"""The commands on masks and classes of one window, with the bars and dialogs that belong to them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unetpp_desktop.gui.amount_bar import AmountBar
from unetpp_desktop.gui.edit_runner import EditRunner
from unetpp_desktop.gui.mask_commands import MaskCommands
from unetpp_desktop.gui.source_commands import SourceCommands

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


class MaskDesk(QObject):
    """Made when the first of these commands is used."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        runner = EditRunner(window.session)
        self.commands = MaskCommands(window.session, runner)
        self.sources = SourceCommands(window.session, runner)
        self.amount_bar = AmountBar(self.commands, window.canvas)
        self.amount_bar.closed.connect(window.canvas.setFocus)
