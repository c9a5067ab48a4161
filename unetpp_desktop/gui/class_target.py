"""Asks which class the pixels of another go to."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.gui.class_combo import ClassCombo
from unetpp_desktop.gui.class_preview import add_targets


class ClassTarget(QDialog):
    """One sentence, one drop-down list, one button that says what happens."""

    def __init__(
        self, title: str, sentence: str, button: str, plan: ClassPlan, place: int, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        words = QLabel(sentence, self)
        words.setWordWrap(True)
        words.setMinimumWidth(320)
        self.combo = ClassCombo(sentence, self)
        add_targets(self.combo, plan, place)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Ok | standard.Cancel, self)
        buttons.button(standard.Ok).setText(button)
        buttons.button(standard.Cancel).setText(self.tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(words)
        column.addWidget(self.combo)
        column.addWidget(buttons)

    @property
    def target(self) -> int | None:
        """The place of the class chosen; None for void."""
        return self.combo.value()
