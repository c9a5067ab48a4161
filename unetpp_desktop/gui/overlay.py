"""The class colours over a scene, and the scene itself, as images for all zooms."""

import cv2
import numpy as np
from PySide6.QtGui import QImage

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.gui.layer import Layer, level_count

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


def image_levels(image: np.ndarray) -> list[QImage]:
    """The scene itself and its halves, in the format that Qt draws fastest; ``image`` is RGB uint8."""
    height, width = image.shape[:2]
    contiguous = np.ascontiguousarray(image)
    whole = QImage(contiguous.data, width, height, width * 3, QImage.Format.Format_RGB888)
    levels = [whole.convertToFormat(QImage.Format.Format_RGB32)]
    for _ in range(level_count(image.shape) - 1):
        last = levels[-1]
        # Not scaled(): the halves must have the same size as those of the overlay, rounded down.
        levels.append(_halved_image(last))
    return levels


def _halved_image(image: QImage) -> QImage:
    height, width = image.height(), image.width()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height, image.bytesPerLine() // 4)
    half, half_pixels = _blank(height // 2, width // 2, QImage.Format.Format_RGB32)
    _average_into(pixels, half_pixels, full_rect(half_pixels.shape))
    # A deep copy, because the image does not keep the array alive.
    return half.copy()


def _blank(height: int, width: int, kind: QImage.Format) -> tuple[QImage, np.ndarray]:
    pixels = np.zeros((height, width), np.uint32)
    return QImage(pixels.data, width, height, width * 4, kind), pixels


def _average_into(fine: np.ndarray, coarse: np.ndarray, rect: Rect) -> None:
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
        _average_into(fine, coarse, rect)
