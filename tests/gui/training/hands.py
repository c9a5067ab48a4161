"""Hands that use the Train tab, and eyes that read it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.train_panel import TrainPanel

LOOKING = "Looking at the models…"


def show_panel(session: Session, qtbot: QtBot) -> TrainPanel:
    """The Train tab of a session, seen by itself."""
    panel = shown_panel(session, qtbot)
    qtbot.waitUntil(lambda: LOOKING not in versions_in(panel))
    return panel


def shown_panel(session: Session, qtbot: QtBot) -> TrainPanel:
    """As `show_panel`, but it may be still looking at the models."""
    panel = TrainPanel(session)
    qtbot.addWidget(panel)
    panel.resize(280, 700)
    panel.show()
    return panel


def tree_of(panel: TrainPanel) -> QTreeWidget:
    """The models and their versions."""
    tree = panel.findChild(QTreeWidget)
    assert tree is not None
    return tree


def versions_in(panel: TrainPanel) -> list[str]:
    """The rows of `tree_of`."""
    found = tree_of(panel).findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
    return [item.text(0) for item in found]


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
