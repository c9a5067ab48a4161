"""The actions of one window, and the menus and buttons made from them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from unetpp_desktop.gui.action_spec import ActionSpec
from unetpp_desktop.gui.actions import ACTIONS, MENUS
from unetpp_desktop.gui.icons import SIZE, icon
from unetpp_desktop.gui.key_bindings import keys_everywhere, keys_on_canvas, meanings, with_keys

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


class ActionSet:
    """One QAction per row of `ACTIONS`; `refresh` shows what can be done now."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._canvas: QWidget | None = None
        self._canvas_shortcuts: list[QShortcut] = []
        self._actions = {spec.name: self._make(spec) for spec in ACTIONS}
        self._keys = window.session.settings.keys
        self._apply_keys()
        self.refresh_icons()
        window.session.settings_changed.connect(self._on_settings_changed)

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
        """``canvas`` is where the keys work that lists and fields need themselves."""
        self._canvas = canvas
        self._apply_canvas_keys()

    def run_by_place(self, event: QKeyEvent) -> bool:
        """Does what the place of the key means where its character means nothing; False without such.

        To be called with a key press that was no shortcut and that no widget wanted.
        """
        settings = self._window.session.settings
        on_canvas = self._canvas is not None and self._canvas.hasFocus()
        for key in meanings(event):
            for spec in ACTIONS:
                known = key in keys_everywhere(settings, spec)
                if known or (on_canvas and key in keys_on_canvas(settings, spec)):
                    action = self._actions[spec.name]
                    if action.isEnabled() and (action.autoRepeat() or not event.isAutoRepeat()):
                        action.trigger()
                    return True
        return False

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
        action.setCheckable(spec.checked is not None)
        # Held down, a key that switches something would flicker.
        action.setAutoRepeat(spec.checked is None)
        action.triggered.connect(lambda: self._run(spec))
        self._window.addAction(action)
        return action

    def _on_settings_changed(self) -> None:
        keys = self._window.session.settings.keys
        if keys != self._keys:
            self._keys = keys
            self._apply_keys()
            self._apply_canvas_keys()

    def _apply_keys(self) -> None:
        settings = self._window.session.settings
        for spec in ACTIONS:
            action = self._actions[spec.name]
            action.setShortcuts([QKeySequence(key) for key in keys_everywhere(settings, spec)])
            action.setToolTip(with_keys(spec.shown_tip(), settings, spec.name))

    def _apply_canvas_keys(self) -> None:
        for shortcut in self._canvas_shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._canvas_shortcuts = []
        if self._canvas is None:
            return
        for spec in ACTIONS:
            for key in keys_on_canvas(self._window.session.settings, spec):
                shortcut = QShortcut(QKeySequence(key), self._canvas)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(self._actions[spec.name].trigger)
                self._canvas_shortcuts.append(shortcut)

    def _run(self, spec: ActionSpec) -> None:
        spec.slot(self._window)
        self.refresh()
