"""One training crop out of a scene, varied in place, size and light."""

from typing import Annotated

import torch
import torch.nn.functional as F
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    field_validator,
)
from torch import Generator, Tensor

from unetpp_desktop.core.palette import VOID

Share = Annotated[float, Field(ge=0, le=1)]


class Augmentation(BaseModel):
    """How much crops vary; the ranges are half-widths around "unchanged" unless they are pairs."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    crop: PositiveInt = 256  # pixels
    scale: tuple[PositiveFloat, PositiveFloat] = (0.55, 1.6)
    rare_share: Share = 0.0  # crops centred on a pixel of a rare class
    brightness: NonNegativeFloat = 0.25
    contrast: NonNegativeFloat = 0.3
    tint: NonNegativeFloat = 0.1  # per channel
    gamma: tuple[PositiveFloat, PositiveFloat] = (0.7, 1.5)
    paste_share: Share = 0.0  # crops that get the rare things of another crop of their batch

    @field_validator("scale", "gamma")
    @classmethod
    def _rising(cls, ends: tuple[float, float]) -> tuple[float, float]:
        if ends[0] > ends[1]:
            raise ValueError("the smaller number comes first")
        return ends


def _uniform(generator: Generator, low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand((), generator=generator))


def _integer(generator: Generator, below: int) -> int:
    return int(torch.randint(below, (), generator=generator)) if below > 0 else 0


def _centre(labels: Tensor, rare: Tensor, share: float, generator: Generator) -> tuple[int, int]:
    """A random place of the scene as ``(y, x)``: on a random rare class in ``share`` of the cases."""
    height, width = labels.shape
    if _uniform(generator, 0, 1) < share:
        here = [index for index in rare.tolist() if bool((labels == index).any())]
        if here:
            places = (labels == here[_integer(generator, len(here))]).nonzero()
            y, x = places[_integer(generator, len(places))].tolist()
            return y, x
    return _integer(generator, height), _integer(generator, width)


def _span(centre: int, length: int, size: int) -> tuple[int, int]:
    """A span of at most ``length`` pixels around ``centre`` that lies inside ``size`` pixels."""
    length = min(length, size)
    start = min(max(0, centre - length // 2), size - length)
    return start, start + length


def _varied_light(image: Tensor, settings: Augmentation, generator: Generator) -> Tensor:
    """``float (3, h, w)`` in 0..255 with other gamma, contrast, brightness and tint."""
    gamma = _uniform(generator, *settings.gamma)
    contrast = 1 + _uniform(generator, -settings.contrast, settings.contrast)
    brightness = 1 + _uniform(generator, -settings.brightness, settings.brightness)
    tint = 1 + settings.tint * (2 * torch.rand((3, 1, 1), generator=generator) - 1)
    image = (image / 255).clamp(0, 1).pow(gamma)
    mean = image.mean()
    return (((image - mean) * contrast + mean) * brightness * tint).clamp(0, 1) * 255


def random_crop(
    image: Tensor, labels: Tensor, rare: Tensor, settings: Augmentation, generator: Generator
) -> tuple[Tensor, Tensor]:
    """One training crop.

    ``image`` is ``uint8 (H, W, 3)``, ``labels`` ``uint8 (H, W)``, ``rare`` the rare classes' indexes.
    Returns ``float32 (3, crop, crop)`` in 0..255 and ``uint8 (crop, crop)``; what lies outside the
    scene is gray and void. ``labels`` may be ``uint8 (K, H, W)``: planes that are cut alike, of which
    the first are the classes; then K planes come back.
    """
    planes = labels if labels.ndim == 3 else labels.unsqueeze(0)
    crop, (height, width) = settings.crop, planes.shape[1:]
    scale = _uniform(generator, *settings.scale)
    source = max(1, round(crop / scale))
    y, x = _centre(planes[0], rare, settings.rare_share, generator)
    jitter = source // 3  # a rare pixel is to be anywhere in its crop, not always in the middle
    top, bottom = _span(y + _integer(generator, 2 * jitter + 1) - jitter, source, height)
    left, right = _span(x + _integer(generator, 2 * jitter + 1) - jitter, source, width)
    piece = image[top:bottom, left:right].permute(2, 0, 1).unsqueeze(0).float()
    answer = planes[:, top:bottom, left:right].unsqueeze(0)
    size = (
        max(1, min(crop, round((bottom - top) * scale))),
        max(1, min(crop, round((right - left) * scale))),
    )
    piece = F.interpolate(piece, size, mode="bilinear", antialias=scale < 1, align_corners=False)
    answer = F.interpolate(answer, size, mode="nearest-exact")
    piece = _varied_light(piece[0], settings, generator)
    answer = answer[0] if labels.ndim == 3 else answer[0, 0]
    if _integer(generator, 2):
        piece, answer = piece.flip(-1), answer.flip(-1)
    pad = (0, crop - size[1], 0, crop - size[0])
    return F.pad(piece, pad, value=127.0), F.pad(answer, pad, value=VOID)


def paste_rare(images: Tensor, labels: Tensor, rare: Tensor, chosen: Tensor) -> tuple[Tensor, Tensor]:
    """Each ``chosen`` crop of a batch gets the pixels of rare classes of the crop before it, in their place.

    A cut of ClassMix (Olsson et al., arXiv 2007.07936) with true labels: poles, signs and people stand
    before other houses. ``images`` is ``(N, 3, h, w)``, ``labels`` ``int64 (N, h, w)``, ``rare`` the
    rare classes' indexes and ``chosen`` ``bool (N,)``.
    """
    given_images, given_labels = images.roll(1, 0), labels.roll(1, 0)
    taken = torch.isin(given_labels, rare) & chosen[:, None, None]
    return torch.where(taken[:, None], given_images, images), torch.where(taken, given_labels, labels)
