"""Layers of large masks are made beside the window, and show the mask as it is by then."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.windows import HEIGHT, WIDTH, click, deliver, image_pixels, open_window, press, scene_folder
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.gui import mask_view
from unetpp_desktop.gui.layer import Layer
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.mask_view import MaskView
from unetpp_desktop.gui.outlines import Outlines
from unetpp_desktop.gui.overlay import Overlay
from unetpp_desktop.gui.view_options import OverlayStyle, ViewOptions


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A mask counts as large, a stroke does not; no layer of a mask leaves its thread before this is set."""
    go, make = threading.Event(), mask_view.make_layer

    def make_and_wait(view: MaskView) -> Layer:
        assert threading.current_thread() is not threading.main_thread()
        layer = make(view)
        assert go.wait(10)
        return layer

    monkeypatch.setattr(mask_view, "_LARGE", HEIGHT * WIDTH - 1)
    monkeypatch.setattr(mask_view, "make_layer", make_and_wait)
    yield go
    go.set()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, go: threading.Event) -> MainWindow:
    return open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))


def _layer(window: MainWindow) -> Layer | None:
    picture = window.canvas.picture
    assert picture is not None
    return picture.overlay


def _drawn(window: MainWindow, x: int, y: int) -> int:
    layer = _layer(window)
    assert layer is not None
    return int(image_pixels(layer.images[0])[y, x])


def _color(palette: Palette, value: int) -> int:
    red, green, blue = palette.classes[value].color
    return 0xFF000000 | red << 16 | green << 8 | blue


def test_what_was_painted_while_the_layer_was_made_is_drawn(
    window: MainWindow, go: threading.Event, qtbot: QtBot
) -> None:
    session = window.session
    assert _layer(window) is None
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_3)
    click(window.canvas, 20, 20)
    go.set()
    qtbot.waitUntil(lambda: _layer(window) is not None)
    assert _drawn(window, 60, 45) == _color(session.palette, 0)
    assert _drawn(window, 20, 20) == _color(session.palette, 2)
    assert _drawn(window, 100, 80) == 0
    press(window, Qt.Key.Key_5)
    click(window.canvas, 100, 80)  # from now on as ever
    assert _drawn(window, 100, 80) == _color(session.palette, 4)


def test_a_prediction_is_drawn_beside_the_window_and_what_was_there_stays_meanwhile(
    window: MainWindow, go: threading.Event, qtbot: QtBot
) -> None:
    palette = window.session.palette
    click(window.canvas, 60, 45)
    go.set()
    qtbot.waitUntil(lambda: _layer(window) is not None)
    go.clear()
    deliver(window.session, np.full((HEIGHT, WIDTH), 3, np.uint8))
    assert (_drawn(window, 60, 45), _drawn(window, 2, 2)) == (_color(palette, 0), 0)
    go.set()
    qtbot.waitUntil(lambda: _drawn(window, 2, 2) == _color(palette, 3))
    assert _drawn(window, 60, 45) == _color(palette, 0)


def test_the_view_that_was_chosen_last_is_shown(
    window: MainWindow, go: threading.Event, qtbot: QtBot
) -> None:
    session = window.session
    click(window.canvas, 60, 45)
    session.set_view(ViewOptions(style=OverlayStyle.OUTLINES))
    go.set()
    qtbot.waitUntil(lambda: _layer(window) is not None)
    assert isinstance(_layer(window), Outlines)
    go.clear()
    session.set_view(ViewOptions())
    assert isinstance(_layer(window), Outlines)  # until the other one is there
    session.set_hidden(0, True)
    go.set()
    qtbot.waitUntil(lambda: isinstance(_layer(window), Overlay))
    assert _drawn(window, 60, 45) == 0


def test_the_layer_of_a_scene_that_was_left_is_not_shown(
    window: MainWindow, go: threading.Event, qtbot: QtBot
) -> None:
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_D)
    assert _layer(window) is None
    go.set()
    qtbot.waitUntil(lambda: _layer(window) is not None)
    assert _drawn(window, 60, 45) == 0
