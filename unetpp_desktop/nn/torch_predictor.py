"""The predictor on PyTorch."""

import time
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from unetpp_desktop.nn.device import resolve_device
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.weights import image_tensor, load_network, normalise


class TorchPredictor:
    """Runs the network in fp32, channels-last."""

    engine = "torch"
    precision = "fp32"

    def __init__(self, entry: ModelEntry, device: str) -> None:
        self.card = entry.card
        self._device = resolve_device(device)
        self.device = self._device.type
        self._network = load_network(entry).placed_on(self._device)

    def predict(self, image: np.ndarray, depth: int) -> Prediction:
        start = time.perf_counter()
        labels = self.predict_depths(image, (depth,))[depth]
        return Prediction(labels, depth, time.perf_counter() - start)

    def predict_depths(self, image: np.ndarray, depths: Sequence[int]) -> dict[int, np.ndarray]:
        with torch.inference_mode():
            logits = self._network(normalise(image_tensor(image, self._device), self.card), depths)
            return {depth: _classes(scores) for depth, scores in logits.items()}


def _classes(logits: Tensor) -> np.ndarray:
    # max().indices is several times faster than argmax() on this layout
    return logits[0].max(0).indices.to(torch.uint8).cpu().numpy()
