"""The tools beside the canvas."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLayout, QToolButton, QVBoxLayout, QWidget

from unetpp_desktop.editing.tools import TOOLS
from unetpp_desktop.gui.action_set import ActionSet

_WIDTH = 44
_BUTTON = 32
_SPACING = 1
_LINE = 8  # between two groups
_MARGIN = 8
_PAINTING = tuple(tool.name.lower() for tool in TOOLS)
_UNDO = ("undo", "redo")
_VIEW = ("peek", "fit", "actual_size")


class ToolStrip(QWidget):
    """Buttons of the action table: tools, undo; at the bottom what concerns the view.

    Where the window is too low for all, the groups that are easiest to do without go first.
    """

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._column.setContentsMargins(0, _MARGIN, 0, _MARGIN)
        self._column.setSpacing(_SPACING)
        self._tools = self._add_group(actions, _PAINTING)
        self._add_line()
        self._undo = self._add_group(actions, _UNDO)
        self._column.addStretch(1)
        self._view = self._add_group(actions, _VIEW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for group, wanted in ((self._undo, len(self._tools + self._undo)), (self._view, self._count)):
            fits = wanted * (_BUTTON + _SPACING) + 2 * (_MARGIN + _LINE) <= event.size().height()
            for button in group:
                button.setVisible(fits)
        self._column.activate()  # else the buttons that stay would overlap for a moment
        super().resizeEvent(event)

    @property
    def _count(self) -> int:
        return len(self._tools + self._undo + self._view)

    def _add_group(self, actions: ActionSet, names: tuple[str, ...]) -> list[QToolButton]:
        buttons = [actions.button(name, _BUTTON, self) for name in names]
        for button in buttons:
            if button.icon().isNull():
                button.setFixedWidth(_WIDTH - 2)  # its text is wider than an icon
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return buttons

    def _add_line(self) -> None:
        line = QFrame(self)
        line.setFixedHeight(_LINE)
        self._column.addWidget(line)
