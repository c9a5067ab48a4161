"""Joining two versions of a mask that were one before, pixel by pixel."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.origin import HUMAN


@dataclass(frozen=True)
class Planes:
    """Classes and origins of a mask, both ``uint8 (H, W)``."""

    labels: np.ndarray
    origins: np.ndarray

    def differs(self, other: "Planes") -> np.ndarray:
        """``bool (H, W)``: where class or origin are not those of ``other``."""
        differs: np.ndarray = (self.labels != other.labels) | (self.origins != other.origins)
        return differs

    @property
    def human(self) -> np.ndarray:
        """``bool (H, W)``: what a person painted or accepted."""
        return np.isin(self.origins, HUMAN)


def given_way(ours: Planes, theirs: Planes, base: Planes | None) -> np.ndarray:
    """``bool (H, W)``: the pixels of ``ours`` that become those of ``theirs``.

    ``base`` is what both were before. What only one of the two has changed since counts; where both have,
    ours does if a person decided it. Without ``base`` all that people decided in ours counts.
    """
    gives_way = ~ours.human
    if base is not None:
        gives_way = (gives_way & theirs.differs(base)) | ~ours.differs(base)
    return gives_way


def contradict(ours: Planes, theirs: Planes, base: Planes | None) -> bool:
    """Whether people have given some pixels different classes in the two versions since ``base``."""
    found = ours.human & theirs.human & (ours.labels != theirs.labels)
    if base is not None:
        found &= ours.differs(base) & theirs.differs(base)
    return bool(found.any())
