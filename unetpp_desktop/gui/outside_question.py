"""The question what to make of masks that another program has changed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class OutsideQuestion(QWidget):
    """Asks once, for all scenes; it stops nobody and waits until it is answered."""

    count_as_checked = Signal()
    keep_as_prediction = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        checked = QPushButton(self.tr("Count as checked"), self)
        checked.setToolTip(self.tr("A person has looked at these masks: the model may learn from them"))
        checked.clicked.connect(self.count_as_checked)
        prediction = QPushButton(self.tr("Keep as prediction"), self)
        prediction.setToolTip(self.tr("Nobody has checked these masks: a new prediction may replace them"))
        prediction.clicked.connect(self.keep_as_prediction)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        column.addWidget(self._text)
        column.addSpacing(2)
        column.addWidget(checked)
        column.addWidget(prediction)
        self.hide()

    def show_for(self, count: int) -> None:
        """Hidden while ``count`` is 0."""
        self._text.setText(
            self.tr("1 mask was changed by another program.")
            if count == 1
            else self.tr("{0} masks were changed by another program.").format(count)
        )
        self.setVisible(count > 0)
