"""At what scale the network looks at an image.

A network knows things at about the size that they had in its training. In the photo of a better
camera they have several times as many pixels, and the network sees too little of each: it is better
and much faster at a smaller scale, see docs/benchmarks.md.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from unetpp_desktop.core.errors import UserError

FULL = Fraction(1)
AUTO = "auto"

SCALES: Mapping[str, Fraction] = {
    "1": FULL,
    "0.75": Fraction(3, 4),
    "0.5": Fraction(1, 2),
    "0.25": Fraction(1, 4),
}
"""By what the user writes. All are such that a tile holds a whole number of the network's units."""


def check_scale(choice: str) -> None:
    """Raises `UserError` where ``choice`` is neither one of `SCALES` nor `AUTO`."""
    if choice != AUTO and choice not in SCALES:
        raise UserError(f"There is no scale {choice}. Choose one of {', '.join([AUTO, *SCALES])}.")


def scale_for(choice: str, shape: Sequence[int], trained_pixels: int) -> Fraction:
    """The scale for an image of ``shape`` (H, W, ...); `AUTO` brings it near the scenes of the training.

    That is the one of `SCALES` whose logarithm is nearest to that of the exact one.
    """
    if choice != AUTO:
        return SCALES[choice]
    exact = math.sqrt(trained_pixels / max(1, shape[0] * shape[1]))
    return min(SCALES.values(), key=lambda scale: abs(math.log(scale) - math.log(exact)))
