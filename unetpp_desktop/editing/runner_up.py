"""What else a region could be: the model's other choices for it."""

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import Area


def other_choices(ranked: np.ndarray, area: Area, present: int, most: int = 2) -> tuple[int, ...]:
    """The at most ``most`` classes that the pixels of ``area`` vote for besides ``present``, likeliest first.

    ``ranked`` is ``uint8 (ranks, H, W)``, the likeliest class of each pixel first, void for none. A
    pixel gives its first choice as many votes as there are ranks, the next one less each.
    """
    rect, stencil = area
    votes = np.zeros(256, np.int64)
    for place, plane in enumerate(ranked):
        votes += (len(ranked) - place) * np.bincount(plane[rect.slices][stencil], minlength=256)
    votes[[present, VOID]] = 0
    order = np.argsort(-votes, kind="stable")[:most]
    return tuple(int(value) for value in order if votes[value])
