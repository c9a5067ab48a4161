"""Hands for the tour: real mouse and key events, and patience."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QModelIndex, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QPushButton, QWidget

_POLL_MS = 10

NO_MODIFIER = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press_key(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """A key goes down and up with the focus on ``widget``."""
    widget.setFocus()
    QTest.keyClick(widget, key, modifiers)


def click_row(view: QAbstractItemView, index: QModelIndex) -> None:
    """A click into the middle of a row, which is scrolled into sight first."""
    view.scrollTo(index)
    place = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NO_MODIFIER, place)


def button(parent: QWidget, text: str) -> QPushButton:
    """The push button inside ``parent`` that carries this text."""
    return next(entry for entry in parent.findChildren(QPushButton) if entry.text() == text)


def click_button(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def stroke(widget: QWidget, start: QPointF, end: QPointF) -> None:
    """The left button goes down at ``start``, up at ``end``; points in the widget, fractions kept."""
    _send(widget, QEvent.Type.MouseMove, start, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    _send(widget, QEvent.Type.MouseButtonPress, start, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)
    _send(widget, QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)
    _send(widget, QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)


def _send(
    widget: QWidget, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
) -> None:
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, held, NO_MODIFIER)
    QApplication.sendEvent(widget, event)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Lets the window work until ``condition`` holds; False where it still does not after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause(_POLL_MS)
    return True


def pause(milliseconds: int) -> None:
    """Lets the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
