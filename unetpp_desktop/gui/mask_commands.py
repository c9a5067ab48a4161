"""The commands on one class of the open scene, and the amount that may still be changed afterwards."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.editing import regions
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.editing.sources import Change
from unetpp_desktop.gui.edit_runner import EditRequest, EditRunner, Ended, nobody_waits
from unetpp_desktop.gui.region_commands import RegionCommand

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

REPLACE = QT_TRANSLATE_NOOP("Actions", "Replace class")


class MaskCommands(QObject):
    """Works on the selection where there is one, else on the whole scene; rules hold as for any paint.

    The last command may be run again with another amount, where it was run before, whatever is selected
    meanwhile: what it did is taken back first, so that it stays one edit.
    """

    adjustable = Signal(object)  # the RegionCommand that has been run; None where that is over

    def __init__(self, session: "Session", runner: EditRunner) -> None:
        super().__init__(session)
        self._session = session
        self.runner = runner
        self._command: RegionCommand | None = None
        self._request: EditRequest | None = None
        self._left: tuple[MaskDocument, int] | None = None  # the state in which the last command left it
        self._changed = False  # whether it did anything
        self.value = 0  # the class that the last command was about
        session.scene_changed.connect(self._settle)
        session.history_changed.connect(self._on_history)

    def amount(self, command: RegionCommand) -> int:
        """What was chosen last for a command that has an amount; else 0."""
        if command.amount is None:
            return 0
        chosen = self._session.remembered.amounts.get(command.name, command.amount.default)
        return min(max(chosen, command.amount.low), command.amount.high)

    def run(self, command: RegionCommand) -> None:
        """Applies ``command`` to the active class."""
        self._settle()
        if not self._session.strokes.under_way:
            self._session.previews.take_over()
        self._run(command, self._session.active_class, self._session.selection)

    def adjust(self, amount: int) -> None:
        """Runs the last command again with another amount, in place of what it did."""
        command, request, document = self._command, self._request, self._session.document
        if command is None or request is None or document is None:
            return
        if self._session.strokes.must_end_first():
            self.adjustable.emit(command)  # the amount is what it was
            return
        remembered = self._session.remembered
        remembered.amounts = remembered.amounts | {command.name: amount}
        left, self._left = self._left, None
        self._request = None
        self.runner.give_up(request)
        if self._changed and left == (document, document.state):
            self._session.undo()
        self._run(command, self.value, request.selection)

    def replace_class(self, old: int, new: int) -> None:
        """All pixels of one class become another; both may be void."""
        self.runner.run(self.replacement(old, new, self._session.selection))

    def replacement(
        self, old: int, new: int, selection: Selection | None, ended: Ended = nobody_waits
    ) -> EditRequest:
        """What makes one class another in the open scene, for the runner."""

        def work(labels: np.ndarray, _origins: np.ndarray) -> tuple[Change, ...]:
            return ((regions.replace(labels, old, new), Origin.PAINTED),)

        nothing = self._unless_too_early(self.tr("{} is not here.").format(self.name_of(old)))
        return EditRequest(REPLACE, work, nothing, selection, ended)

    def name_of(self, value: int) -> str:
        """A class, or void, as it is called on the screen."""
        return self.tr("void") if value == VOID else self._session.palette.names[value]

    def _run(self, command: RegionCommand, value: int, selection: Selection | None) -> None:
        amount, propose = self.amount(command), command.propose
        nothing = QCoreApplication.translate("MaskCommands", command.nothing)
        nothing = self._unless_too_early(nothing.format(self.name_of(value), f"{amount:,}"))

        def work(labels: np.ndarray, _origins: np.ndarray) -> tuple[Change, ...]:
            return ((propose(labels, value, amount), Origin.PAINTED),)

        self._command, self.value = command, value
        self._request = EditRequest(command.name, work, nothing, selection, self._on_ended)
        self.runner.run(self._request)

    def _unless_too_early(self, nothing: str) -> str:
        """The regions that are seen may be those of a preview that cannot be the mask yet."""
        return nothing if self._session.previews.shown is None else self._session.previews.too_early()

    def _on_ended(self, request: EditRequest, changed: Rect | None) -> None:
        document = self._session.document
        if request is not self._request or document is None or self._command is None:
            return
        self._left, self._changed = (document, document.state), changed is not None and not changed.is_empty
        if changed is not None and self._command.amount is not None:
            self.adjustable.emit(self._command)

    def _on_history(self) -> None:
        """Whoever edits or undoes something else is done with the last command."""
        document = self._session.document
        if self._left is not None and self._left != (document, document.state if document else 0):
            self._settle()

    def _settle(self) -> None:
        self._command = self._request = self._left = None
        self.adjustable.emit(None)
