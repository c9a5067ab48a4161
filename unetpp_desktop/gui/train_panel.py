"""The Train tab: what counts, start and stop, how it goes, and what came of it."""

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.ampersands import doubled
from unetpp_desktop.gui.base_data_row import BaseDataRow
from unetpp_desktop.gui.counted_circles import CountedCircles
from unetpp_desktop.gui.jobs import Job, JobEnd, Succeeded
from unetpp_desktop.gui.key_bindings import with_keys
from unetpp_desktop.gui.lineage_view import LineageView
from unetpp_desktop.gui.paragraph import Paragraph
from unetpp_desktop.gui.result_view import ResultView
from unetpp_desktop.gui.section import Section
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.training_progress import TrainingProgress
from unetpp_desktop.gui.training_session import TrainingSession, TrainingState
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.lineage import read_weights

_ENOUGH = 3  # corrected scenes from which a training is worth its minutes
_RECOUNT_PAUSE_MS = 300
_LIST_ROWS = 6


class TrainPanel(QScrollArea):
    """A view of one `TrainingSession`."""

    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Train"))
        self._session = session
        self.training: TrainingSession = TrainingSession(session, self)
        self._counted: tuple[Scene, ...] | None = None
        self._counting: Job | None = None
        self._unfolded = False
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.setInterval(_RECOUNT_PAUSE_MS)
        self._recount.timeout.connect(self._count_scenes)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_state()

    def add_section(self, section: QWidget) -> None:
        """Puts ``section`` below everything else."""
        self._column.insertWidget(self._column.count() - 1, section)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._recount.start(0)
        self.shown.emit()

    def advised_button(self) -> QPushButton:
        """What to do about the result of a training, if one follows the gate."""
        return self._result.focus_button()

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self._result.refresh_icons()
        self._versions_section.refresh_icons()

    def _make_widgets(self) -> None:
        self._title = Paragraph(self.tr("Learn from corrections"), heading=True)
        self._circles = CountedCircles(_ENOUGH)
        self._count = Paragraph()
        self._hint = Paragraph(quiet=True)
        self._more = QToolButton()
        self._more.setAutoRaise(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setArrowType(Qt.ArrowType.RightArrow)
        self._more.setStyleSheet("padding: 4px 0px; margin: 0px 0px 0px -7px;")  # the arrow in line with text
        self._more.setText(self.tr("Which scenes"))
        self._names = QListWidget()
        self._names.setAccessibleName(self.tr("Scenes that count"))
        self._names.setFrameShape(QFrame.Shape.NoFrame)
        self._names.setUniformItemSizes(True)
        self._names.setToolTip(self.tr("Click a scene to open it"))
        self._base = Paragraph(quiet=True)
        self._go_on = QCheckBox()
        self._go_on.setToolTip(self.tr("Its errors are learnt, too; from the first model all is learnt anew"))
        self.base_data = BaseDataRow(self.training.base_data)
        self._start = QPushButton(self.tr("Start"))
        self._start.setDefault(True)
        self._pause = QPushButton(self.tr("Pause"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._failure = Paragraph()
        self._progress = TrainingProgress(self.training)
        self._result = ResultView(self._session.settings)
        self._versions = LineageView(self._session, self.training)
        self._versions_section = Section("versions", self.tr("Models"), self._versions, folded=False)
        self.setStyleSheet("#sectionHeading { padding-left: 0px; }")  # in line with the text of this panel

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        widget: QWidget
        for widget in (self._title, self._circles, self._count, self._hint):
            column.addWidget(widget)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._names)
        column.addWidget(self._base)
        column.addWidget(self._go_on)
        column.addWidget(self.base_data)
        column.addLayout(_row(self._start, self._pause, self._cancel))
        column.addWidget(self._failure)
        column.addSpacing(4)
        below: tuple[QWidget, ...] = (self._progress, self._result, self._versions_section)
        for widget in below:
            column.addWidget(widget)
        column.addStretch(1)
        self._column = column
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        self._start.clicked.connect(self.training.start)
        self._go_on.toggled.connect(self._on_go_on)
        self._pause.clicked.connect(self.training.pause_or_resume)
        self._cancel.clicked.connect(self.training.cancel)
        self._result.accepted.connect(self.training.accept)
        self._result.discarded.connect(self.training.discard)
        self._result.gallery.scene_chosen.connect(self._session.go_to)
        self.training.compared.connect(self._show_changed)
        self._more.clicked.connect(self._fold_names)
        self._names.clicked.connect(self._open_scene)
        self._names.activated.connect(self._open_scene)
        self.training.state_changed.connect(self._show_state)
        self._session.project_changed.connect(self._on_project_changed)
        self._session.scene_states_changed.connect(self._recount_soon)
        self._session.model_changed.connect(self._show_state)
        self._session.settings_changed.connect(self._show_state)  # keys may be others

    def _on_project_changed(self) -> None:
        self._counted = None
        self._show_state()
        self._recount_soon()

    def _recount_soon(self) -> None:
        if self.isVisible():
            self._recount.start(_RECOUNT_PAUSE_MS)

    def _count_scenes(self) -> None:
        """Reads on a thread which scenes count, and by which weights a root is known: it may take seconds."""
        if self._counting is not None:
            self._recount.start(_RECOUNT_PAUSE_MS)
            return
        project = self._session.project
        if project is None:
            return

        models = self._session.models()

        def count(progress: Progress) -> tuple[Project, tuple[Scene, ...]]:
            read_weights(models, progress)
            return project, project.training_scenes()

        self._counting = Job("counting corrected scenes", count, self)
        # A method, not a closure: the job would own what a closure refers to, and this panel owns the job.
        self._counting.ended.connect(self._on_counted)
        self._counting.start()

    def _on_counted(self, end: JobEnd) -> None:
        if self._counting is not None:
            self._counting.deleteLater()
            self._counting = None
        if isinstance(end, Succeeded) and end.value[0] is self._session.project:
            self._counted = end.value[1]
            self._show_state()

    def _on_go_on(self, checked: bool) -> None:
        self.training.from_chosen = checked
        self._show_state()

    def _show_state(self) -> None:
        state = self.training.state
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        busy = state in (TrainingState.RUNNING, TrainingState.PAUSED, TrainingState.STOPPING)
        finished = state is TrainingState.FINISHED
        self._show_count(visible=not busy and not finished)
        self._start.setVisible(not busy and not finished)
        self._pause.setVisible(busy)
        paused = state is TrainingState.PAUSED
        self._pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self._pause.setEnabled(state is not TrainingState.STOPPING)
        self._cancel.setVisible(busy)
        self._cancel.setEnabled(state is not TrainingState.STOPPING)
        self._show_tips(paused)
        self._failure.setVisible(self.training.can_start and bool(self.training.failure))
        self._failure.setText(self.training.failure)
        self._result.setVisible(finished)
        self._show_result()
        if had_focus:
            # A button that goes would hand the focus on to whatever comes next in the window.
            next_button = self._pause if busy else self._result.focus_button() if finished else self._start
            next_button.setFocus()

    def _show_tips(self, paused: bool) -> None:
        settings = self._session.settings
        start = self.tr("Train a copy of the model on the scenes that count")
        pause = (
            self.tr("Go on where it was paused") if paused else self.tr("Wait, and go on from there later")
        )
        cancel = self.tr("Stop; what it learnt is lost, and the model in use stays as it is")
        self._start.setToolTip(with_keys(start, settings, "start_training"))
        self._pause.setToolTip(with_keys(pause, settings, "pause_training"))
        self._cancel.setToolTip(with_keys(cancel, settings, "cancel_training"))

    def _show_count(self, visible: bool) -> None:
        count = 0 if self._counted is None else len(self._counted)
        model = self.training.base if count > 0 else None  # for which weights may have to be read
        self._circles.set_filled(count)
        self._circles.setVisible(visible and count < _ENOUGH)
        self._count.setVisible(visible)
        self._count.setText(self._count_text(count))
        self._hint.setVisible(visible)
        self._hint.setText(
            self.tr(
                "A scene counts once you paint in it or mark it as done. Only what you checked is learnt."
            )
            if count < _ENOUGH
            else self.tr("Only the pixels that you painted or marked as checked are learnt.")
        )
        self._more.setVisible(visible and count > 0)
        self._names.setVisible(visible and count > 0 and self._unfolded)
        if self._names.isVisibleTo(self):
            self._fill_names()
        in_use = self._session.model
        fine_tuned = in_use is not None and in_use.card.finetuned is not None
        self._go_on.setVisible(visible and count > 0 and fine_tuned)
        name = "" if in_use is None else doubled(in_use.name)
        self._go_on.setText(self.tr("Go on from {0} instead").format(name))
        self._base.setVisible(visible and count > 0)
        self._base.setText(self._base_text(model))
        self.base_data.setVisible(visible and model is not None)
        if model is not None:
            self.base_data.refresh()
        self._start.setEnabled(model is not None)

    def _base_text(self, model: ModelEntry | None) -> str:
        if model is None:
            return self.tr("No model is chosen.")
        text = self.tr("Starts from the model {0}, which stays as it is.").format(model.name)
        if model.card.finetuned is not None and not self.training.from_chosen:
            text += " " + self.tr("{0}, which it came from, is not to be found.").format(model.card.parent)
        return text

    def _count_text(self, count: int) -> str:
        if self._session.project is None or count == 0:
            return self.tr("Correct three scenes, then train.")
        if count == 1:
            return self.tr("1 of 3 scenes is corrected. You can train now; three teach more.")
        if count < _ENOUGH:
            return self.tr("{0} of 3 scenes are corrected. You can train now; three teach more.").format(
                count
            )
        return self.tr("{0} corrected scenes count.").format(count)

    def _fold_names(self) -> None:
        self._unfolded = not self._unfolded
        self._more.setArrowType(Qt.ArrowType.DownArrow if self._unfolded else Qt.ArrowType.RightArrow)
        self._show_state()

    def _open_scene(self, index: QModelIndex) -> None:
        self._session.go_to((self._counted or ())[index.row()])

    def _fill_names(self) -> None:
        names = [scene.name for scene in self._counted or ()]
        self._names.clear()
        self._names.addItems(names)
        rows = min(len(names), _LIST_ROWS)
        self._names.setFixedHeight(rows * max(18, self._names.sizeHintForRow(0)) + 4)

    def _show_result(self) -> None:
        result = self.training.result
        if result is not None:
            self._result.show_result(result)
            self._show_changed()

    def _show_changed(self) -> None:
        changed, gallery = self.training.changed, self._result.gallery
        if changed is not None:
            gallery.show_scenes(changed)
        elif self.training.comparing:
            gallery.show_waiting()
        else:
            gallery.show_nothing()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
