"""The borders of the classes over a scene, in place of their areas."""

import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.gui.layer import Layer


class Outlines(Layer):
    """The pixels that have a neighbour of another class above, below, left or right, in their own colour."""

    def __init__(self, labels: np.ndarray, table: np.ndarray) -> None:
        super().__init__(labels, table)
        self.refresh(full_rect(labels.shape))

    def touched(self, rect: Rect) -> Rect:
        return _grown(rect).intersection(full_rect(self._labels.shape))

    def _colors(self, rect: Rect) -> np.ndarray:
        seen = _grown(rect).intersection(full_rect(self._labels.shape))
        labels = self._labels[seen.slices]
        border = np.zeros(labels.shape, np.bool_)
        across = labels[:, 1:] != labels[:, :-1]
        border[:, 1:] |= across
        border[:, :-1] |= across
        down = labels[1:] != labels[:-1]
        border[1:] |= down
        border[:-1] |= down
        inner = rect.within(seen).slices
        colors: np.ndarray = self._table.take(labels[inner]) * border[inner]
        return colors


def _grown(rect: Rect) -> Rect:
    return Rect(rect.top - 1, rect.left - 1, rect.bottom + 1, rect.right + 1)
