"""The commands on masks and classes of one window, with the bars and dialogs that belong to them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog

from unetpp_desktop.gui.amount_bar import AmountBar
from unetpp_desktop.gui.edit_runner import EditRunner
from unetpp_desktop.gui.mask_commands import MaskCommands
from unetpp_desktop.gui.offer import Offer
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
        self.amount_bar = AmountBar(self.commands, window.session.strokes, window.canvas)
        self.amount_bar.closed.connect(window.canvas.setFocus)

    def change_amount(self) -> None:
        """The amount of the last command can be typed; says so where there is none."""
        if not self.amount_bar.focus_number():
            sentence = self.tr("There is no amount to change: smooth, grow or shrink a class first.")
            self._window.session.notice.emit(sentence, "info")

    def show_replace(self) -> None:
        """Asks which class is to become which, and where."""
        from unetpp_desktop.gui.replace_dialog import ReplaceDialog

        _open(ReplaceDialog(self._window.session, self.commands, self._window))

    def show_classes(self) -> None:
        """The classes of the project can be changed."""
        from unetpp_desktop.gui.class_dialog import ClassDialog

        dialog = ClassDialog(self._window.session, self._window)
        dialog.changed.connect(self._offer_undo)
        _open(dialog)

    def show_class_undo(self) -> None:
        """Asks whether the last change of classes is to be taken back."""
        from unetpp_desktop.gui.class_undo import ClassUndo

        _open(ClassUndo(self._window.session, self._window))

    def _offer_undo(self, sentence: str) -> None:
        self._window.session.offer.emit(sentence, Offer(self.tr("Undo…"), self.show_class_undo))


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
