"""The one bar at the top: folder, place in it, done; the model; help."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from unetpp_desktop.gui.action_set import ActionSet
from unetpp_desktop.gui.ampersands import doubled
from unetpp_desktop.gui.icons import SIZE, icon
from unetpp_desktop.gui.model_bar import ModelBar
from unetpp_desktop.gui.session import Session

_HEIGHT = 44
_BUTTON = 32
_FOLDER_WIDTH, _FOLDER_WIDEST = 150, 360
_NARROW = 1100  # width of a bar in which the folder's name gets the least


class TopBar(QWidget):
    """A view of the session's project and scene."""

    recent_chosen = Signal(object)  # the Path of a folder

    def __init__(
        self, session: Session, actions: ActionSet, middle: ModelBar, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._menu_button = self._menu(self.tr("Menu"), actions.menu(self))
        self._recent = QMenu(self)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._folder = self._menu(self.tr("Open another folder"), self._recent)
        self._folder.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._position = QToolButton(self)
        self._position.setFixedHeight(_BUTTON)
        self._position.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._position.setToolTip(actions["go_to_number"].toolTip())
        self._position.setAccessibleName(self.tr("Place of this scene in the folder"))
        self._position.clicked.connect(actions["go_to_number"].trigger)
        self._done = actions.button("mark_done", _BUTTON, self)
        self._done.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._done.setProperty("square", False)
        self._done.setMinimumWidth(0)
        self._done.setMaximumWidth(16777215)
        self._middle = middle
        self._lay_out()
        session.project_changed.connect(self._show)
        session.scene_changed.connect(self._show)
        self.refresh_icons()
        self._show()

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self._menu_button.setIcon(icon("menu"))
        self._folder.setIcon(icon("folder"))

    def _menu(self, name: str, menu: QMenu) -> QToolButton:
        button = QToolButton(self)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setIconSize(QSize(SIZE, SIZE))
        button.setFixedHeight(_BUTTON)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self._menu_button)
        row.addWidget(self._folder)
        row.addSpacing(8)
        self._scene_part = [
            self._actions.button("previous_scene", _BUTTON, self),
            self._position,
            self._actions.button("next_scene", _BUTTON, self),
            self._done,
        ]
        for widget in self._scene_part:
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._middle)
        row.addStretch(1)
        for name in ("settings", "keys"):
            row.addWidget(self._actions.button(name, _BUTTON, self))

    def _show(self) -> None:
        session = self._session
        project = session.project
        self._folder.setVisible(project is not None)
        self._middle.setVisible(project is not None)
        for widget in self._scene_part:
            widget.setVisible(project is not None)
        if project is not None:
            self._folder.setToolTip(str(project.folder))
            self._show_folder_name()
            # As wide as its widest text, so that going on moves nothing.
            self._position.setMinimumWidth(0)
            self._position.setText(f"{len(session.scenes)} / {len(session.scenes)}")
            self._position.setMinimumWidth(self._position.sizeHint().width())
            number = "–" if session.position < 0 else session.position + 1  # the image of the scene is gone
            self._position.setText(f"{number} / {len(session.scenes)}")

    def _show_folder_name(self) -> None:
        project = self._session.project
        if project is not None:
            # A wide window has room for a long name; the model stays near the middle.
            width = min(_FOLDER_WIDEST, _FOLDER_WIDTH + max(0, self.width() - _NARROW) // 3)
            self._folder.setMaximumWidth(width)
            room = width - SIZE - 28
            name = self.fontMetrics().elidedText(project.folder.name, Qt.TextElideMode.ElideMiddle, room)
            self._folder.setText(f"\u2002{doubled(name)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._middle.use_room(self.width())
        self._show_folder_name()

    def _fill_recent(self) -> None:
        self._recent.clear()
        self._recent.addAction(self._actions["open_folder"])
        others = [
            memory.folder
            for memory in self._session.remembered.folders
            if self._session.project is None or memory.folder != self._session.project.folder
        ]
        if others:
            self._recent.addSection(self.tr("Recent folders"))
        for folder in others:
            entry = self._recent.addAction(doubled(folder.name or str(folder)))
            entry.setToolTip(str(folder))
            entry.triggered.connect(lambda _checked=False, chosen=folder: self.recent_chosen.emit(chosen))
        self._recent.setToolTipsVisible(True)
        self._recent.addSeparator()
        self._recent.addAction(self._actions["close_folder"])
