"""Tells what a training came to, where the Train tab is not seen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unetpp_desktop.gui.comparison import verdict
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.toasts import Toasts
from unetpp_desktop.gui.train_panel import TrainPanel

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


class TrainingNews(QObject):
    """A notice that leads to the Train tab; it goes when that is seen, or the training decided about."""

    def __init__(self, panel: TrainPanel, toasts: Toasts, window: "MainWindow") -> None:
        super().__init__(window)
        self._panel, self._toasts, self._window = panel, toasts, window
        self._told = ""
        panel.shown.connect(self._withdraw)
        panel.training.state_changed.connect(self._withdraw)
        panel.training.finished.connect(self._tell_result)
        panel.training.failed.connect(lambda: self._tell(panel.training.failure, "error"))

    def _tell_result(self) -> None:
        result = self._panel.training.result
        if result is None:
            return
        if result.refused is None:
            sentence = self.tr("The training is done. {0}").format(verdict(result.before, result.after))
        else:
            record = result.candidate.card.finetuned
            in_use = "" if record is None else record.compared_with
            sentence = self.tr("The training is done, but the new model is refused: {0} stays in use.")
            sentence = sentence.format(in_use)
        self._tell(sentence, "info")

    def _tell(self, sentence: str, level: str) -> None:
        if not self._panel.isVisible():
            self._told = sentence
            show = self._window.commands["show_train"]
            offer = Offer(self.tr("Show"), show.trigger, tip=show.toolTip())
            self._toasts.show_notice(sentence, level, offer)

    def _withdraw(self) -> None:
        told, self._told = self._told, ""
        if told:
            self._toasts.withdraw(told)
