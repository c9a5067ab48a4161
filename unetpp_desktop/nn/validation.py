"""A network against true masks, while it is being trained."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.memory import DEFAULT_MEMORY, TORCH_FACTOR, most_pixels
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.scale import FULL
from unetpp_desktop.nn.tiles import Answers, Logits, in_pieces
from unetpp_desktop.nn.weights import classes_of, image_tensor, normalise

_MEMORY = 2 * DEFAULT_MEMORY  # MiB: no more than a step of learning takes; full HD in one piece


def validate_network(
    network: nn.Module,
    card: ModelCard,
    scenes: TrainingScenes,
    depths: Sequence[int],
    bf16: bool,
    progress: Progress,
    memory: int = _MEMORY,
) -> dict[int, ConfusionMatrix]:
    """One confusion matrix per depth over all ``scenes``; ``memory``, in MiB, decides how large tiles are."""
    matrices = {depth: ConfusionMatrix(len(card.palette)) for depth in depths}
    for labels, truth in _answers(network, card, scenes, depths, bf16, progress, memory):
        for depth, matrix in matrices.items():
            matrix.add(labels[depth], truth)
    return matrices


def validate_scenes(
    network: nn.Module, card: ModelCard, scenes: TrainingScenes, bf16: bool, progress: Progress
) -> list[ConfusionMatrix]:
    """One confusion matrix for each of ``scenes`` at the deepest depth."""
    matrices = []
    for labels, truth in _answers(network, card, scenes, (card.depth,), bf16, progress, _MEMORY):
        matrices.append(ConfusionMatrix(len(card.palette)))
        matrices[-1].add(labels[card.depth], truth)
    return matrices


def _answers(
    network: nn.Module,
    card: ModelCard,
    scenes: TrainingScenes,
    depths: Sequence[int],
    bf16: bool,
    progress: Progress,
    memory: int,
) -> Iterator[tuple[dict[int, np.ndarray], np.ndarray]]:
    """The labels of each scene per depth, ``uint8 (H, W)``, with the true ones."""
    device = next(network.parameters()).device
    largest = most_pixels(card, depths, memory, FULL, TORCH_FACTOR)
    reach = card.network.reach(max(depths))

    def scores_of(piece: np.ndarray) -> dict[int, torch.Tensor]:
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            scores: dict[int, torch.Tensor] = network(normalise(image_tensor(piece, device), card), depths)
        return scores

    def labels_of(piece: np.ndarray) -> Answers:
        return {depth: classes_of(scores) for depth, scores in scores_of(piece).items()}

    def logits_of(piece: np.ndarray) -> Logits:
        return {depth: scores[0].float().cpu().numpy() for depth, scores in scores_of(piece).items()}

    def read(logits: Logits) -> Answers:
        return {depth: classes_of(torch.from_numpy(scores)[None]) for depth, scores in logits.items()}

    for index in range(scenes.count):
        progress(index, scenes.count, "validating scene")
        image, truth = scenes.load(index)
        yield in_pieces(image, largest, reach, FULL, 1, labels_of, logits_of, read, silent), truth
