"""The class colours over a scene, as images for all zooms."""

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.gui.layer import Layer

_OPAQUE = 0xFF000000


def color_table(palette: Palette, hidden: frozenset[int] = frozenset()) -> np.ndarray:
    """``uint32 (256,)``: 0xAARRGGBB for every mask value, opaque for the classes shown and clear otherwise.

    How strongly the overlay covers the scene is left to the painter, so that moving the slider
    touches no pixel here.
    """
    colors = palette.colors().astype(np.uint32)
    table = (colors[:, 0] << 16 | colors[:, 1] << 8 | colors[:, 2]) | _OPAQUE
    table[len(palette) :] = 0
    table[[index for index in hidden if index < len(palette)]] = 0
    return np.asarray(table, np.uint32)


def average_into(fine: np.ndarray, coarse: np.ndarray, rect: Rect) -> None:
    """Fills ``rect`` of ``coarse`` with the mean of each 2x2 block of ``fine``, both packed pixels."""
    if rect.is_empty:
        return
    fine, coarse = (pixels.view(np.uint8).reshape(*pixels.shape, 4) for pixels in (fine, coarse))
    blocks = fine[rect.top * 2 : rect.bottom * 2, rect.left * 2 : rect.right * 2]
    cv2.resize(blocks, (rect.width, rect.height), coarse[rect.slices], interpolation=cv2.INTER_AREA)


class Overlay(Layer):
    """The areas of all classes."""

    def _drawn(self, rect: Rect) -> np.ndarray:
        return self._labels[rect.slices]

    def _halve(self, fine: np.ndarray, coarse: np.ndarray, rect: Rect) -> None:
        average_into(fine, coarse, rect)
