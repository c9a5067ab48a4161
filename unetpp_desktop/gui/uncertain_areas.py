"""Where the model is not sure of the classes it gave, in a scale of colours over the gray scene."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import HUMAN
from unetpp_desktop.gui.layer import Layer
from unetpp_desktop.gui.overlay import average_into

# Lightness grows with the uncertainty, so that the scale can be read without seeing its colours.
_SCALE = ((0.0, (124, 34, 110)), (0.5, (232, 98, 48)), (1.0, (252, 244, 150)))
_FAINTEST, _STRONGEST = 0.5, 0.95


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """``values`` of the uncertainty and ``origins`` of a scene, ``uint8 (H, W)`` each.

    ``rates``, ``float (256,)``, says how likely a class is wrong by its uncertainty, 0 to 1. What is
    wrong with at least ``least_percent`` is shown.
    """

    values: np.ndarray
    origins: np.ndarray
    rates: np.ndarray
    least_percent: int

    @property
    def shown(self) -> np.ndarray:
        """``bool (256,)``: which values are shown; never 0, which stands for what a person has decided."""
        shown: np.ndarray = self.rates >= self.least_percent / 100
        shown[0] = False
        return shown

    def same_as(self, other: "Uncertainty | None") -> bool:
        """Whether the two are drawn alike."""
        return (
            other is not None
            and self.values is other.values
            and self.origins is other.origins
            and np.array_equal(self.rates, other.rates)
            and self.least_percent == other.least_percent
        )


class UncertainAreas(Layer):
    """The predicted pixels that may well be wrong; what a person has decided is clear."""

    over_gray = True

    def __init__(self, labels: np.ndarray, uncertainty: Uncertainty) -> None:
        self._uncertainty = uncertainty
        self._shown = uncertainty.shown
        self._counted = np.zeros(labels.shape, np.bool_)  # as of the last refresh
        self.uncertain = 0  # pixels that are drawn
        super().__init__(labels, np.where(self._shown, scale_of_colors(uncertainty.rates), np.uint32(0)))

    def set_table(self, table: np.ndarray) -> None:
        """The colours of the classes are not shown."""

    def _drawn(self, rect: Rect) -> np.ndarray:
        values, origins = self._uncertainty.values[rect.slices], self._uncertainty.origins[rect.slices]
        drawn = np.where(np.isin(origins, HUMAN), np.uint8(0), values)
        counted, before = self._shown[drawn], self._counted[rect.slices]
        self.uncertain += int(np.count_nonzero(counted)) - int(np.count_nonzero(before))
        before[:] = counted
        return drawn

    def _halve(self, fine: np.ndarray, coarse: np.ndarray, rect: Rect) -> None:
        average_into(fine, coarse, rect)


def scale_of_colors(rates: np.ndarray) -> np.ndarray:
    """``uint32``, premultiplied 0xAARRGGBB, for each chance of an error, 0 to 1."""
    places = [place for place, _ in _SCALE]
    channels = [np.interp(rates, places, [color[channel] for _, color in _SCALE]) for channel in range(3)]
    alpha = _FAINTEST + (_STRONGEST - _FAINTEST) * rates
    red, green, blue = (np.round(channel * alpha).astype(np.uint32) for channel in channels)
    colors = np.round(255 * alpha).astype(np.uint32) << 24 | red << 16 | green << 8 | blue
    return np.asarray(colors, np.uint32)
