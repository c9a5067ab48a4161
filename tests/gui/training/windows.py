"""A whole window in which trainings run, and hands that use it."""

import shutil

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from tests.gui.training.stand_in import StandIn
from tests.gui.windows import CONTROL, press
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.card import write_card
from unetpp_desktop.nn.registry import ModelEntry

ALT = Qt.KeyboardModifier.AltModifier


def press_with_alt(window: MainWindow, key: Qt.Key) -> None:
    """Ctrl+Alt and a key, with the focus on the canvas."""
    press(window, key, CONTROL | ALT)


def notices(window: MainWindow) -> tuple[str, ...]:
    return window.toasts.sentences()


def button_in_notice(window: MainWindow, text: str) -> QToolButton:
    """The one with this text, or this name."""
    buttons = window.toasts.findChildren(QToolButton)
    found = [button for button in buttons if text in (button.text(), button.accessibleName())]
    return next(button for button in found if button.isVisible())


def press_in_notice(window: MainWindow, text: str) -> None:
    QTest.mouseClick(button_in_notice(window, text), Qt.MouseButton.LeftButton)


def put_among_models(window: MainWindow, stand_in: StandIn, tiny: ModelEntry) -> None:
    """What the training makes lies where a real one would."""
    assert window.session.project is not None
    folder = window.session.project.own_folder / "models" / stand_in.candidate.name
    shutil.copytree(tiny.folder, folder)
    write_card(folder, stand_in.candidate.card)
    stand_in.candidate = ModelEntry(folder, stand_in.candidate.card)
