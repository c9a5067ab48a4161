"""Small real things to train on."""

import numpy as np

from unetpp_desktop.core.palette import LabelClass, Palette
from unetpp_desktop.nn.batches import LabelledScene

TWO_CLASSES = Palette(
    name="toy",
    classes=(LabelClass(name="dark", color=(0, 0, 90)), LabelClass(name="light", color=(250, 240, 0))),
)


def toy_scene(seed: int) -> LabelledScene:
    """A light rectangle on a dark ground, 40 x 56 pixels."""
    chance = np.random.default_rng(seed)
    labels = np.zeros((40, 56), np.uint8)
    top, left = chance.integers(0, 20, 2)
    labels[top : top + 15, left : left + 25] = 1
    image = (40 + 150 * labels)[..., None] + chance.integers(0, 30, (40, 56, 3))
    return image.astype(np.uint8), labels
