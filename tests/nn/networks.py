"""Networks for tests."""

from pathlib import Path

import torch

from unetpp_desktop.core.palette import Palette, shipped_palette
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import ConvolutionBlock, UNetPlusPlus
from unetpp_desktop.nn.weights import save_model


def untrained_network(**config: object) -> UNetPlusPlus:
    """A tiny network of 11 classes whose batch norms have statistics of their own."""
    network = NetworkConfig.model_validate({"filters": (4, 4, 6, 6, 8), "classes": 11, **config})
    torch.manual_seed(1)
    untrained = UNetPlusPlus(network)
    for name, buffer in untrained.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2)
        elif name.endswith("running_mean"):
            buffer.normal_()
    for block in untrained.modules():
        if isinstance(block, ConvolutionBlock) and block.dilated is not None:
            torch.nn.init.kaiming_normal_(block.dilated.weight)
    return untrained


def toy_model(folder: Path, **network: object) -> ModelEntry:
    """An `untrained_network` as a model called "toy" in ``folder``."""
    untrained = untrained_network(**network)
    classes = shipped_palette("camvid11").classes[: untrained.config.classes]
    card = ModelCard(name="toy", palette=Palette(name="toy", classes=classes), network=untrained.config)
    return save_model(folder / "toy", card, untrained.state_dict())
