"""The question whether a training that is under way may be lost."""

from PySide6.QtWidgets import QMessageBox, QWidget

from unetpp_desktop.gui.training_session import TrainingSession


def may_stop(training: TrainingSession, parent: QWidget) -> bool:
    """Asks where a training is under way; True where none is, or where it is to be stopped."""
    return not training.under_way or _Question(training, parent).answer()


class _Question(QMessageBox):
    """The training goes on while it stands. Once that has ended, there is a result to be seen first."""

    def __init__(self, training: TrainingSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._training = training
        self.setIcon(QMessageBox.Icon.Warning)
        go_on = self.addButton(self.tr("Go on training"), QMessageBox.ButtonRole.RejectRole)
        go_on.setToolTip(self.tr("The folder stays open (Esc)"))
        self._stop = self.addButton(self.tr("Stop it"), QMessageBox.ButtonRole.DestructiveRole)
        self._stop.setToolTip(self.tr("What the training has learnt is lost; your labels are kept"))
        self.setDefaultButton(go_on)
        self.setEscapeButton(go_on)
        training.progressed.connect(self._show_words)
        training.state_changed.connect(self._show_words)
        self._show_words()

    def answer(self) -> bool:
        """Whether the training is to be stopped."""
        self.exec()
        self.deleteLater()
        return self.clickedButton() is self._stop

    def _show_words(self) -> None:
        if not self._training.under_way:
            self.reject()
            return
        job = self._training.job
        if job is None or job.total == 0:
            where = self.tr("The training has just begun.")
        else:
            where = self.tr("The training is at step {0} of {1}.").format(job.done, job.total)
        self.setText(f"{where} " + self.tr("It ends when this folder is closed, and what it learnt is lost."))
