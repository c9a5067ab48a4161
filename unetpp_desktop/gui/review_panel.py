"""The Review tab of the inspector: what is reviewed and what comes next, the uncertainty, the effort."""

from dataclasses import replace
from itertools import islice

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.gui.action_set import ActionSet
from unetpp_desktop.gui.effort_panel import EffortPanel
from unetpp_desktop.gui.key_bindings import first_key
from unetpp_desktop.gui.paragraph import Paragraph
from unetpp_desktop.gui.review_rows import RegionList
from unetpp_desktop.gui.scene_view import DoneLine
from unetpp_desktop.gui.section import Section
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_panel import ActionSwitch, follow_tip

_SHOWN = 50  # regions in the list
_LIST_HEIGHT = 240
_PAUSE_MS = 60
_LEAST_PERCENT, _MOST_PERCENT = 1, 95


class ReviewPanel(QScrollArea):
    """A view of the session's review."""

    def __init__(self, session: Session, commands: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Review"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._session = session
        self._review = session.review
        self._sections: list[Section] = []
        self._line = DoneLine(self)
        self._line.setFixedHeight(4)
        self.words = Paragraph(parent=self)
        self._hint = Paragraph(parent=self, quiet=True)
        self.start_button = QPushButton(self._start_text(False), self)
        self.start_button.setProperty("primary", True)
        self.start_button.clicked.connect(commands["next_region"].trigger)
        follow_tip(self.start_button, commands["next_region"])
        self.find_button = QPushButton(self.tr("Find what to review"), self)
        self.find_button.clicked.connect(commands["find_regions"].trigger)
        follow_tip(self.find_button, commands["find_regions"])
        self.regions = RegionList(session, self)
        self.regions.setMinimumHeight(_LIST_HEIGHT)
        self.regions.region_chosen.connect(self._review.go_to)
        self._lay_out()
        self.add_section("uncertainty", self.tr("Uncertainty"), _Threshold(session, commands, self))
        self.effort = EffortPanel(session, self)
        self.add_section("effort", self.tr("Effort"), self.effort)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._show)
        for signal in (
            self._review.changed,
            self._review.store.building_changed,
            session.known.changed,
            session.known.complete,
            session.marking.changed,
            session.jobs.job_ended,
            session.model_changed,
            session.project_changed,
            session.settings_changed,
            session.class_flags_changed,
        ):
            signal.connect(self._show_soon)
        self._show()

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        for section in self._sections:
            section.refresh_icons()

    def add_section(self, name: str, title: str, content: QWidget) -> None:
        """Puts ``content`` below the others, under a heading that folds it away."""
        remembered = self._session.remembered
        section = Section(name, title, content, remembered.folded.get(name, False), self)
        section.folded_changed.connect(self._on_folded)
        self._sections.append(section)
        self._column.addWidget(section)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._review.store.want()
        self._show()

    def _lay_out(self) -> None:
        page = QWidget(self)
        page.setObjectName("labelPage")
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(8)
        for widget in (self._line, self.words, self.start_button, self.find_button, self._hint):
            head.addWidget(widget)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addWidget(self.regions, 1)
        self._rest = QWidget(page)  # takes the room of the list where there is none
        self._column.addWidget(self._rest, 1)
        self.setWidget(page)

    def _on_folded(self, name: str, folded: bool) -> None:
        self._session.remembered.folded = self._session.remembered.folded | {name: folded}

    def _show_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        if not self.isVisible():
            return
        store, folder, current = self._review.store, self._review.store.folder, self._review.current
        store.build_few()
        key = None if current is None else (current.scene, current.number)
        regions = [] if current is None else [current]
        regions += islice(folder.waiting(key), _SHOWN - len(regions))
        self.regions.show_regions(regions, key)
        self.regions.setVisible(bool(regions))
        self._rest.setVisible(not regions)
        self._line.setVisible(bool(folder.order))
        self._line.set_share(folder.share_reviewed)
        missing = len(store.missing())
        self.words.setText(self._words(missing))
        self.start_button.setVisible(bool(regions))
        self.start_button.setText(self._start_text(current is not None))
        self.find_button.setVisible(bool(missing) and not store.building and self._session.model is not None)
        hint = self._hint_text(missing)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _start_text(self, started: bool) -> str:
        text = self.tr("Next region ({})") if started else self.tr("Start ({})")
        return text.format(self._key("next_region"))

    def _words(self, missing: int) -> str:
        store, folder = self._review.store, self._review.store.folder
        if not store.loaded:
            return self.tr("Reading what is to be reviewed…")
        if folder.waiting_count:
            percent = int(100 * folder.share_reviewed)  # rounded up it would be 100 before the end
            sentence = self.tr("Doubtful regions: {0} left, {1} % of their expected errors reviewed")
            return sentence.format(f"{folder.waiting_count:,}", percent)
        if folder.order:
            return self._words_at_end(round(100 * folder.share_outside))
        if missing or store.building:
            return self.tr("Regions that the model is probably wrong about are listed here, worst first.")
        if end := self._review.words_at_end:
            return end
        sentence = self.tr(
            "Pre-label scenes first ({0}, or {1} for all): the regions that the model is probably wrong "
            "about are then listed here, worst first."
        )
        return sentence.format(self._key("prelabel"), self._key("prelabel_undone"))

    def _words_at_end(self, percent: int) -> str:
        """``percent`` of the errors lie in no region: who has reviewed all of these has not seen them."""
        sentences = [self._review.words_at_end]
        if percent:
            outside = self.tr("About {} % of the expected errors lie outside of them.")
            sentences.append(outside.format(percent))
        then = self.tr("Mark the scenes as done ({0}), or train on what you corrected ({1}).")
        sentences.append(then.format(self._key("mark_done"), self._key("show_train")))
        return " ".join(sentences)

    def _hint_text(self, missing: int) -> str:
        store = self._review.store
        if store.building:
            return self.tr("Scenes are being looked at…")
        if missing and store.loaded:
            if missing == 1:
                return self.tr("1 pre-labelled scene was not looked at yet.")
            return self.tr("{} pre-labelled scenes were not looked at yet.").format(f"{missing:,}")
        if self._review.current is None:
            return ""
        sentence = self.tr(
            "A number paints the region, {0} says that it is right, {1} puts it off, {2} goes back, "
            "Esc leaves."
        )
        keys = (self._key(name) for name in ("check_here", "defer_region", "previous_region"))
        return sentence.format(*keys)

    def _key(self, name: str) -> str:
        return first_key(self._session.settings, name)


class _Threshold(QWidget):
    """Shows the uncertainty, and from which chance of an error on."""

    def __init__(self, session: Session, commands: ActionSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(_LEAST_PERCENT, _MOST_PERCENT)
        self._slider.setAccessibleName(self.tr("Least uncertainty that is shown"))
        self._slider.setToolTip(self.tr("How probably wrong a pixel is at least that is shown as uncertain"))
        self._text = QLabel(self)
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._text.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.tr("{} %").format(100)))
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 0, 12, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.addWidget(ActionSwitch(commands["uncertainty"], self), 0, 0, 1, 3)
        grid.addWidget(QLabel(self.tr("Shown from"), self), 1, 0)
        grid.addWidget(self._slider, 1, 1)
        grid.addWidget(self._text, 1, 2)
        self._slider.valueChanged.connect(self._on_moved)
        session.view_changed.connect(self._show)
        self._show()

    def _on_moved(self, percent: int) -> None:
        self._session.set_view(replace(self._session.view, least_uncertainty=percent))

    def _show(self) -> None:
        percent = self._session.view.least_uncertainty
        self._slider.setValue(percent)
        self._text.setText(self.tr("{} %").format(percent))
