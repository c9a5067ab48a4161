"""A part of a panel under a heading that folds it away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from unetpp_desktop.gui.icons import icon


class Section(QWidget):
    """A heading with a chevron, and below it ``content``; a click or the space bar folds or unfolds it."""

    folded_changed = Signal(str, bool)  # its name, whether it is folded now

    def __init__(
        self, name: str, title: str, content: QWidget, folded: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name = name
        self._content = content
        self._heading = QToolButton(self)
        self._heading.setObjectName("sectionHeading")
        self._heading.setText(title)
        self._heading.setAccessibleName(title)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.setCheckable(True)
        self._heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._heading.toggled.connect(self._unfold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heading)
        column.addWidget(content)
        content.setHidden(True)
        self._heading.setChecked(not folded)
        self.refresh_icons()

    @property
    def folded(self) -> bool:
        return not self._heading.isChecked()

    def fold(self, folded: bool) -> None:
        self._heading.setChecked(not folded)

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self._heading.setIcon(icon("chevron-right" if self.folded else "chevron-down"))

    def _unfold(self, unfolded: bool) -> None:
        self._content.setVisible(unfolded)
        self.refresh_icons()
        self.folded_changed.emit(self.name, not unfolded)
