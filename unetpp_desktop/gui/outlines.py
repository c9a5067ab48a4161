"""The borders of the classes over a scene, in place of their areas."""

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.gui.layer import Layer

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


class Outlines(Layer):
    """The pixels that have a neighbour of another class above, below, left or right, in their own colour."""

    def touched(self, rect: Rect) -> Rect:
        return _grown(rect).intersection(full_rect(self._labels.shape))

    def _drawn(self, rect: Rect) -> np.ndarray:
        seen = _grown(rect).intersection(full_rect(self._labels.shape))
        labels = self._labels[seen.slices]
        # Where the greatest and the smallest value around a pixel are one, it is void: 255, all bits set.
        inside = cv2.compare(cv2.dilate(labels, _CROSS), cv2.erode(labels, _CROSS), cv2.CMP_EQ)
        return cv2.bitwise_or(labels, inside)[rect.within(seen).slices]


def _grown(rect: Rect) -> Rect:
    return Rect(rect.top - 1, rect.left - 1, rect.bottom + 1, rect.right + 1)
