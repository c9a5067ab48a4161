"""What stands over a view of the scene: its name and, over a pane, the menu that chooses another."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from unetpp_desktop.gui.ampersands import doubled
from unetpp_desktop.gui.icons import icon
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import Compared

_ICON = 14
_PADDING = 44  # logical pixels beside the text: those of the style sheet, and the icon


class PaneHeading(QToolButton):
    """Names what a pane shows; its menu lists what else it could show."""

    chosen = Signal(object)  # a Compared
    add_wanted = Signal()
    close_wanted = Signal()

    can_add = False  # whether one pane more is possible

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._content = Compared()
        self._name = ""
        self.setObjectName("paneHeading")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Choose what this pane shows"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        session.model_changed.connect(self._show_name)
        self.refresh_icons()

    @property
    def name(self) -> str:
        """What the pane shows, however little room there is for it."""
        return self._name

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self.setIcon(icon("chevron-down"))

    def show_content(self, content: Compared) -> None:
        self._content = content
        self._show_name()

    def _show_name(self) -> None:
        content, model = self._content, self._session.model
        if not content.predicted:
            name = self.tr("Image")
        elif content.model is not None:
            name = self.tr("{} · prediction").format(content.model)
        elif model is not None:
            name = self.tr("{} · prediction (model chosen)").format(model.name)
        else:
            name = self.tr("Prediction")
        self._name = name
        self._elide()
        self.setAccessibleName(self.tr("Pane: {}").format(name))

    def _elide(self) -> None:
        room = max(0, self.width() - _PADDING)
        text = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        self.setText(doubled(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._elide()
        super().resizeEvent(event)

    def _fill(self) -> None:
        self._menu.clear()
        self._add(self.tr("Image"), Compared())
        self._add(self.tr("Prediction of the model chosen"), Compared(predicted=True))
        self._menu.addSeparator()
        others = [entry for entry in self._session.models() if entry != self._session.model]
        for entry in others:
            content = Compared(predicted=True, model=entry.name)
            self._add(self.tr("Prediction of {}").format(entry.name), content)
        if not others:
            self._menu.addAction(self.tr("No other model yet")).setEnabled(False)
        self._menu.addSeparator()
        add = self._menu.addAction(self.tr("Add a pane"), self.add_wanted.emit)
        add.setEnabled(self.can_add)
        self._menu.addAction(self.tr("Close this pane"), self.close_wanted.emit)

    def _add(self, text: str, content: Compared) -> None:
        action = self._menu.addAction(doubled(text), lambda: self.chosen.emit(content))
        action.setCheckable(True)
        action.setChecked(content == self._content)
