"""Asks which class is to become which, where, and says how many pixels that changes."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.gui.class_combo import ClassCombo
from unetpp_desktop.gui.mask_commands import MaskCommands
from unetpp_desktop.gui.pixel_count import PixelCount
from unetpp_desktop.gui.replacing import Replacing
from unetpp_desktop.gui.session import Session

_COMBO_WIDTH = 220


class ReplaceDialog(QDialog):
    """Old class, new class, here or in all scenes."""

    def __init__(self, session: Session, commands: MaskCommands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._commands = commands
        self._rules = session.rules
        drawing = session.strokes.under_way
        self._preview_taken = None if drawing else session.previews.take_over()  # what is seen is counted
        self._count = PixelCount(session, self, partial(_may_change, self._rules))
        self._count.progressed.connect(self._on_progress)
        self._count.ended.connect(self._refresh)
        self.setWindowTitle(self.tr("Replace class"))
        self._old = self._combo(self.tr("Replace"))
        self._new = self._combo(self.tr("by"))
        self._old.choose(session.active_class)
        self._new.choose(session.former_class if session.former_class != session.active_class else VOID)
        selected = session.selection is not None
        self._here = QRadioButton(self.tr("In the selection") if selected else self.tr("In this scene"), self)
        self._all = QRadioButton(self.tr("In all scenes"), self)
        where = QButtonGroup(self)
        where.addButton(self._here)
        where.addButton(self._all)
        self._here.setEnabled(session.document is not None)
        self._here_count, self._all_count = self._count_label(), self._count_label()
        self._remark = QLabel(self)
        self._remark.setObjectName("muted")
        self._remark.setWordWrap(True)
        self._remark.setMinimumHeight(2 * self.fontMetrics().height())
        self._remark.setAlignment(Qt.AlignmentFlag.AlignTop)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Ok | standard.Cancel, self)
        self._ok = buttons.button(standard.Ok)
        self._ok.setText(self.tr("Replace"))
        buttons.button(standard.Cancel).setText(self.tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)
        self._old.currentIndexChanged.connect(self._refresh)
        self._new.currentIndexChanged.connect(self._refresh)
        self._all.toggled.connect(self._on_where)
        (self._here if session.document is not None else self._all).setChecked(True)
        self._refresh()

    def accept(self) -> None:
        old, new = self._old.value(), self._new.value()
        assert old is not None
        assert new is not None
        super().accept()
        if self._here.isChecked():
            self._commands.replace_class(old, new)
        elif self._count.counts is not None:
            Replacing(self._session, self._commands).start(old, new, self._count.counts.scenes_with(old))

    def reject(self) -> None:
        super().reject()
        self._session.previews.give_back(self._preview_taken)

    def _combo(self, name: str) -> ClassCombo:
        combo = ClassCombo(name, self)
        for value, entry in enumerate(self._session.palette.classes):
            combo.add_class(entry.name, entry.color, value)
        combo.add_class(self.tr("void"), None, VOID)
        combo.setFixedWidth(_COMBO_WIDTH)
        return combo

    def _count_label(self) -> QLabel:
        label = QLabel(self)
        label.setObjectName("muted")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label

    def _lay_out(self, buttons: QWidget) -> None:
        rows = QGridLayout()
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(8)
        rows.setColumnStretch(1, 1)
        for row, combo in enumerate((self._old, self._new)):
            label = QLabel(combo.accessibleName(), self)
            label.setBuddy(combo)
            rows.addWidget(label, row, 0)
            rows.addWidget(combo, row, 1, Qt.AlignmentFlag.AlignRight)
        rows.setRowMinimumHeight(2, 8)
        rows.addWidget(self._here, 3, 0)
        rows.addWidget(self._here_count, 3, 1)
        rows.addWidget(self._all, 4, 0)
        rows.addWidget(self._all_count, 4, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(rows)
        column.addWidget(self._remark)
        column.addWidget(buttons)

    def _on_where(self, everywhere: bool) -> None:
        if everywhere:
            self._count.start()
        self._refresh()

    def _on_progress(self, done: int, total: int) -> None:
        self._all_count.setText(self.tr("counting, {0} of {1} scenes").format(done, total))

    def _refresh(self) -> None:
        old, new = self._old.value(), self._new.value()
        here = 0 if old is None else self._count_here(old)
        self._here_count.setText(self._pixels(here))
        count, counts = here, self._count.counts
        if counts is not None and old is not None:
            everywhere, scenes = int(counts.total()[old]), len(counts.scenes_with(old))
            in_scenes = self.tr("in 1 scene") if scenes == 1 else self.tr("in {} scenes").format(scenes)
            self._all_count.setText(f"{self._pixels(everywhere)} {in_scenes}")
            count = everywhere if self._all.isChecked() else here
        counted = self._here.isChecked() or counts is not None
        self._remark.setText(self._remark_text(old, new, count, counted))
        self._ok.setEnabled(counted and count > 0 and old != new)

    def _remark_text(self, old: int | None, new: int | None, count: int, counted: bool) -> str:
        name = "" if old is None else self._commands.name_of(old)
        if old == new:
            return self.tr("Choose two different classes.")
        if old in self._rules.locked:
            return self.tr("{} is locked: its pixels stay. Unlock it first.").format(name)
        if self._rules.only_over is not None and old not in self._rules.only_over:
            return self.tr("“Paint over” leaves {} as it is. Choose another rule there first.").format(name)
        if self._here.isChecked() and not count and self._session.previews.shown is not None:
            return self._session.previews.too_early()
        if counted and not count and self._rules.protect_human:
            sentence = self.tr(
                "There is no {} to replace that is not painted or checked; such pixels are kept."
            )
            return sentence.format(name)
        if counted and not count:
            return self.tr("There is no {} to replace.").format(name)
        counts = self._count.counts
        if counts is not None and counts.problems and self._all.isChecked():
            return counts.problems[0]
        if self._all.isChecked():
            return self.tr("Each scene gets one edit, which can be undone there.")
        return ""

    def _count_here(self, value: int) -> int:
        document, selection = self._session.document, self._session.selection
        if document is None:
            return 0
        labels, origins = document.labels, document.origins
        if selection is None:
            return int(np.count_nonzero(self._rules.allowed(labels == value, labels, origins)))
        labels, origins = labels[selection.rect.slices], origins[selection.rect.slices]
        wanted = selection.stencil & (labels == value)
        return int(np.count_nonzero(self._rules.allowed(wanted, labels, origins)))

    def _pixels(self, count: int) -> str:
        return self.tr("{} px").format(f"{count:,}")


def _may_change(rules: Rules, labels: np.ndarray, origins: np.ndarray) -> np.ndarray:
    allowed: np.ndarray = labels[rules.allowed(np.ones(labels.shape, np.bool_), labels, origins)]
    return allowed
