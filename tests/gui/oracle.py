"""A network that answers when the test lets it, and that remembers what it was asked."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.gui import ahead, answers, box_prediction, looking, predictors, prelabelling
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry


class Oracle:
    """Labels every pixel with the depth; waits for ``go`` before each scene."""

    engine = precision = device = "test"
    at_once = looks = 1

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.go = threading.Semaphore(0)
        self.asked: list[int] = []
        self.images: list[np.ndarray] = []
        self.opened_with: list[dict[str, object]] = []

    def predict(self, image: np.ndarray, depth: int, *_: object, **__: object) -> Prediction:
        return Prediction(self.predict_ranked(image, depth)[0], depth, 0.01)

    def predict_for_review(self, image: np.ndarray, depth: int, **_: object) -> Prediction:
        ranked = self.predict_ranked(image, depth)
        return Prediction(ranked[0], depth, 0.01, ranked, np.zeros(image.shape[:2], np.uint8))

    def predict_ranked(self, image: np.ndarray, depth: int, **_: object) -> np.ndarray:
        self.images.append(image)
        self.asked.append(depth)
        assert self.go.acquire(timeout=10)
        return np.full((3, *image.shape[:2]), depth, np.uint8)


def install_oracle(monkeypatch: pytest.MonkeyPatch) -> Oracle:
    """Every model that the window opens answers as this one does; nothing is asked ahead."""
    palette = shipped_palette("camvid11")
    network = NetworkConfig(classes=len(palette))
    fields: dict[str, Any] = {"name": "oracle", "created": "2026", "palette": palette, "network": network}
    oracle = Oracle(ModelCard.model_construct(**fields))

    def open_predictor(entry: ModelEntry, _device: str, **options: object) -> Oracle:
        oracle.opened_with.append(options)
        oracle.card = entry.card
        return oracle

    monkeypatch.setattr(predictors, "open_predictor", open_predictor)
    for module in (answers, box_prediction, looking, prelabelling):
        monkeypatch.setattr(module, "warm_up_engine", lambda _device, _between: None)
    monkeypatch.setattr(ahead, "on_battery", lambda: True)
    return oracle


def choose_oracle(window: MainWindow, oracle: Oracle, folder: Path) -> None:
    """The window's model is the oracle at depth 4; its folder is ``folder``."""
    (folder / "weights.safetensors").touch()
    window.session.model = ModelEntry(folder, oracle.card)
    window.session.depth = 4
    window.session.model_changed.emit()
