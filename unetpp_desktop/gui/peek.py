"""The key that hides the overlay: a tap switches it, holding it is a short look."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from unetpp_desktop.core.settings import Settings
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.key_bindings import is_key_of

_TAP_MS = 250  # a key held longer than this is a look


class Peek(QObject):
    """A shortcut is told of the press only, so the release is watched for, but only until it comes."""

    def __init__(self, canvas: Canvas, settings: Settings, on_release: Callable[[], None]) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._settings = settings
        self._on_release = on_release
        self._held = QElapsedTimer()

    def press(self) -> None:
        self._canvas.hide_overlay(not self._canvas.overlay_hidden)
        self._held.start()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        released = (
            event.type() == QEvent.Type.KeyRelease
            and isinstance(event, QKeyEvent)
            and not event.isAutoRepeat()
            and is_key_of(self._settings, "peek", event)
        )
        if released or event.type() == QEvent.Type.ApplicationDeactivate:
            application = QApplication.instance()
            if application is not None:
                application.removeEventFilter(self)
            if self._held.isValid() and self._held.elapsed() > _TAP_MS:
                self._canvas.hide_overlay(not self._canvas.overlay_hidden)
                self._on_release()
            self._held.invalidate()
        return super().eventFilter(watched, event)
