"""Where a mask and a prediction are of two minds, and how often."""

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.layer import CROSS, Layer, grown

_RIM = np.uint32(0x80808080)  # half clear white


class Difference(Layer):
    """The pixels whose class is not the predicted one, in the colour of their class in the mask.

    They have a light rim, because the scene is gray, and some classes are, too. A pixel that is void in
    the mask, or for which the prediction has no class, is not compared.
    """

    over_gray = True

    def __init__(self, labels: np.ndarray, predicted: np.ndarray, table: np.ndarray) -> None:
        """``predicted`` is ``uint8 (H, W)`` like ``labels``, and stays as it is."""
        self._predicted = predicted
        self._compared = np.zeros(labels.shape, np.bool_)  # as of the last refresh, to be counted off
        self._differs = np.zeros(labels.shape, np.bool_)
        self.compared = 0  # pixels
        self.differing = 0  # of these
        super().__init__(labels, table)

    def touched(self, rect: Rect) -> Rect:
        return grown(rect).intersection(full_rect(self._labels.shape))

    def _drawn(self, rect: Rect) -> np.ndarray:
        labels, predicted = self._labels[rect.slices], self._predicted[rect.slices]
        compared, differs = _compare(labels, predicted)
        self.compared += _exchanged(self._compared[rect.slices], compared)
        self.differing += _exchanged(self._differs[rect.slices], differs)
        # 1 becomes 0, and 0 becomes 255, with which everything is void.
        nothing = differs.view(np.uint8) - np.uint8(1)
        drawn: np.ndarray = labels | nothing
        return drawn

    def _add(self, rect: Rect, pixels: np.ndarray) -> None:
        seen = grown(rect).intersection(full_rect(self._labels.shape))
        _, differs = _compare(self._labels[seen.slices], self._predicted[seen.slices])
        around = cv2.dilate(differs.view(np.uint8), CROSS)[rect.within(seen).slices].view(np.bool_)
        np.copyto(pixels, _RIM, where=around & ~self._differs[rect.slices])


def _compare(labels: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which pixels can be compared, and which of these differ."""
    compared = (labels != VOID) & (predicted != VOID)
    return compared, (labels != predicted) & compared


def _exchanged(plane: np.ndarray, new: np.ndarray) -> int:
    """Puts ``new`` into ``plane``; returns how many more pixels are True now."""
    more = int(np.count_nonzero(new)) - int(np.count_nonzero(plane))
    plane[:] = new
    return more
