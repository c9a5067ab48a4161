"""The tools beside the canvas."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from unetpp_desktop.editing.tools import TOOLS
from unetpp_desktop.gui.action_set import ActionSet

_WIDTH = 44
_BUTTON = 36
_UPPER = (tuple(tool.name.lower() for tool in TOOLS), ("undo", "redo"))
_LOWER = ("peek", "fit", "actual_size")


class ToolStrip(QWidget):
    """Buttons of the action table: tools, undo; at the bottom what concerns the view."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        for group in _UPPER:
            for name in group:
                column.addWidget(actions.button(name, _BUTTON, self), 0, Qt.AlignmentFlag.AlignHCenter)
            line = QFrame(self)
            line.setFixedHeight(8)
            column.addWidget(line)
        column.addStretch(1)
        for name in _LOWER:
            column.addWidget(actions.button(name, _BUTTON, self), 0, Qt.AlignmentFlag.AlignHCenter)
