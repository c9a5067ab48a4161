"""The predictor on PyTorch."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.device import resolve_device
from unetpp_desktop.nn.predictor import RANKS, Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.tiles import in_tiles
from unetpp_desktop.nn.weights import (
    classes_of,
    confidences_of,
    image_tensor,
    load_network,
    normalise,
    ranked_classes_of,
)

_Reading = Callable[[torch.Tensor], np.ndarray]


class TorchPredictor:
    """Runs the network in fp32, channels-last; large images in tiles."""

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
        return in_tiles(image, depths, lambda piece: self._answers(piece, depths, classes_of), (), np.uint8)

    def predict_confidences(self, image: np.ndarray, depths: Sequence[int]) -> dict[int, np.ndarray]:
        read = confidences_of
        return in_tiles(image, depths, lambda piece: self._answers(piece, depths, read), (), np.float32)

    def predict_ranked(self, image: np.ndarray, depth: int) -> np.ndarray:
        depths, read = (depth,), ranked_classes_of
        answers = in_tiles(
            image, depths, lambda piece: self._answers(piece, depths, read), (RANKS,), np.uint8
        )
        return answers[depth]

    def _answers(self, image: np.ndarray, depths: Sequence[int], read: _Reading) -> dict[int, np.ndarray]:
        try:
            with torch.inference_mode():
                logits = self._network(normalise(image_tensor(image, self._device), self.card), depths)
                return {depth: read(scores) for depth, scores in logits.items()}
        except (torch.OutOfMemoryError, RuntimeError) as error:
            if not isinstance(error, torch.OutOfMemoryError) and "memory" not in str(error):
                raise
            raise UserError(
                f"The memory of the device {self.device} is too small for depth {max(depths)}. "
                "Choose a smaller depth, or another device."
            ) from error
