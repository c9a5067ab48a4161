"""At what scale the network looks at an image.

A network knows things at about the size that they had in its training. In the photo of a better
camera they have several times as many pixels, and the network sees too little of each: it is better
and much faster at a smaller scale, see docs/benchmarks.md.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.config import SIZE_MULTIPLE

FULL = Fraction(1)
SECOND_LOOK = Fraction(3, 4)
"""Of the size of the first look. At both, what is large is seen with more around it, and the mean of the two
logits is taken (multi-scale inference, as in Chen et al., arXiv 1606.00915); docs/training.md measures it."""
LOOKS = (1, 2)
"""How often the network may look at an image."""
USUAL_LOOKS = 2
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


def check_looks(looks: int) -> None:
    """Raises `UserError` where ``looks`` is not one of `LOOKS`."""
    if looks not in LOOKS:
        raise UserError(f"The network cannot look {looks} times. Choose 1 or 2 looks.")


def second_size(height: int, width: int) -> tuple[int, int]:
    """Height and width of the second look at an image: multiples of 16, so that nothing is padded."""
    units_down, units_across = (max(1, round(side * SECOND_LOOK / SIZE_MULTIPLE)) for side in (height, width))
    return SIZE_MULTIPLE * units_down, SIZE_MULTIPLE * units_across


def scale_for(choice: str, shape: Sequence[int], trained_pixels: int) -> Fraction:
    """The scale for an image of ``shape`` (H, W, ...); `AUTO` brings it near the scenes of the training.

    That is the one of `SCALES` whose logarithm is nearest to that of the exact one.
    """
    if choice != AUTO:
        return SCALES[choice]
    exact = math.sqrt(trained_pixels / max(1, shape[0] * shape[1]))
    return min(SCALES.values(), key=lambda scale: abs(math.log(scale) - math.log(exact)))
