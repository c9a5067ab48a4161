"""How large a piece of an image may be, so that the network stays within a given memory."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.card import ModelCard

DEFAULT_MEMORY = 2048
"""MiB that predicting may take beside the image and what is asked of it; for a full HD image in one piece."""

LEAST_MEMORY = 256
"""MiB; below it tiles would be so small that they mostly repeat their neighbours."""

TORCH_FACTOR = 1.6
"""What PyTorch takes per pixel, as a multiple of OpenVINO's."""

T = TypeVar("T")


class MemoryShort(Exception):
    """An engine has no memory for a piece of an image; never seen by users."""


_FIXED = 150 * 2**20  # bytes: weights, and what the engine keeps whatever the size
_MAPS_AT_DEPTH_0, _MAPS_PER_DEPTH = 2.0, 2.3  # feature maps as wide as row 0 that are alive at once
_LOGITS_COPIES = 3  # out of the engine, blended, and read


def check_memory(memory: int) -> None:
    """Raises `UserError` where ``memory`` (MiB) is too small to predict with."""
    if memory < LEAST_MEMORY:
        raise UserError(
            f"{memory} MiB are too little memory to predict with. Choose at least {LEAST_MEMORY} MiB."
        )


def most_pixels(
    card: ModelCard, depths: Sequence[int], memory: int, scale: Fraction, factor: float = 1
) -> int:
    """How many image pixels a piece may have that is predicted at ``depths`` and ``scale``.

    ``memory`` is in MiB; ``factor`` says how much more than OpenVINO in fp32 an engine takes per
    pixel. Fitted to peaks measured with filters 16..256 and 32..512 at 320 x 320 and 800 x 800.
    """
    logits = 4 * card.network.classes * len(depths) * _LOGITS_COPIES
    per_pixel = factor * network_bytes(card, max(depths)) * float(scale) ** 2 + logits
    return max(1, int((memory * 2**20 - _FIXED) / per_pixel))


def network_bytes(card: ModelCard, depth: int) -> float:
    """Memory per pixel of a network in fp32, about; with the usual filters row 0 decides it."""
    width: float = max(filters / 2**row for row, filters in enumerate(card.network.filters))
    return 4 * (_MAPS_AT_DEPTH_0 + _MAPS_PER_DEPTH * depth) * width


def with_less(largest: int, least: int, work: Callable[[int], T]) -> tuple[T, int]:
    """``work`` with pieces of ``largest`` pixels, or of half as many each time that memory is short.

    Returns its value, and how large the pieces were. Raises `MemoryShort` where not even ``least`` fit.
    """
    while True:
        try:
            return work(largest), largest
        except MemoryShort:
            if largest <= least:
                raise
            largest = max(least, largest // 2)
