"""Superpixels that need no image: squares."""

import numpy as np

from unetpp_desktop.editing.superpixels import Superpixels


def squares(height: int, width: int, side: int) -> Superpixels:
    rows, columns = np.arange(height) // side, np.arange(width) // side
    numbers = rows[:, None] * (columns[-1] + 1) + columns
    return Superpixels(numbers.astype(np.int32), side)
