"""The actions of one window, and the menus and buttons made from them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from unetpp_desktop.gui.action_spec import ActionSpec
from unetpp_desktop.gui.actions import ACTIONS, MENUS
from unetpp_desktop.gui.icons import SIZE, icon

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


class ActionSet:
    """One QAction per row of `ACTIONS`; `refresh` shows what can be done now."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._actions = {spec.name: self._make(spec) for spec in ACTIONS}
        self.refresh_icons()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def refresh(self) -> None:
        for spec in ACTIONS:
            action = self._actions[spec.name]
            if spec.enabled is not None:
                action.setEnabled(spec.enabled(self._window))
            if spec.checked is not None:
                action.setChecked(spec.checked(self._window))

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.name].setIcon(icon(spec.icon, spec.checked_icon or None))

    def add_canvas_shortcuts(self, canvas: QWidget) -> None:
        for spec in ACTIONS:
            for keys in spec.canvas_shortcuts:
                shortcut = QShortcut(QKeySequence(keys), canvas)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(self._actions[spec.name].trigger)

    def button(self, name: str, side: int, parent: QWidget) -> QToolButton:
        """A square button with the icon of the action; the tooltip names its key."""
        button = QToolButton(parent)
        button.setDefaultAction(self._actions[name])
        button.setIconSize(QSize(SIZE, SIZE))
        button.setFixedSize(side, side)
        button.setProperty("square", True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._actions[name].text())
        return button

    def menu(self, parent: QWidget) -> QMenu:
        """All menus as one; a group without a title lies open at its end."""
        menu = QMenu(parent)
        for title, names in MENUS:
            if title:
                target = menu.addMenu(QCoreApplication.translate("Actions", title))
            else:
                target = menu
                menu.addSeparator()
            for name in names:
                if name:
                    target.addAction(self._actions[name])
                else:
                    target.addSeparator()
        return menu

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.shown_text(), self._window)
        action.setObjectName(spec.name)
        if spec.icon:
            action.setIconText(f"\u2002{spec.shown_text()}")  # buttons put the text right at the icon
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setToolTip(f"{spec.shown_tip()} ({shown_keys(spec)})")
        action.setCheckable(spec.checked is not None)
        # Held down, a key that switches something would flicker.
        action.setAutoRepeat(spec.checked is None)
        action.triggered.connect(lambda: self._run(spec))
        self._window.addAction(action)
        return action

    def _run(self, spec: ActionSpec) -> None:
        spec.slot(self._window)
        self.refresh()


def shown_keys(spec: ActionSpec) -> str:
    """The keys of an action as this system writes them."""
    written = (
        QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        for keys in (*spec.shortcuts, *spec.canvas_shortcuts)
    )
    return QCoreApplication.translate("Actions", " or ").join(dict.fromkeys(written))
