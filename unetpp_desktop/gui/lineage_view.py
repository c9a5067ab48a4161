"""The models that can be used here, each under the one that it came from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.gui.comparison import percent
from unetpp_desktop.gui.jobs import Job, JobEnd, Succeeded
from unetpp_desktop.gui.session import Session
from unetpp_desktop.nn.card import FinetuneRecord
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.lineage import parent_of, read_weights, weights_are_read

if TYPE_CHECKING:
    from unetpp_desktop.gui.training_session import TrainingSession

_ROLE = Qt.ItemDataRole.UserRole
_ROWS_AT_MOST = 6
_NAMES_IN_TIP = 8


class LineageView(QWidget):
    """A tree of the models; any version can be taken into use again."""

    def __init__(self, session: Session, training: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tree = QTreeWidget(self)
        self._tree.setAccessibleName(self.tr("Models and their versions"))
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.header().setStretchLastSection(False)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.setIndentation(14)
        self._tree.setRootIsDecorated(False)
        self._tree.setItemsExpandable(False)
        self._tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._use = QPushButton(self.tr("Use this one"), self)
        self._use.setToolTip(self.tr("Predict with the chosen version from now on"))
        self._back = QPushButton(self.tr("Roll back"), self)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self._use)
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._tree)
        column.addLayout(buttons)
        self._training = training
        self._looking: Job | None = None  # reads the weights
        self._tree.itemSelectionChanged.connect(self._show_buttons)
        self._tree.itemActivated.connect(self._use_chosen)
        self._use.clicked.connect(self._use_chosen)
        self._back.clicked.connect(training.roll_back)
        session.model_changed.connect(self._refresh_if_seen)
        session.project_changed.connect(self._refresh_if_seen)
        training.state_changed.connect(self._refresh_if_seen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Shows which models there are, once a job has read the weights that they are known by."""
        if self._looking is not None:
            return
        models = self._session.models()
        if weights_are_read(models):
            self._show_models(models)
        else:
            self._looking = self._session.jobs.start_quietly("models", partial(read_weights, models))
            self._looking.ended.connect(self._on_looked)
            self._show_looking()

    def _on_looked(self, end: JobEnd) -> None:
        self._looking = None
        if isinstance(end, Succeeded):
            self._refresh_if_seen()

    def _show_looking(self) -> None:
        self._tree.clear()
        item = QTreeWidgetItem([self.tr("Looking at the models…")])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._tree.addTopLevelItem(item)
        self._fit(1)
        self._show_buttons()

    def _fit(self, rows: int) -> None:
        row = self._tree.sizeHintForRow(0) if rows else 0
        self._tree.setFixedHeight(max(1, min(rows, _ROWS_AT_MOST)) * max(row, 20) + 4)

    def _show_models(self, models: Sequence[ModelEntry]) -> None:
        in_use = self._session.model
        self._tree.clear()
        items: dict[Path, QTreeWidgetItem] = {}
        for entry in sorted(models, key=lambda entry: (entry.card.finetuned is not None, entry.card.created)):
            came_from = parent_of(entry, models)
            parent = None if came_from is None else items.get(came_from.folder)
            item = QTreeWidgetItem([self._text(entry), _figures(entry)])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setForeground(1, self.palette().placeholderText())
            if parent is None:
                self._tree.addTopLevelItem(item)
            else:
                parent.addChild(item)
            item.setData(0, _ROLE, entry)
            for column in (0, 1):
                item.setToolTip(column, self._tip(entry))
            item.setExpanded(True)
            items[entry.folder] = item
            if in_use is not None and entry.folder == in_use.folder:
                font = item.font(0)
                font.setBold(True)
                item.setFont(0, font)
                self._tree.setCurrentItem(item)
        self._fit(len(items))
        self._show_buttons()

    def _show_buttons(self) -> None:
        if self._looking is not None:
            for button in (self._use, self._back):
                button.setEnabled(False)
            return
        entry, in_use = self._chosen(), self._session.model
        self._use.setEnabled(entry is not None and (in_use is None or entry.folder != in_use.folder))
        before = self._training.version_before
        self._back.setEnabled(before is not None)
        self._back.setToolTip(
            self.tr("There is no version before this one")
            if before is None
            else self.tr("Use {0} again, which was in use before").format(before.name)
        )

    def _chosen(self) -> ModelEntry | None:
        chosen = self._tree.selectedItems()
        return chosen[0].data(0, _ROLE) if chosen else None

    def _use_chosen(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self._session.set_model(entry)

    def _text(self, entry: ModelEntry) -> str:
        in_use = self._session.model
        words = [entry.name]
        if in_use is not None and entry.folder == in_use.folder:
            words.append(self.tr("in use"))
        record = entry.card.finetuned
        if record is not None and record.refused is not None and record.accepted is None:
            words.append(self.tr("refused"))
        return " · ".join(words)

    def _tip(self, entry: ModelEntry) -> str:
        record = entry.card.finetuned
        if record is None:
            return entry.card.training_data
        lines = [
            self.tr("From {0}, {1}").format(entry.card.parent, entry.card.created[:16].replace("T", " ")),
            self.tr("Learnt: {0}").format(_some(record.learnt)),
            self.tr("On {0}: {1} mIoU, {2} with {3}").format(
                record.compared_on,
                percent(record.after.miou),
                percent(record.before.miou),
                record.compared_with,
            ),
            self._settings(record),
        ]
        if record.reference_before is not None and record.reference_after is not None:
            known = self.tr("On {0}: {1}, was {2}")
            lines.append(
                known.format(
                    record.reference_after.data,
                    percent(record.reference_after.miou),
                    percent(record.reference_before.miou),
                )
            )
        if record.refused is not None:
            lines.append(self.tr("Refused: {0}").format(record.refused))
        return "\n".join(lines)

    def _settings(self, record: FinetuneRecord) -> str:
        settings = record.settings
        lines = [
            self.tr("{0} of {1} steps, rate {2}, seed {3}").format(
                *(f"{settings.get(name, 0):g}" for name in ("steps_done", "steps", "rate", "seed"))
            )
        ]
        if "share" in settings:
            lines.append(self.tr("{0:.0f} % of what was learnt is taken").format(100 * settings["share"]))
        if record.base_data is not None:
            lines.append(self.tr("Scenes of {0} were replayed").format(record.base_data))
        elif record.parent_weights is not None:  # older cards do not say
            lines.append(self.tr("No base data was replayed"))
        return "\n".join(lines)


def _figures(entry: ModelEntry) -> str:
    """The mIoU that its training came to; what it was before is in the tip."""
    record = entry.card.finetuned
    return "" if record is None else percent(record.after.miou)


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMES_IN_TIP
    return ", ".join(names[:_NAMES_IN_TIP]) + (f" (+{more})" if more > 0 else "")
