"""Where a mask and a prediction are of two minds, and how often."""

import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.layer import Layer


class Difference(Layer):
    """The pixels whose class is not the predicted one, in the colour of their class in the mask.

    A pixel that is void in the mask, or for which the prediction has no class, is not compared.
    """

    def __init__(self, labels: np.ndarray, predicted: np.ndarray, table: np.ndarray) -> None:
        """``predicted`` is ``uint8 (H, W)`` like ``labels``, and stays as it is."""
        super().__init__(labels, table)
        self._predicted = predicted
        self._states = np.zeros(labels.shape, np.uint8)  # 0 not compared, 1 the same, 2 another class
        self.compared = 0  # pixels
        self.differing = 0  # of these
        self.refresh(full_rect(labels.shape))

    def _colors(self, rect: Rect) -> np.ndarray:
        labels, predicted = self._labels[rect.slices], self._predicted[rect.slices]
        compared = (labels != VOID) & (predicted != VOID)
        differs = compared & (labels != predicted)
        states = self._states[rect.slices]
        self.compared += int(np.count_nonzero(compared) - np.count_nonzero(states))
        self.differing += int(np.count_nonzero(differs) - np.count_nonzero(states == 2))
        np.add(compared, differs, out=states, dtype=np.uint8)
        colors: np.ndarray = self._table.take(labels) * differs
        return colors
