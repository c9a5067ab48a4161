"""Hands on a window that has a tool, and what comes of them."""

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.windows import at
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.main_window import MainWindow


def paint_rect(window: MainWindow, rect: Rect, value: int) -> None:
    """An edit of the document that no tool made."""
    session = window.session
    assert session.document is not None
    stencil = np.ones((rect.height, rect.width), np.bool_)
    session.after_edit(session.document.paint(rect, stencil, value, Origin.PAINTED))


def edit_names(window: MainWindow) -> list[str]:
    """The edits of the open scene, oldest first."""
    assert window.session.document is not None
    return [entry.name for entry in window.session.document.history.entries()]


def hover(window: MainWindow, x: float, y: float) -> None:
    """Moves the pointer to an image pixel with no button held."""
    QTest.mouseMove(window.canvas, at(window.canvas, x, y))


def picture(window: MainWindow) -> QImage:
    """The canvas without the pointer on it."""
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
    return window.canvas.grab().toImage()
