"""Masks whose palette has changed since they were written: classes are matched by name, not by number."""

from collections.abc import Sequence

import numpy as np

from unetpp_desktop.core.palette import VOID, Palette


def renaming(old_names: Sequence[str], palette: Palette) -> tuple[np.ndarray, dict[int, str]]:
    """How masks written with ``old_names`` read in ``palette``.

    Returns ``uint8 (256,)`` that translates a whole mask, and the old classes (by their old value)
    that have no place in ``palette``; those become void. A class whose name is new at a place where
    the old name has disappeared counts as renamed.
    """
    table = np.full(256, VOID, np.uint8)
    lost: dict[int, str] = {}
    for value, name in enumerate(old_names):
        place = palette.place_of(name)
        if place is None and value < len(palette) and palette.names[value] not in old_names:
            place = value
        if place is None:
            lost[value] = name
        else:
            table[value] = place
    return table, lost
