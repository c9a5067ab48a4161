"""How much of a mask each class takes, kept up to date tile by tile."""

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect

_TILE = 256  # pixels: a stroke counts a few tiles anew, whatever the size of the mask


class ClassShares:
    """Pixels per mask value of one mask, ``uint8 (H, W)``, which the caller goes on changing."""

    def __init__(self, labels: np.ndarray) -> None:
        self._labels = labels
        rows, columns = (-(-side // _TILE) for side in labels.shape)
        self._counts = np.zeros((rows, columns, 256), np.int64)
        self.recount(full_rect(labels.shape))

    def recount(self, rect: Rect) -> None:
        """To be called after the pixels of ``rect`` changed."""
        for row in range(rect.top // _TILE, -(-rect.bottom // _TILE)):
            for column in range(rect.left // _TILE, -(-rect.right // _TILE)):
                place = np.s_[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
                counts = cv2.calcHist([self._labels[place]], [0], None, [256], [0, 256])
                self._counts[row, column] = counts.ravel()  # floats, exact up to 16 million pixels

    def shares(self) -> np.ndarray:
        """``float64 (256,)``: the share of every mask value; all together 1."""
        share: np.ndarray = self._counts.sum(axis=(0, 1)) / self._labels.size
        return share
