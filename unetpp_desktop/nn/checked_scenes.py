"""Scenes on which a fine-tuned model is compared with the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from torch import nn

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import DepthMetrics, ModelCard
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.validation import validate_network

_LEAST_SHARE = 0.002  # of the measured pixels; the IoU of a rarer class is noise
_LEAST_PIXELS = 200


@dataclass(frozen=True)
class CheckedScenes:
    """Scenes that a model is measured on, and what they are in words."""

    scenes: TrainingScenes
    name: str


def measure(
    network: nn.Module,
    card: ModelCard,
    checked: CheckedScenes,
    depths: Sequence[int],
    bf16: bool,
    progress: Progress,
    split_off: Mapping[int, int] = MappingProxyType({}),
) -> dict[int, DepthMetrics]:
    """The figures of ``network`` at several depths, from one pass over the scenes.

    ``split_off``: the class that each of some classes was a part of before. Where the masks do not hold such
    a part, an answer of it is right where the mask says the whole.
    """
    matrices = validate_network(network, card, checked.scenes, depths, bf16, progress)
    for matrix in matrices.values():
        for part, whole in split_off.items():
            if not matrix.counts[part].any():
                matrix.join(part, whole)
    return {
        depth: figures_of_present(matrix, card.palette.names, checked.scenes.count, checked.name)
        for depth, matrix in matrices.items()
    }


def figures_of_present(
    matrix: ConfusionMatrix, names: tuple[str, ...], scenes: int, data: str
) -> DepthMetrics:
    """Figures of the classes that are really there; the mean is that of those known well, if there are any.

    On a few scenes a class of which ten pixels are there, or none, would count with an IoU near 0 as much
    as the road: whatever is taken for it elsewhere outweighs it.
    """
    pixels = {name: int(count) for name, count in zip(names, matrix.counts.sum(1), strict=True)}
    iou = {
        name: float(value) if pixels[name] else None for name, value in zip(names, matrix.iou(), strict=True)
    }
    well = known_well(pixels) or names
    known = [value for name in well if (value := iou[name]) is not None]
    return DepthMetrics(
        miou=sum(known) / len(known) if known else 0.0,
        pixel_accuracy=matrix.pixel_accuracy(),
        iou=iou,
        scenes=scenes,
        data=data,
        pixels=pixels,
    )


def known_well(pixels: Mapping[str, int]) -> tuple[str, ...]:
    """The classes of which enough true ``pixels`` were measured to tell."""
    least = max(_LEAST_PIXELS, _LEAST_SHARE * sum(pixels.values()))
    return tuple(name for name, count in pixels.items() if count >= least)
