"""A network against true masks, while it is being trained."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import classes_of, image_tensor, normalise


def validate_network(
    network: UNetPlusPlus,
    card: ModelCard,
    scenes: TrainingScenes,
    depths: Sequence[int],
    bf16: bool,
    progress: Progress,
) -> dict[int, ConfusionMatrix]:
    """One confusion matrix per depth over all ``scenes``, each labelled whole."""
    matrices = {depth: ConfusionMatrix(len(card.palette)) for depth in depths}
    for labels, truth in _answers(network, card, scenes, depths, bf16, progress):
        for depth, matrix in matrices.items():
            matrix.add(labels[depth], truth)
    return matrices


def validate_scenes(
    network: UNetPlusPlus, card: ModelCard, scenes: TrainingScenes, bf16: bool, progress: Progress
) -> list[ConfusionMatrix]:
    """One confusion matrix for each of ``scenes``, labelled whole at the deepest depth."""
    matrices = []
    for labels, truth in _answers(network, card, scenes, (card.depth,), bf16, progress):
        matrices.append(ConfusionMatrix(len(card.palette)))
        matrices[-1].add(labels[card.depth], truth)
    return matrices


def _answers(
    network: UNetPlusPlus,
    card: ModelCard,
    scenes: TrainingScenes,
    depths: Sequence[int],
    bf16: bool,
    progress: Progress,
) -> Iterator[tuple[dict[int, np.ndarray], np.ndarray]]:
    """The labels of each scene per depth, ``uint8 (H, W)``, with the true ones."""
    device = next(network.parameters()).device
    for index in range(scenes.count):
        progress(index, scenes.count, "validating scene")
        image, truth = scenes.load(index)
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            logits = network(normalise(image_tensor(image, device), card), depths)
        yield {depth: classes_of(scores) for depth, scores in logits.items()}, truth
