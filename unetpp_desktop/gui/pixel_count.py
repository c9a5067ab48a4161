"""How many pixels of each class all scenes have, for a dialog that says what a change would come to."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.class_counts import ClassCounts, Counted, count_classes, every_pixel


class PixelCount(QObject):
    """Counts in the background, once it is told to, and as long as ``dialog`` is open.

    ``counts`` is None until all scenes are counted; ``job`` is None while nothing is counted.
    """

    progressed = Signal(int, int)  # scenes counted, and all
    ended = Signal()  # there are counts now

    def __init__(self, session: Session, dialog: QDialog, counted: Counted = every_pixel) -> None:
        """``counted`` picks the labels that count, see `count_classes`; it runs in any thread."""
        super().__init__(dialog)
        self._session, self._dialog, self._counted = session, dialog, counted
        self.counts: ClassCounts | None = None
        self.job: Job | None = None
        dialog.finished.connect(self.stop)

    def start(self) -> None:
        """Counts, unless that is done or under way, or there is no folder."""
        project = self._session.project
        under_way = self.job is not None and self.job.state is not JobState.CANCELLING
        if project is None or self.counts is not None or under_way:
            return
        work = partial(count_classes, project, counted=self._counted)
        self.job = self._session.jobs.start(self.tr("Count pixels"), work, self._on_counted)
        self.job.progressed.connect(self.progressed)
        self.job.state_changed.connect(self._on_job_state)

    def stop(self) -> None:
        """`start` can begin again."""
        if self.job is not None:
            self.job.cancel()

    def _on_job_state(self) -> None:
        if self.job is not None and self.job.state is JobState.ENDED:
            self.job = None

    def _on_counted(self, counts: ClassCounts) -> None:
        session = self._session
        if not self._dialog.isVisible():
            return  # it was closed just before
        if session.scene is not None and session.document is not None:
            as_yet_unsaved = self._counted(session.document.labels, session.document.origins)
            counts = counts.with_scene(session.scene.name, as_yet_unsaved)
        self.counts = counts
        self.ended.emit()
