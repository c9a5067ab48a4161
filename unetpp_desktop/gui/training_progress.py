"""How a training goes: its step, the time left, and the curves."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from unetpp_desktop.gui.comparison import percent
from unetpp_desktop.gui.curves import Curve
from unetpp_desktop.gui.job_bar import time_left_text
from unetpp_desktop.gui.paragraph import Paragraph
from unetpp_desktop.gui.training_session import TrainingSession, TrainingState

_TICK_MS = 500  # the time left also moves while no report comes


class TrainingProgress(QWidget):
    """A view of one `TrainingSession`; the curves stay while its result is decided about."""

    def __init__(self, training: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._words = Paragraph()
        self._note = Paragraph(quiet=True)
        self._loss = Curve(self.tr("Loss"), lambda value: f"{value:.2f}", smooth=True)
        self._miou = Curve(self.tr("mIoU"), percent, smooth=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        parts: tuple[QWidget, ...] = (self._words, self._note, self._loss, self._miou)
        for part in parts:
            column.addWidget(part)
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._show_words)
        training.progressed.connect(self._show_words)
        training.stepped.connect(self._show_curves)
        training.state_changed.connect(self._show_state)
        self._show_state()

    def _show_state(self) -> None:
        self.setVisible(self._training.state is not TrainingState.IDLE)
        busy = self._training.job is not None
        self._words.setVisible(busy)
        self._note.setVisible(busy)
        if busy:
            self._ticks.start()
        else:
            self._ticks.stop()
        result = self._training.result
        self._miou.set_reference(None if result is None else (self.tr("was"), result.before.miou))
        self._show_words()
        self._show_curves()

    def _show_words(self) -> None:
        job = self._training.job
        if job is None:
            return
        if self._training.state is TrainingState.STOPPING:
            text = self.tr("Stopping")
        elif job.total == 0:
            text = self.tr("Starting")
        else:
            text = self.tr("Step {0} of {1}").format(job.done, job.total)
        if self._training.state is TrainingState.PAUSED:
            text += self.tr(" · paused")
        elif job.seconds_left is not None:
            text += f" · {time_left_text(job.seconds_left)}"
        self._words.setText(text)
        self._note.setText(job.note[:1].upper() + job.note[1:])

    def _show_curves(self) -> None:
        steps = self._training.steps
        shown = bool(steps) and self._training.state is not TrainingState.IDLE
        self._loss.setVisible(shown)
        self._miou.setVisible(shown)
        if shown:
            total = steps[-1].steps
            self._loss.set_points([(report.step, report.loss) for report in steps], total)
            measured = [(report.step, report.miou) for report in steps if report.miou is not None]
            self._miou.set_points(measured, total)
