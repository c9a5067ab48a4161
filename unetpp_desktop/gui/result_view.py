"""What a training came to: the gate's verdict in words, figures per class, and the scenes that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from unetpp_desktop.core.settings import Settings
from unetpp_desktop.gui.agreement_table import AgreementTable
from unetpp_desktop.gui.changed_gallery import ChangedGallery
from unetpp_desktop.gui.comparison import ClassTable, advice, class_changes, percent, verdict
from unetpp_desktop.gui.key_bindings import with_keys
from unetpp_desktop.gui.paragraph import Paragraph
from unetpp_desktop.gui.section import Section
from unetpp_desktop.tasks.agreement import contradicts

if TYPE_CHECKING:  # importing it for real imports torch
    from unetpp_desktop.tasks.finetune import FinetuneResult


class ResultView(QWidget):
    """Shows one `FinetuneResult`. What the gate refuses is not taken by the button that Return presses.

    The buttons keep their places, so that none is where the other was a moment ago.
    """

    accepted = Signal()
    discarded = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._verdict = Paragraph(heading=True)
        self._reason = Paragraph()
        self._compared_on = Paragraph(quiet=True)
        self._advice = Paragraph()
        self.accept_button = QPushButton(self.tr("Accept"))
        self.accept_button.clicked.connect(self.accepted)
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.clicked.connect(self.discarded)
        self._table = ClassTable()
        self._reference_line = Paragraph(quiet=True)
        self._reference_table = ClassTable()
        self._reference = Section("reference", self.tr("What it knew before"), self._reference_table, True)
        self._agreement_table = AgreementTable()
        self._agreement = Section(
            "agreement", self.tr("How your scenes agree"), self._agreement_table, folded=True
        )
        self.gallery = ChangedGallery()
        self._lay_out()

    def show_result(self, result: FinetuneResult) -> None:
        refused = result.refused is not None
        self._verdict.setText(
            self.tr("Refused: {0} stays in use.").format(_compared_with(result))
            if refused
            else verdict(result.before, result.after)
        )
        self._reason.setText(result.refused or "")
        self._reason.setVisible(refused)
        if result.scenes_used == 1:
            learnt = self.tr("Learnt from 1 scene. Measured on {1}.")
        else:
            learnt = self.tr("Learnt from {0} scenes. Measured on {1}.")
        self._compared_on.setText(learnt.format(result.scenes_used, result.compared_on))
        self._show_buttons(refused)
        changes = class_changes(result.before, result.after)
        lines = [advice(changes), self._left_out(result)]
        self._advice.setText("\n".join(line for line in lines if line))
        self._advice.setVisible(bool(self._advice.text()))
        palette = result.candidate.card.palette
        self._table.show_changes(changes, palette)
        self._agreement_table.show_agreements(result.agreements)
        self._agreement.setVisible(bool(result.agreements))
        self._agreement.fold(not any(map(contradicts, result.agreements)))
        before, after = result.reference_before, result.reference_after
        known = before is not None and after is not None
        self._reference.setVisible(known)
        self._reference_line.setVisible(known)
        if before is not None and after is not None:
            sentence = self.tr("On {0}: {1} mIoU before, {2} after.")
            self._reference_line.setText(
                sentence.format(after.data, percent(before.miou), percent(after.miou))
            )
            self._reference_table.show_changes(class_changes(before, after), palette)

    def focus_button(self) -> QPushButton:
        """The button of what is advised."""
        return self.accept_button if self.accept_button.isDefault() else self.discard_button

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self._agreement.refresh_icons()
        self._reference.refresh_icons()

    def _show_buttons(self, refused: bool) -> None:
        self.accept_button.setText(self.tr("Use it anyway") if refused else self.tr("Accept"))
        accept = (
            self.tr("Use the new model although it got worse")
            if refused
            else self.tr("Use the new model from now on")
        )
        discard = self.tr("Delete the new model and keep the one in use")
        self.accept_button.setToolTip(with_keys(accept, self._settings, "accept_model"))
        self.discard_button.setToolTip(with_keys(discard, self._settings, "discard_model"))
        self.accept_button.setDefault(not refused)
        self.discard_button.setDefault(refused)

    def _left_out(self, result: FinetuneResult) -> str:
        if not result.problems:
            return ""
        sentence = self.tr("Scenes that could not be used: {0}. The first: {1}")
        return sentence.format(len(result.problems), result.problems[0])

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.accept_button)
        buttons.addWidget(self.discard_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._verdict, self._reason, self._compared_on, self._advice):
            column.addWidget(widget)
        column.addLayout(buttons)
        known = (self._reference_line, self._reference)
        below: tuple[QWidget, ...] = (self._table, self._agreement, *known, self.gallery)
        for part in below:
            column.addWidget(part)


def _compared_with(result: FinetuneResult) -> str:
    record = result.candidate.card.finetuned
    return record.compared_with if record is not None else ""
