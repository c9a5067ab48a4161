"""The view of the uncertainty: what is drawn of it, and the window by key, with a real tiny network."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    SHIFT,
    WIDTH,
    deliver,
    drag,
    image_pixels,
    open_window,
    press,
    scene_folder,
)
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.uncertain_areas import UncertainAreas, Uncertainty, scale_of_colors
from unetpp_desktop.gui.uncertainty_caption import UncertaintyCaption, opaque
from unetpp_desktop.gui.view_options import OverlayStyle, ViewOptions
from unetpp_desktop.nn.registry import ModelEntry

RATES = np.linspace(0, 1, 256)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_model(tiny_model)
    deliver(window.session, np.full((HEIGHT, WIDTH), 3, np.uint8))
    return window


def _areas(window: MainWindow) -> UncertainAreas | None:
    picture = window.canvas.picture
    overlay = None if picture is None else picture.overlay
    return overlay if isinstance(overlay, UncertainAreas) else None


def _look(window: MainWindow, qtbot: QtBot) -> UncertainAreas:
    """Goes to the view by its key, and waits for the model."""
    press(window, Qt.Key.Key_U, SHIFT)
    qtbot.waitUntil(lambda: _areas(window) is not None, timeout=30_000)
    found = _areas(window)
    assert found is not None
    return found


def _caption(window: MainWindow) -> QLabel:
    caption = window.canvas.findChild(UncertaintyCaption)
    assert caption is not None
    return caption


def test_what_is_likely_right_or_decided_is_clear() -> None:
    values = np.array([[10, 200, 255, 255]], np.uint8)
    origins = np.array([[Origin.MODEL, Origin.MODEL, Origin.PAINTED, Origin.ACCEPTED]], np.uint8)
    areas = UncertainAreas(np.zeros((1, 4), np.uint8), Uncertainty(values, origins, RATES, 50))
    assert image_pixels(areas.images[0]).tolist() == [[0, int(scale_of_colors(RATES)[200]), 0, 0]]
    assert areas.uncertain == 1
    origins[0, 1] = Origin.PAINTED
    areas.refresh(Rect(0, 1, 1, 2))
    assert areas.uncertain == 0
    assert not image_pixels(areas.images[0]).any()


def test_the_more_uncertain_the_lighter() -> None:
    lightness = [opaque(int(color)).lightness() for color in scale_of_colors(np.linspace(0, 1, 9))]
    assert lightness == sorted(lightness)


def test_a_key_shows_what_the_model_is_not_sure_of(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_U, SHIFT)
    assert _caption(window).text() == "The model is looking at this scene…"
    qtbot.waitUntil(lambda: _areas(window) is not None, timeout=30_000)
    areas = _areas(window)
    assert areas is not None
    assert areas.uncertain > 0.5 * HEIGHT * WIDTH  # it is not trained
    assert "% of the scene is unchecked and uncertain" in _caption(window).text()
    press(window, Qt.Key.Key_U, SHIFT)
    assert window.session.view.style is OverlayStyle.AREAS
    assert not _caption(window).isVisible()


def test_what_is_painted_or_checked_is_uncertain_no_longer(window: MainWindow, qtbot: QtBot) -> None:
    before = _look(window, qtbot).uncertain
    press(window, Qt.Key.Key_R)
    drag(window.canvas, (0, 0), (WIDTH - 1, HEIGHT // 2 - 1))
    areas = _areas(window)
    assert areas is not None
    assert areas.uncertain < 0.6 * before
    press(window, Qt.Key.Key_Z, CONTROL)
    assert areas.uncertain == before
    window.session.mark_done(go_on=False)
    assert areas.uncertain == 0
    assert _caption(window).text() == "Nothing unchecked is as uncertain as that"


def test_the_threshold_counts_at_once(window: MainWindow, qtbot: QtBot) -> None:
    before = _look(window, qtbot).uncertain
    window.session.set_view(ViewOptions(style=OverlayStyle.UNCERTAINTY, least_uncertainty=97))
    areas = _areas(window)
    assert areas is not None
    assert areas.uncertain < before


def test_another_scene_is_asked_about_and_the_former_is_remembered(window: MainWindow, qtbot: QtBot) -> None:
    _look(window, qtbot)
    window.session.next_scene()
    qtbot.waitUntil(lambda: _areas(window) is not None, timeout=30_000)
    window.session.previous_scene()
    assert _areas(window) is not None
    assert not window.session.answers.asking


def test_without_a_model_it_is_said(window: MainWindow) -> None:
    window.session.model = None
    window.session.model_changed.emit()
    press(window, Qt.Key.Key_U, SHIFT)
    assert _caption(window).text() == "No model that could be uncertain"
