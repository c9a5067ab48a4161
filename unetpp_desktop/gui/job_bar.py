"""The jobs in the status bar: what runs, how far it is, how long it still takes, and a way to stop it."""

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QWidget

from unetpp_desktop.gui.jobs import Job, Jobs, JobState
from unetpp_desktop.gui.painting import mixed, resized

_QUIET_MS = 300  # a job that ends sooner is never shown
_TICK_MS = 500  # the time left also moves while no report comes
_SHOWN_AT_ONCE = 2
_BAR_WIDTH = 96
_PIXELS = 12


def time_left_text(seconds: float) -> str:
    """ "1:04 left"; hours only where there are any."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return QCoreApplication.translate("JobBar", "{0} left").format(clock)


class _Bar(QWidget):
    """A thin bar; while the total is unknown it is hatched instead of filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_BAR_WIDTH, 4)

    def set_share(self, share: float | None) -> None:
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette = self.palette()
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        painter.setBrush(mixed(ground, text, 0.16))
        painter.drawRoundedRect(QRectF(self.rect()), 2, 2)
        if self._share is None:
            painter.setBrush(mixed(ground, text, 0.45))
            for left in range(0, self.width() - 3, 12):
                painter.drawRect(QRectF(left, 0, 5, self.height()))
        else:
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(QRectF(0, 0, self.width() * self._share, self.height()), 2, 2)


class _Cross(QAbstractButton):
    """The button that stops a job; drawn, so that no theme's padding can cut it off."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(20, 20)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        box = QRectF(self.rect())
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.5))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mixed(ground, text, 0.14))
            painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QPen(text if self.isEnabled() else mixed(text, ground, 0.6), 1.4))
        cross = QRectF(6.5, 6.5, 7, 7)
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())


class _JobRow(QWidget):
    """One job: "Pre-label 431 scenes  212/431  ▬▬▬  1:04 left  ✕"."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        font = resized(self.font(), _PIXELS)
        self._text = QLabel(self)
        self._text.setFont(font)
        self._bar = _Bar(self)
        self._left = QLabel(self)
        self._left.setFont(font)
        self._cancel = _Cross(self.tr("Cancel: {0}").format(job.title), self)
        self._cancel.clicked.connect(job.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._text, self._bar, self._left, self._cancel):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        job.progressed.connect(self.refresh)
        job.state_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        job = self.job
        counted = job.total > 0
        self._text.setText(f"{job.title}  {job.done}/{job.total}" if counted else job.title)
        self.setToolTip(job.note)
        self._bar.set_share(min(1.0, job.done / job.total) if counted else None)
        self._left.setText(self._time_text())
        self._cancel.setEnabled(job.state is not JobState.CANCELLING)

    def _time_text(self) -> str:
        if self.job.state is JobState.CANCELLING:
            return self.tr("stopping")
        if self.job.state is JobState.PAUSED:
            return self.tr("paused")
        seconds = self.job.seconds_left
        return "" if seconds is None else time_left_text(seconds)


class JobBar(QWidget):
    """Shows the jobs that take long enough to notice; takes no room while there are none."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._rows: list[_JobRow] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self._more = QLabel(self)
        self._more.setFont(resized(self.font(), _PIXELS))
        self._row.addWidget(self._more)
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._tick)
        jobs.job_started.connect(self._on_started)
        for job in jobs.active:
            self._on_started(job)
        self._arrange()

    def _on_started(self, job: Job) -> None:
        job.ended.connect(self._on_ended)
        QTimer.singleShot(_QUIET_MS, self, lambda: self._show_job(job))

    def _show_job(self, job: Job) -> None:
        if job in self._jobs.active:
            row = _JobRow(job, self)
            self._rows.append(row)
            self._row.insertWidget(len(self._rows) - 1, row)
            self._arrange()

    def _on_ended(self) -> None:
        for row in [row for row in self._rows if row.job.state is JobState.ENDED]:
            self._rows.remove(row)
            self._row.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        for number, row in enumerate(self._rows):
            row.setVisible(number < _SHOWN_AT_ONCE)
        hidden = len(self._rows) - _SHOWN_AT_ONCE
        self._more.setVisible(hidden > 0)
        self._more.setText(self.tr("+{0} more").format(hidden))
        self.setVisible(bool(self._rows))
        if self._rows:
            self._ticks.start()
        else:
            self._ticks.stop()

    def _tick(self) -> None:
        for row in self._rows:
            row.refresh()
