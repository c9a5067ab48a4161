"""Weights on disk: safetensors in fp16, beside their card."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes, write_atomically
from unetpp_desktop.nn.card import WEIGHTS_FILE, ModelCard, write_card
from unetpp_desktop.nn.predictor import NO_RANK, RANKS
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.uncertainty import MOST_UNCERTAIN, head_weights
from unetpp_desktop.nn.unetpp import UNetPlusPlus


def save_model(folder: Path, card: ModelCard, weights: Mapping[str, Tensor]) -> ModelEntry:
    """Writes weights (as fp16) and card; the card last, so that a folder with a card is complete."""
    half = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).cpu().contiguous()
        for name, tensor in weights.items()
    }
    write_atomically(folder / WEIGHTS_FILE, save(half))
    write_card(folder, card)
    return ModelEntry(folder, card)


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
    writable = np.require(image, requirements="W")  # torch has no read-only tensors and warns of such arrays
    return torch.from_numpy(writable).to(device).permute(2, 0, 1).unsqueeze(0)


def classes_of(logits: Tensor) -> np.ndarray:
    """The likeliest class of each pixel, ``uint8 (H, W)``, from the logits ``(1, classes, H, W)``."""
    # max().indices is several times faster than argmax() on this layout
    return logits[0].max(0).indices.to(torch.uint8).cpu().numpy()


def ranked_classes_of(logits: Tensor) -> np.ndarray:
    """The likeliest classes of each pixel, likeliest first, ``uint8 (RANKS, H, W)``; overwrites ``logits``.

    The first plane equals `classes_of`, which `topk` would not promise where two classes are equal.
    """
    scores = logits[0]
    ranked = torch.full((RANKS, *scores.shape[1:]), NO_RANK, dtype=torch.uint8, device=logits.device)
    for rank in range(min(RANKS, scores.shape[0])):
        likeliest = scores.max(0, keepdim=True).indices
        ranked[rank] = likeliest[0]
        scores.scatter_(0, likeliest, -torch.inf)
    return ranked.cpu().numpy()


def review_of(logits: Mapping[int, Tensor], depth: int) -> np.ndarray:
    """`ranked_classes_of`, and behind them the uncertainty: ``uint8 (RANKS + 1, H, W)``; overwrites logits.

    ``logits`` are ``(1, classes, H, W)`` of all depths up to ``depth``; see `uncertainty`.
    """
    mixed = sum(weight * logits[number][0] for number, weight in enumerate(head_weights(depth), 1))
    assert isinstance(mixed, Tensor)
    ranked = ranked_classes_of(logits[depth])
    label = torch.from_numpy(ranked[:1].astype(np.int64)).to(mixed.device)
    others = mixed.float().softmax(0).scatter_(0, label, 0)
    doubt = others.sum(0, keepdim=True).sqrt_().mul_(MOST_UNCERTAIN).round_()
    return np.concatenate([ranked, doubt.to(torch.uint8).cpu().numpy()])


def confidences_of(logits: Tensor) -> np.ndarray:
    """How probable the network holds its answers: ``float32 (H, W)`` in 0..1, from ``(1, classes, H, W)``."""
    scores = logits[0].float()
    # softmax at its largest place only: 1 / sum(exp(score - largest))
    return (1 / (scores - scores.max(0, keepdim=True).values).exp_().sum(0)).cpu().numpy()


def normalise(images: Tensor, card: ModelCard) -> Tensor:
    """``uint8 (N, 3, H, W)`` as normalised floats of the same shape."""
    mean = torch.tensor(card.normalisation.mean, device=images.device).view(1, 3, 1, 1) * 255
    std = torch.tensor(card.normalisation.std, device=images.device).view(1, 3, 1, 1) * 255
    return (images.float() - mean) / std
