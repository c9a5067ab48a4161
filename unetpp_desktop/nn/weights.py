"""Weights on disk: safetensors in fp16, beside their card."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes, write_atomically
from unetpp_desktop.nn.card import WEIGHTS_FILE, ModelCard, write_card
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus


def save_model(folder: Path, card: ModelCard, weights: Mapping[str, Tensor]) -> ModelEntry:
    """Writes weights (as fp16) and card; the card last, so that a folder with a card is complete."""
    write_atomically(folder / WEIGHTS_FILE, save(in_half(weights)))
    write_card(folder, card)
    return ModelEntry(folder, card)


def in_half(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies for a file: fp16, but for whole numbers."""
    return {
        name: (tensor.half() if tensor.is_floating_point() else tensor).cpu().contiguous()
        for name, tensor in tensors.items()
    }


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file; raises `UserError` where it is none."""
    try:
        return load(read_bytes(path))
    except SafetensorError as error:
        raise UserError(
            f"{path} is not a safetensors file ({error}). Copy the model again, or train one."
        ) from error


def load_network(entry: ModelEntry) -> UNetPlusPlus:
    """The network of a model, in fp32 on the CPU, in evaluation mode.

    Raises `UserError` where the weights do not fit the card.
    """
    network = UNetPlusPlus(entry.card.network)
    tensors = {
        name: tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in read_tensors(entry.weights).items()
    }
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise UserError(
            f"{entry.weights} does not fit its card: {str(error).splitlines()[-1].strip()} "
            "Copy the model folder again, or choose another model."
        ) from error
    return network.eval()


def image_tensor(image: np.ndarray, device: torch.device) -> Tensor:
    """``uint8 (H, W, 3)`` as ``uint8 (1, 3, H, W)`` on ``device``, in channels-last order."""
    return batch_of(pixels_of(image).to(device))


def pixels_of(image: np.ndarray) -> Tensor:
    """An array as a tensor of the same shape."""
    # torch has no read-only tensors and warns of such arrays
    return torch.from_numpy(np.require(image, requirements="W"))


def batch_of(pixels: Tensor) -> Tensor:
    """``(H, W, 3)`` as ``(1, 3, H, W)`` in channels-last order."""
    return pixels.permute(2, 0, 1).unsqueeze(0)


def classes_of(logits: Tensor) -> np.ndarray:
    """The likeliest class of each pixel, ``uint8 (H, W)``, from the logits ``(1, classes, H, W)``."""
    # max().indices is several times faster than argmax() on this layout
    return logits[0].max(0).indices.to(torch.uint8).cpu().numpy()


def normalise(images: Tensor, card: ModelCard) -> Tensor:
    """``uint8 (N, 3, H, W)`` as normalised floats of the same shape."""
    norm, device = card.normalisation, images.device
    return (images.float() - _channels(tuple(norm.mean), device)) / _channels(tuple(norm.std), device)


@cache
def _channels(values: tuple[float, ...], device: torch.device) -> Tensor:
    """Shares of white as ``float (1, 3, 1, 1)``; kept, since copying to a GPU cannot be recorded there."""
    with torch.inference_mode(False):
        return torch.tensor(values, device=device).view(1, 3, 1, 1) * 255
