"""A network against true masks, while it is being trained."""

from collections.abc import Sequence

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
    device = next(network.parameters()).device
    matrices = {depth: ConfusionMatrix(len(card.palette)) for depth in depths}
    for index in range(scenes.count):
        progress(index, scenes.count, "validating scene")
        image, truth = scenes.load(index)
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            logits = network(normalise(image_tensor(image, device), card), depths)
        for depth, scores in logits.items():
            matrices[depth].add(classes_of(scores), truth)
    return matrices
