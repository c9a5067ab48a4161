"""Whatever can have the keyboard has a name for a screen reader, and every action a tooltip and a key."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QGroupBox,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.gui.windows import click, open_window
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.gui.actions import ACTIONS
from unetpp_desktop.gui.class_target import ClassTarget
from unetpp_desktop.gui.crash import CrashDialog
from unetpp_desktop.gui.key_bindings import shown_keys
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.settings_dialog import SettingsDialog


def _name(widget: QWidget) -> str:
    """What a screen reader says of it, beside its kind and its value."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text()
    if isinstance(widget, QGroupBox):
        return widget.title()
    labels = widget.window().findChildren(QLabel)
    return next((label.text() for label in labels if label.buddy() is widget), "")


def _is_part(widget: QWidget) -> bool:
    """Whether another widget has the name: Qt made it as a part of that one, as a combo box its list."""
    parent = widget.parentWidget()
    if widget.focusProxy() is not None:
        return True
    if isinstance(widget, QLineEdit) and isinstance(parent, QAbstractSpinBox):
        return True
    if isinstance(parent, QAbstractScrollArea) and widget is parent.viewport():
        return True
    return any(isinstance(above, QComboBox) for above in _above(widget))


def _above(widget: QWidget) -> Iterator[QWidget]:
    parent = widget.parentWidget()
    while parent is not None:
        yield parent
        parent = parent.parentWidget()


def _nameless(top: QWidget) -> list[str]:
    """The widgets in ``top`` that take the focus and have no name, as paths of class names."""
    widgets = [top, *top.findChildren(QWidget)]
    takes_focus = (widget for widget in widgets if widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
    return [_path(widget) for widget in takes_focus if not _is_part(widget) and not _name(widget).strip()]


def _path(widget: QWidget) -> str:
    return " in ".join(type(entry).__name__ for entry in (widget, *_above(widget)))


def _press(name: str) -> Callable[[MainWindow], None]:
    return lambda window: window.commands[name].trigger()


def _pages_of_the_settings(window: MainWindow) -> None:
    dialog = SettingsDialog(window.session, window)
    dialog.show_keys()
    dialog.show()


def _class_target(window: MainWindow) -> None:
    plan = ClassPlan.of(shipped_palette("camvid11"))
    ClassTarget("Delete", "Its pixels become", "Delete", plan, 1, window).show()


OPENED: dict[str, Callable[[MainWindow], None]] = {
    "classes": _press("classes"),
    "replace a class": _press("replace_class"),
    "shortcut sheet": _press("keys"),
    "settings": _press("settings"),
    "keys in the settings": _pages_of_the_settings,
    "undo of classes": _press("undo_classes"),
    "note": _press("note_scene"),
    "number": _press("go_to_number"),
    "commands": _press("commands"),
    "crash": lambda window: CrashDialog("Traceback", True, window).show(),
    "class target": _class_target,
}


def test_the_empty_window_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    assert _nameless(open_window(qtbot, tmp_path / "config")) == []


def test_the_window_in_work_is_named(window: MainWindow, qtbot: QtBot) -> None:
    for tool in ("brush", "fill"):
        window.commands[tool].trigger()
        click(window.canvas, 40, 40)
    window.session.offer.emit("Something was done.", Offer("Undo", lambda: None))
    window.commands["smooth"].trigger()
    assert window.mask_desk.amount_bar.isVisible()
    for tab in range(window.contents.inspector.count()):
        window.contents.inspector.setCurrentIndex(tab)
        assert _nameless(window) == []


@pytest.mark.parametrize("name", OPENED)
def test_every_dialog_is_named(window: MainWindow, qtbot: QtBot, name: str) -> None:
    OPENED[name](window)
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    dialogs = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    assert dialogs
    assert [path for dialog in dialogs for path in _nameless(dialog)] == []
    for dialog in dialogs:
        dialog.close()


def test_every_action_has_a_tooltip_and_a_key(window: MainWindow) -> None:
    specs = {spec.name: spec for spec in ACTIONS}
    assert {action.objectName() for action in window.actions()} == set(specs)
    poor = [
        name
        for name, spec in specs.items()
        if window.commands[name].toolTip() in ("", window.commands[name].text())
        or not shown_keys(window.session.settings, spec)
    ]
    assert poor == []
