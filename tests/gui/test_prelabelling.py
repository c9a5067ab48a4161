"""Predictions that arrive while the user goes on."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, SHIFT, click, open_window, press, saved_labels, scene_folder
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.gui import prelabelling
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry


class _Oracle:
    """Labels every pixel with the depth; waits for ``go`` before each scene."""

    engine = precision = device = "test"

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.go = threading.Semaphore(0)

    def predict(self, image: np.ndarray, depth: int) -> Prediction:
        assert self.go.acquire(timeout=10)
        return Prediction(np.full(image.shape[:2], depth, np.uint8), depth, 0.01)


@pytest.fixture
def oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Oracle:
    palette = shipped_palette("camvid11")
    network = NetworkConfig(classes=len(palette))
    fields: dict[str, Any] = {"name": "oracle", "created": "2026", "palette": palette, "network": network}
    card = ModelCard.model_construct(**fields)
    made = _Oracle(card)
    monkeypatch.setattr(prelabelling, "open_predictor", lambda _entry, _device: made)
    monkeypatch.setattr(prelabelling, "warm_up", lambda _between: None)
    return made


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, oracle: _Oracle) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 4))
    (tmp_path / "weights.safetensors").touch()
    window.session.model = ModelEntry(tmp_path, oracle.card)
    window.session.depth = 4
    window.session.model_changed.emit()
    return window


def _wait(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def _shown(window: MainWindow) -> np.ndarray:
    document = window.session.document
    assert document is not None
    return document.labels


def test_p_predicts_the_open_scene_around_what_was_painted(
    window: MainWindow, qtbot: QtBot, oracle: _Oracle, tmp_path: Path
) -> None:
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 60, 45)
    oracle.go.release()
    press(window, Qt.Key.Key_P)
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window)[5, 5] == 4)
    assert _shown(window)[45, 60] == 7
    assert saved_labels(tmp_path / "scenes", "0.png")[45, 60] == 7


def test_a_scene_that_is_opened_while_the_job_runs_gets_its_prediction_as_an_edit(
    window: MainWindow, qtbot: QtBot, oracle: _Oracle, tmp_path: Path
) -> None:
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    oracle.go.release(2)
    folder = tmp_path / "scenes" / "labels"
    qtbot.waitUntil((folder / "1.png").exists)
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_D)
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 60, 45)  # scene 2, before its turn
    oracle.go.release(2)
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window)[5, 5] == 4)
    assert _shown(window)[45, 60] == 7
    for name in ("0.png", "1.png", "3.png"):
        assert (saved_labels(tmp_path / "scenes", name) == 4).all()


def test_another_depth_predicts_an_empty_scene_again_and_leaves_a_painted_one(
    window: MainWindow, qtbot: QtBot, oracle: _Oracle
) -> None:
    oracle.go.release()
    press(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: bool((_shown(window) == 2).all()))
    press(window, Qt.Key.Key_D)
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert not window.session.jobs.active
    assert _shown(window)[5, 5] == VOID


def test_closing_does_not_wait_for_a_job(window: MainWindow, oracle: _Oracle) -> None:
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    oracle.go.release(1)
    closing = threading.Timer(0.2, oracle.go.release, (9,))
    closing.start()
    assert window.close()
    closing.join()
    assert not window.session.jobs.active
