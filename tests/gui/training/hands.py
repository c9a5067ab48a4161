"""Hands that use the Train tab, and eyes that read it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel


def show_panel(session: Session, qtbot: QtBot) -> TrainPanel:
    """The Train tab of a session, seen by itself."""
    panel = TrainPanel(session)
    qtbot.addWidget(panel)
    panel.resize(280, 700)
    panel.show()
    return panel


def button_of(panel: TrainPanel, text: str) -> QPushButton:
    return next(button for button in panel.findChildren(QPushButton) if button.text() == text)


def click(panel: TrainPanel, text: str, qtbot: QtBot) -> None:
    """Presses a button as soon as it can be pressed."""

    def found() -> list[QPushButton]:
        return [
            button
            for button in panel.findChildren(QPushButton)
            if button.text() == text and button.isVisible() and button.isEnabled()
        ]

    qtbot.waitUntil(lambda: bool(found()))
    qtbot.mouseClick(found()[0], Qt.MouseButton.LeftButton)


def texts_of(panel: TrainPanel) -> str:
    """All sentences that are seen in the panel."""
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
