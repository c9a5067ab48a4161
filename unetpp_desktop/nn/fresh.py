"""A network of any width with chance weights, to measure its speed without training it first."""

from pathlib import Path

import numpy as np
import torch

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import image_tensor, normalise, save_model


def fresh_model(folder: Path, filters: tuple[int, ...], palette: Palette, image: np.ndarray) -> ModelEntry:
    """Saves a network with ``filters`` in ``folder``; the same ones each time.

    Its batch norms get the statistics of ``image`` (``uint8 (H, W, 3)``), so that the values in it
    are as large as in a trained one. Raises pydantic's `ValidationError` where no network has such
    filters.
    """
    config = NetworkConfig(filters=filters, classes=len(palette))
    card = ModelCard(name=f"fresh {','.join(map(str, filters))}", palette=palette, network=config)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        network = UNetPlusPlus(config)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0  # the statistics of this image, and none of before
    with torch.inference_mode():
        network.train()(normalise(image_tensor(image, torch.device("cpu")), card))
    return save_model(folder, card, network.state_dict())
