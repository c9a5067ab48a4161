"""What the window knows of the engine and the precisions of the chosen model, and what changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, JobEnd, JobState, Succeeded
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.registry import ModelEntry

if TYPE_CHECKING:
    from unetpp_desktop.nn.explanation import Explanation
    from unetpp_desktop.nn.int8 import Int8Report


@dataclass(frozen=True)
class EngineState:
    """What a predictor took and why, what was measured of INT8, and whether that is switched on.

    ``device`` is the one that was chosen, one of `unetpp_desktop.nn.predictor.DEVICES`.
    """

    model: ModelEntry
    device: str
    explanation: Explanation
    report: Int8Report | None
    switched_on: bool


class EngineFacts(QObject):
    """Asks, makes INT8 and switches it, each as a job; all about the chosen model on the chosen device."""

    changed = Signal()  # `state`, `asking` or `making` is another one
    outdated = Signal()  # `state` no longer holds: whoever shows it asks again

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.state: EngineState | None = None
        self.asking: Job | None = None
        self.making: Job | None = None
        self._chosen = session.model, session.device
        session.model_changed.connect(self._on_model_changed)

    def show(self) -> None:
        """Opens the dialog that tells, and asks anew."""
        from unetpp_desktop.gui.engine_dialog import EngineDialog

        dialog = EngineDialog(self._session, self, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ask()
        dialog.show()

    def ask(self) -> None:
        """Opens the model, where it is not open, and finds out; `changed` follows.

        What was asked before is given up.
        """
        session, model = self._session, self._session.model
        if model is None:
            return
        if self.asking is not None:
            self.asking.cancel()
        self.asking = session.jobs.start(self.tr("Look at the engine"), _Look(session, model), self._take)
        self.asking.ended.connect(self._on_asked)
        self.changed.emit()

    def make(self) -> None:
        """Makes INT8 from the scenes of the folder and measures it; it stays switched off."""
        session, project, model = self._session, self._session.project, self._session.model
        if self.making is not None or project is None or model is None or not session.save():
            return
        look = _Look(session, model)

        def work(progress: Progress) -> EngineState:
            from unetpp_desktop.tasks.quantise import make_int8

            try:
                make_int8(project, model, progress)
            finally:
                session.predictors.reopen()
            return look(lambda _done, _total, _note: progress(0, 0, ""))

        self.making = session.jobs.start(self.tr("Make INT8 of {}").format(model.name), work, self._on_made)
        self.making.ended.connect(self._on_making_ended)
        self.changed.emit()

    def switch(self, on: bool) -> None:
        """Uses INT8 of the chosen model from now on, or no more."""
        session, model = self._session, self._session.model
        if model is None:
            return
        look = _Look(session, model)

        def work(progress: Progress) -> EngineState:
            from unetpp_desktop.tasks.quantise import int8_store

            int8_store(model).switch(on)
            session.predictors.reopen()
            return look(progress)

        title = self.tr("Switch INT8 on") if on else self.tr("Switch INT8 off")
        session.jobs.start(title, work, self._take).ended.connect(self._on_written)

    def _take(self, state: EngineState) -> None:
        if (state.model, state.device) == self._chosen:
            self.state = state
            self.changed.emit()

    def _on_asked(self) -> None:
        if self.asking is not None and self.asking.state is JobState.ENDED:  # else it was given up
            self.asking = None
            self.changed.emit()

    def _on_made(self, state: EngineState) -> None:
        self._take(state)
        sentence = self.tr("INT8 of {} is made. See what it loses, and switch it on.")
        self._session.offer.emit(sentence.format(state.model.name), Offer(self.tr("Look"), self.show))

    def _on_making_ended(self, end: JobEnd) -> None:
        self.making = None
        self.changed.emit()
        self._on_written(end)

    def _on_written(self, end: JobEnd) -> None:
        """INT8 was made or switched; a job that was cancelled or failed may have done that before."""
        if self._session.jobs.closed:
            return
        self._session.answers.forget()
        if not isinstance(end, Succeeded):
            self._forget()

    def _on_model_changed(self) -> None:
        """Another depth is no other subject: all depths are told of."""
        chosen = self._session.model, self._session.device
        if chosen != self._chosen:
            self._chosen = chosen
            self._forget()

    def _forget(self) -> None:
        self.state = None
        self.changed.emit()
        self.outdated.emit()


class _Look:
    """The work of finding out; it holds what it needs, and nothing of the window."""

    def __init__(self, session: Session, model: ModelEntry) -> None:
        self._predictors, self._device, self._model = session.predictors, session.device, model
        self._loading = session.tr("loading the network")

    def __call__(self, progress: Progress) -> EngineState:
        warm_up_engine(self._device, lambda: progress(0, 0, self._loading))
        from unetpp_desktop.tasks.quantise import int8_store

        with self._predictors.lent(self._model, self._device, lambda: progress(0, 0, "")) as predictor:
            explanation = predictor.explanation
        store = int8_store(self._model)
        return EngineState(self._model, self._device, explanation, store.report, store.switched_on)
