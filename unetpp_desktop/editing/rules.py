"""What may be painted over: the document asks these rules before it changes a pixel."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from unetpp_desktop.core.origin import HUMAN

_FEW = 6  # classes up to which comparing one by one is faster than looking each pixel up


@dataclass(frozen=True)
class Rules:
    """Which pixels keep class and origin, whatever a tool proposes.

    ``locked``: the classes whose pixels keep them, also from predictions. ``only_over``: the classes
    that may be painted over (void is 255), None for all. ``protect_human``: pixels that a person
    painted or accepted keep class and origin. The last two hold for paint; predictions have a rule
    of their own for human pixels.
    """

    locked: frozenset[int] = field(default_factory=frozenset)
    only_over: frozenset[int] | None = None
    protect_human: bool = False

    def allowed(self, selected: np.ndarray, labels: np.ndarray, origins: np.ndarray) -> np.ndarray:
        """The part of ``selected`` that paint may change: ``bool (h, w)``, like ``selected`` itself.

        ``labels`` and ``origins`` are what the mask holds there, ``uint8 (h, w)``.
        """
        selected = self.unlocked(selected, labels)
        if self.only_over is not None:
            selected = selected & _among(labels, self.only_over)
        if self.protect_human:
            selected = _without(selected, _among(origins, HUMAN))
        return selected

    def unlocked(self, selected: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """The part of ``selected`` that is of no locked class; arguments as for `allowed`."""
        return _without(selected, _among(labels, self.locked)) if self.locked else selected


def _among(values: np.ndarray, wanted: Iterable[int]) -> np.ndarray:
    """``bool (h, w)``: which of ``values`` are ``wanted``."""
    chosen = tuple(wanted)
    if len(chosen) > _FEW:
        table = np.zeros(256, np.bool_)
        table[list(chosen)] = True
        found: np.ndarray = table[values]
        return found
    if not chosen:
        return np.zeros(values.shape, np.bool_)
    found = values == chosen[0]
    for value in chosen[1:]:
        found |= values == value
    return found


def _without(selected: np.ndarray, excluded: np.ndarray) -> np.ndarray:
    """``selected & ~excluded``, both bool, in one pass."""
    remaining: np.ndarray = selected > excluded
    return remaining
