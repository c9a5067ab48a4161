"""The difference view: the images and counts behind it, and the window by key."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    SHIFT,
    WIDTH,
    at,
    deliver,
    drag,
    image_pixels,
    press,
)
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.difference import Difference
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.minimap import Minimap
from unetpp_desktop.gui.overlay import color_table
from unetpp_desktop.gui.view_options import OverlayStyle
from unetpp_desktop.nn.registry import ModelEntry

TABLE = color_table(shipped_palette("camvid11"))


def _color(canvas: Canvas, x: int, y: int) -> np.ndarray:
    place = at(canvas, x, y)
    return np.array(canvas.grab().toImage().pixelColor(place).getRgb()[:3])


def _caption(window: MainWindow) -> str:
    label = window.canvas.findChild(QLabel, "canvasCaption")
    assert label is not None
    return label.text() if label.isVisible() else ""


def test_only_what_differs_is_drawn_and_void_is_not_compared() -> None:
    labels = np.array([[3, 3, VOID, 8]], np.uint8)
    predicted = np.array([[3, 8, 3, VOID]], np.uint8)
    difference = Difference(labels, predicted, TABLE)
    rim = 0x80808080
    assert image_pixels(difference.images[0]).tolist() == [[rim, TABLE[3], rim, 0]]
    assert (difference.differing, difference.compared) == (1, 2)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_refreshing_a_rect_equals_making_all_anew(seed: int) -> None:
    random = np.random.default_rng(seed)
    shape = (int(random.integers(2100, 2200)), int(random.integers(4, 90)))
    values = np.array([0, 1, 2, VOID], np.uint8)
    labels, predicted = random.choice(values, shape), random.choice(values, shape)
    difference = Difference(labels, predicted, TABLE)
    for _ in range(4):
        top, bottom = sorted(random.integers(0, shape[0] + 1, 2))
        left, right = sorted(random.integers(0, shape[1] + 1, 2))
        rect = Rect(int(top), int(left), int(bottom), int(right))
        labels[rect.slices] = random.choice(values)
        difference.refresh(rect)
    expected = Difference(labels, predicted, TABLE)
    assert (difference.differing, difference.compared) == (expected.differing, expected.compared)
    compared = (labels != VOID) & (predicted != VOID)
    assert difference.compared == compared.sum()
    assert difference.differing == (compared & (labels != predicted)).sum()
    for shown, whole in zip(difference.images, expected.images, strict=True):
        np.testing.assert_array_equal(image_pixels(shown), image_pixels(whole))


def test_a_refresh_leaves_everything_alone_that_is_not_near_the_rect() -> None:
    labels = np.full((300, 300), 3, np.uint8)
    predicted = np.full((300, 300), 3, np.uint8)
    layer = Difference(labels, predicted, TABLE)
    labels[:] = 8
    labels[150:160] = 4
    layer.refresh(Rect(152, 40, 158, 50))
    shown = image_pixels(layer.images[0]).copy()
    shown[151:159, 39:51] = 0
    assert not shown.any()


def test_the_model_is_asked_and_the_share_follows_the_strokes(
    qtbot: QtBot, window: MainWindow, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)  # torch is loaded
    session, canvas = window.session, window.canvas
    session.set_model(tiny_model)
    press(window, Qt.Key.Key_O, SHIFT)
    assert _caption(window) == "The model is looking at this scene…"
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    assert _caption(window) == "No pixel has a class yet that could be compared with the model's"
    assert session.answers.ranked is not None
    predicted = session.answers.ranked[0]
    deliver(session, predicted)
    assert _caption(window) == "No labelled pixel differs from the model"
    gray = _color(canvas, 20, 20)
    assert gray.max() - gray.min() <= 1

    other = (int(predicted[20, 20]) + 1) % 10
    session.set_class(other)
    session.set_diameter(7)
    drag(canvas, (20, 20), (40, 20))
    document = session.document
    assert document is not None
    share = 100 * (document.labels != predicted).sum() / (HEIGHT * WIDTH)
    assert _caption(window) == f"{share:.1f} % of the labelled pixels differ from the model"
    strong = gray * (1 - 0.775) + 0.775 * np.array(session.palette.classes[other].color)
    assert np.abs(_color(canvas, 20, 20) - strong).max() <= 2
    far = _color(canvas, 100, 80)
    assert far.max() - far.min() <= 1

    press(window, Qt.Key.Key_Z, CONTROL)
    assert _caption(window) == "No labelled pixel differs from the model"
    assert (_color(canvas, 20, 20) == gray).all()
    press(window, Qt.Key.Key_O, SHIFT)
    assert _caption(window) == ""
    assert session.view.style is OverlayStyle.AREAS


def test_every_scene_that_is_opened_is_compared(
    qtbot: QtBot, window: MainWindow, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)
    session = window.session
    session.set_model(tiny_model)
    press(window, Qt.Key.Key_O, SHIFT)
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    press(window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    press(window, Qt.Key.Key_9)
    drag(window.canvas, (60, 45), (60, 46))
    assert "from the model" in _caption(window)
    press(window, Qt.Key.Key_A)  # whose answer is still known
    assert _caption(window).startswith("No pixel has a class yet")
    assert window.canvas.picture is not None
    assert isinstance(window.canvas.picture.overlay, Difference)


def test_without_a_model_it_says_so_and_draws_the_areas(window: MainWindow) -> None:
    session = window.session
    session.model = None
    drag(window.canvas, (60, 45), (60, 46))
    before = _color(window.canvas, 52, 45)
    press(window, Qt.Key.Key_O, SHIFT)
    assert _caption(window) == "No model to compare with"
    assert (_color(window.canvas, 52, 45) == before).all()


def test_hiding_the_overlay_shows_the_scene_in_its_colours(
    qtbot: QtBot, window: MainWindow, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)
    session, canvas = window.session, window.canvas
    plain = _color(canvas, 60, 45)
    session.set_model(tiny_model)
    press(window, Qt.Key.Key_O, SHIFT)
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    assert (_color(canvas, 60, 45) != plain).any()
    press(window, Qt.Key.Key_T)
    assert (_color(canvas, 60, 45) == plain).all()


def test_the_minimap_is_gray_too(
    qtbot: QtBot, window: MainWindow, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)
    session, minimap = window.session, window.canvas.findChild(Minimap)
    assert minimap is not None

    def colorfulness() -> int:
        image = minimap.grab().toImage()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        return int(np.ptp(pixels[..., :3].astype(int), axis=2).max())

    session.set_model(tiny_model)
    for _ in range(4):
        press(window, Qt.Key.Key_Plus, CONTROL)
    assert minimap.isVisible()
    assert colorfulness() > 20
    press(window, Qt.Key.Key_O, SHIFT)
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    assert colorfulness() <= 2  # of the frame
    press(window, Qt.Key.Key_O, SHIFT)
    assert colorfulness() > 20


def test_the_words_stay_within_a_narrow_canvas(window: MainWindow) -> None:
    window.session.model = None
    press(window, Qt.Key.Key_O, SHIFT)
    label = window.canvas.findChild(QLabel, "canvasCaption")
    assert label is not None
    one_line = label.height()
    window.canvas.setMinimumSize(120, 100)
    window.canvas.resize(120, 300)
    assert label.x() >= 0
    assert label.geometry().right() < 120
    assert label.height() > one_line
