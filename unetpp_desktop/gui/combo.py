"""A drop-down list whose shown text ends in "…" where it has no room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter


class ElidingCombo(QComboBox):
    """Qt cuts a text that is too long in the middle of a letter; here the middle of the text goes.

    What the list is for can stand before the text, and is left out first.
    """

    _heading = ""

    def show_heading(self, heading: str) -> None:
        """``heading`` stands before the text where there is room; "" for none."""
        if heading != self._heading:
            self._heading = heading
            self.updateGeometry()
            self.update()

    @property
    def shown_text(self) -> str:
        """What is drawn."""
        return self._text_of(self._option())

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(self.fontMetrics().horizontalAdvance(self._heading), 0)

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return option

    def _text_of(self, option: QStyleOptionComboBox) -> str:
        field = QStyle.SubControl.SC_ComboBoxEditField
        kind = QStyle.ComplexControl.CC_ComboBox
        room = self.style().subControlRect(kind, option, field, self).width()
        whole = self._heading + option.currentText
        if self.fontMetrics().horizontalAdvance(whole) <= room:
            return whole
        return self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideMiddle, room)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        option = self._option()
        option.currentText = self._text_of(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
