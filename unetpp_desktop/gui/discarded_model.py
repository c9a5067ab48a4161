"""The model that was discarded last: it can be taken back while a notice offers that, and is deleted then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.key_bindings import with_keys
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.session import Session
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks import discarded as tasks_discarded

if TYPE_CHECKING:  # importing them for real imports torch, which only the job's thread may do
    from unetpp_desktop.nn.finetuning import StepReport
    from unetpp_desktop.tasks.changed_scenes import ChangedScene
    from unetpp_desktop.tasks.finetune import FinetuneResult


@dataclass(frozen=True, eq=False)
class Discarded:
    """A result that can be taken back, and what was known of its training."""

    result: FinetuneResult
    changed: list[ChangedScene] | None
    steps: list[StepReport]
    base: ModelEntry | None


class DiscardedModel(QObject):
    """Keeps one `Discarded`, and its model out of every list."""

    changed = Signal()  # `kept` is another one, or none

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self.kept: Discarded | None = None
        session.project_changed.connect(self._on_project_changed)

    def keep(self, discarded: Discarded, undo: Callable[[], object]) -> None:
        """Sets a model aside, in the place of the one before, and offers to ``undo`` it."""
        self.delete()
        try:
            tasks_discarded.set_aside(discarded.result.candidate)
        except UserError as error:
            self._session.notice.emit(str(error), "error")
            return
        self.kept = discarded
        tip = with_keys(self.tr("Decide about the model again"), self._session.settings, "undo_discard")
        offer = Offer(self.tr("Undo"), undo, partial(self._delete_this, discarded), tip)
        self._session.offer.emit(self._sentence(discarded), offer)
        self.changed.emit()

    def take_back(self) -> Discarded | None:
        """What was kept, a model again; None, with a notice, where it cannot be taken back."""
        discarded, self.kept = self.kept, None
        if discarded is None:
            return None
        self._session.notice_outdated.emit(self._sentence(discarded))
        self.changed.emit()
        try:
            tasks_discarded.take_back(discarded.result.candidate)
        except UserError as error:
            self._session.notice.emit(str(error), "error")
            return None
        return discarded

    def delete(self) -> None:
        """What was discarded can be taken back no longer."""
        discarded, self.kept = self.kept, None
        if discarded is not None:
            self._session.notice_outdated.emit(self._sentence(discarded))
            tasks_discarded.delete(discarded.result.candidate)
            self.changed.emit()

    def _delete_this(self, discarded: Discarded) -> None:
        """The offer is gone; another one may be kept by now."""
        if self.kept is discarded:
            self.delete()

    def _sentence(self, discarded: Discarded) -> str:
        return self.tr("{0} is discarded.").format(discarded.result.candidate.name)

    def _on_project_changed(self) -> None:
        before, self._project = self._project, self._session.project
        if self._project is before:
            return
        self.delete()
        if self._project is not None:
            tasks_discarded.delete_all(self._project.own_folder / "models")
