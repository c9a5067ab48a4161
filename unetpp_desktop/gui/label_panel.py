"""The Label tab of the inspector: classes, the options of the tool, and sections that fold."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from unetpp_desktop.gui.class_list import ClassList
from unetpp_desktop.gui.origin_line import OriginLine
from unetpp_desktop.gui.section import Section
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.tool_options import ToolOptionsPanel

_LEAST_CLASSES_HEIGHT = 198  # seven classes; the list scrolls where more have no room


class LabelPanel(QWidget):
    """A view of the session's choices for labelling by hand."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sections: list[Section] = []
        self.classes = ClassList(session, self)
        self.origins = OriginLine(session, self)
        self.options = ToolOptionsPanel(session, self)
        self._lay_out()
        session.project_changed.connect(self._make_room_for_classes)
        self._make_room_for_classes()

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self.options.refresh_icons()
        for section in self._sections:
            section.refresh_icons()

    def add_section(self, name: str, title: str, content: QWidget, folded: bool = True) -> Section:
        """Puts ``content`` below the others, under a heading; ``folded`` is how it is at the first start."""
        remembered = self._session.remembered
        section = Section(name, title, content, remembered.folded.get(name, folded), self)
        section.folded_changed.connect(self._on_folded)
        self._sections.append(section)
        self._column.insertWidget(self._column.count() - 1, section)  # above the stretch
        return section

    def _lay_out(self) -> None:
        page = QWidget(self)
        page.setObjectName("labelPage")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.classes, 0)
        self._column.addWidget(self.origins)
        self._column.addWidget(self.options)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def _make_room_for_classes(self) -> None:
        wanted = self.classes.sizeHint().height()
        self.classes.setMinimumHeight(min(wanted, _LEAST_CLASSES_HEIGHT))
        self.classes.setMaximumHeight(wanted)

    def _on_folded(self, name: str, folded: bool) -> None:
        self._session.remembered.folded = self._session.remembered.folded | {name: folded}
