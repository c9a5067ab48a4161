"""A small table in a panel: words at the left, figures set right."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from unetpp_desktop.gui.painting import resized

_PIXELS = 12
_NARROWEST_NAME = 40


class FigureGrid(QWidget):
    """Rows of labels; what is quiet is set in a weaker colour, what is strong in a heavier weight."""

    def __init__(
        self, wide_column: int, figure_columns: tuple[int, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._figure_columns = figure_columns
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(5)
        self.grid.setColumnStretch(wide_column, 1)

    def clear(self) -> None:
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def add(self, row: int, column: int, text: str, quiet: bool = False, strong: bool = False) -> None:
        side = Qt.AlignmentFlag.AlignRight if column in self._figure_columns else Qt.AlignmentFlag.AlignLeft
        self.grid.addWidget(self.label(text, quiet, strong), row, column, side)

    def add_name(self, row: int, column: int, name: str, strong: bool = False) -> None:
        """A name that gives way where the panel is narrow."""
        label = _Name(name, self)
        self._dress(label, quiet=False, strong=strong)
        self.grid.addWidget(label, row, column)

    def label(self, text: str, quiet: bool = False, strong: bool = False) -> QLabel:
        label = QLabel(text, self)
        self._dress(label, quiet, strong)
        return label

    def _dress(self, label: QLabel, quiet: bool, strong: bool) -> None:
        label.setFont(resized(self.font(), _PIXELS, QFont.Weight.DemiBold if strong else None))
        if quiet:
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class _Name(QLabel):
    """Leaves out the beginning of a name that has not enough room: frames of a drive differ at the end."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.setToolTip(name)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST_NAME, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideLeft, self.width())
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), side, text)
