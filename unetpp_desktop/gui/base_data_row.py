"""The row of the Train tab that says what keeps a training from forgetting, and takes the base data."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from unetpp_desktop.gui.base_data_choice import BaseDataChoice
from unetpp_desktop.gui.paragraph import Paragraph


class BaseDataRow(QWidget):
    """A view of one `BaseDataChoice`."""

    def __init__(self, choice: BaseDataChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._words = Paragraph(parent=self, quiet=True)
        self._choose = QPushButton(self.tr("Base data…"), self)
        self._forget = QPushButton(self.tr("Forget it"), self)
        self._forget.setToolTip(self.tr("Train without the base data; its folder stays as it is"))
        self._forget.clicked.connect(choice.forget)
        choice.changed.connect(self.refresh)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self._choose)
        buttons.addWidget(self._forget)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addLayout(buttons)

    def offer(self, action: QAction) -> None:
        """Makes the first button that of ``action``."""
        self._choose.setToolTip(action.toolTip())
        self._choose.clicked.connect(action.trigger)

    def refresh(self) -> None:
        """To be called when another model is in use."""
        folder, root = self._choice.folder, self._choice.root
        self._forget.setVisible(folder is not None)
        self._choose.setText(self.tr("Base data…") if folder is None else self.tr("Change…"))
        self._words.setToolTip("" if folder is None else str(folder))
        name = "" if root is None else root.name
        if folder is None:
            sentence = self.tr("It forgets less where it can replay the scenes that {0} learnt from.")
            self._words.setText(sentence.format(name))
        else:
            sentence = self.tr("Replays scenes of {0}, so that it forgets less.")
            self._words.setText(sentence.format(folder.name))
