"""The pixels that a person selected, for the commands that follow."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import Rect


@dataclass(frozen=True, eq=False)
class Selection:
    """The pixels of ``rect`` where ``stencil``, ``bool (h, w)``, is set; never empty.

    The rect lies within the mask.
    """

    rect: Rect
    stencil: np.ndarray

    @property
    def count(self) -> int:
        """How many pixels it holds."""
        return int(np.count_nonzero(self.stencil))

    def with_more(self, other: "Selection") -> "Selection":
        """The pixels that are in either."""
        rect = self.rect.union(other.rect)
        stencil = np.zeros((rect.height, rect.width), np.bool_)
        for part in (self, other):
            top, left = part.rect.top - rect.top, part.rect.left - rect.left
            stencil[top : top + part.rect.height, left : left + part.rect.width] |= part.stencil
        return Selection(rect, stencil)
