"""Scenes on which a fine-tuned model is compared with the one before."""

from collections.abc import Sequence
from dataclasses import dataclass

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import DepthMetrics, ModelCard
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.validation import validate_network


@dataclass(frozen=True)
class CheckedScenes:
    """Scenes that a model is measured on, and what they are in words."""

    scenes: TrainingScenes
    name: str


def measure(
    network: UNetPlusPlus,
    card: ModelCard,
    checked: CheckedScenes,
    depths: Sequence[int],
    bf16: bool,
    progress: Progress,
) -> dict[int, DepthMetrics]:
    """The figures of ``network`` at several depths, from one pass over the scenes."""
    matrices = validate_network(network, card, checked.scenes, depths, bf16, progress)
    return {
        depth: figures_of_present(matrix, card.palette.names, checked.scenes.count, checked.name)
        for depth, matrix in matrices.items()
    }


def figures_of_present(
    matrix: ConfusionMatrix, names: tuple[str, ...], scenes: int, data: str
) -> DepthMetrics:
    """Figures over the classes that are really there.

    On a few scenes a class that is not there, and of which somebody predicts ten pixels, would count
    with an IoU of 0 as much as the road.
    """
    pixels = matrix.counts.sum(1)
    iou = {
        name: float(value) if count else None
        for name, value, count in zip(names, matrix.iou(), pixels, strict=True)
    }
    present = [value for value in iou.values() if value is not None]
    return DepthMetrics(
        miou=sum(present) / len(present) if present else 0.0,
        pixel_accuracy=matrix.pixel_accuracy(),
        iou=iou,
        scenes=scenes,
        data=data,
        pixels={name: int(count) for name, count in zip(names, pixels, strict=True)},
    )
