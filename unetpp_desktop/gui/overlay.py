"""The class colours over a scene: ARGB images that share memory with numpy arrays."""

import cv2
import numpy as np
from PySide6.QtGui import QImage

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import Palette

_OPAQUE = 0xFF000000
_SMALLEST_LEVEL = 1000  # pixels of the longer side: smaller images are drawn fast enough as they are


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


def level_count(shape: tuple[int, ...]) -> int:
    """How many images, each half as large as the one before, serve an image of ``shape``."""
    levels, side = 1, max(shape[:2])
    while side // 2 >= _SMALLEST_LEVEL:
        levels, side = levels + 1, side // 2
    return levels


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


class Overlay:
    """The colours of one mask, kept up to date rect by rect."""

    def __init__(self, labels: np.ndarray, table: np.ndarray) -> None:
        self._labels = labels
        self._table = table
        self._levels: list[tuple[QImage, np.ndarray]] = []
        height, width = labels.shape
        for level in range(level_count(labels.shape)):
            kind = QImage.Format.Format_ARGB32_Premultiplied
            self._levels.append(_blank(height >> level, width >> level, kind))
        self.refresh(full_rect(labels.shape))

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the mask."""
        return self._labels.shape[0], self._labels.shape[1]

    @property
    def images(self) -> list[QImage]:
        """The overlay and its halves; their pixels change with `refresh`."""
        return [image for image, _ in self._levels]

    def set_table(self, table: np.ndarray) -> None:
        self._table = table
        self.refresh(full_rect(self._labels.shape))

    def refresh(self, rect: Rect) -> None:
        """Brings ``rect`` of the mask up to date at every level; nothing else is read."""
        if rect.is_empty:
            return
        pixels = self._levels[0][1].view(np.int32)  # OpenCV knows no unsigned ones of 32 bits
        cv2.LUT(self._labels[rect.slices], self._table.view(np.int32), pixels[rect.slices])
        for (_, fine), (_, coarse) in zip(self._levels, self._levels[1:], strict=False):
            height, width = coarse.shape
            # Outwards, so that every block the rect touches is made anew.
            rect = Rect(rect.top // 2, rect.left // 2, -(-rect.bottom // 2), -(-rect.right // 2))
            rect = rect.intersection(Rect(0, 0, height, width))
            _average_into(fine, coarse, rect)
