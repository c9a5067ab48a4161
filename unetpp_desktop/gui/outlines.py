"""The borders of the classes over a scene, in place of their areas."""

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.gui.layer import CROSS, Layer, grown


class Outlines(Layer):
    """The pixels that have a neighbour of another class above, below, left or right, in their own colour."""

    def touched(self, rect: Rect) -> Rect:
        return grown(rect).intersection(full_rect(self._labels.shape))

    def _drawn(self, rect: Rect) -> np.ndarray:
        seen = grown(rect).intersection(full_rect(self._labels.shape))
        labels = self._labels[seen.slices]
        # Where the greatest and the smallest value around a pixel are one, it is void: 255, all bits set.
        inside = cv2.compare(cv2.dilate(labels, CROSS), cv2.erode(labels, CROSS), cv2.CMP_EQ)
        return cv2.bitwise_or(labels, inside)[rect.within(seen).slices]
