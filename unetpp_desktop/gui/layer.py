"""What is drawn of a mask over its scene: ARGB images that share memory with numpy arrays."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import cv2
import numpy as np
from PySide6.QtGui import QImage

from unetpp_desktop.core.geometry import Rect, full_rect

CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
"""A pixel and its four neighbours, for OpenCV."""

_SMALLEST_LEVEL = 1000  # pixels of the longer side: smaller images are drawn fast enough as they are
_BAND = 64  # rows drawn at a time: the values in between stay in the processor's cache


def level_count(shape: tuple[int, ...]) -> int:
    """How many images, each half as large as the one before, serve an image of ``shape``."""
    levels, side = 1, max(shape[:2])
    while side // 2 >= _SMALLEST_LEVEL:
        levels, side = levels + 1, side // 2
    return levels


class Layer(ABC):
    """Images for all zooms, each half as large as the one before, kept up to date rect by rect."""

    over_gray = False
    """Whether the scene below is shown in gray, and dimmed."""

    def __init__(self, labels: np.ndarray, table: np.ndarray) -> None:
        """``labels`` is ``uint8 (H, W)`` and may change; ``table`` is `color_table`'s: void is clear."""
        self._labels = labels
        self._table = table
        height, width = labels.shape
        self._pixels = [
            np.zeros((height >> level, width >> level), np.uint32)
            for level in range(level_count(labels.shape))
        ]
        kind = QImage.Format.Format_ARGB32_Premultiplied
        self._images = [
            QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.shape[1] * 4, kind)
            for pixels in self._pixels
        ]
        self.refresh(full_rect(labels.shape))

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the mask."""
        return self._labels.shape[0], self._labels.shape[1]

    @property
    def images(self) -> list[QImage]:
        """The layer and its halves; their pixels change with `refresh`."""
        return list(self._images)

    def set_table(self, table: np.ndarray) -> None:
        self._table = table
        self.refresh(full_rect(self._labels.shape))

    def refresh(self, rect: Rect) -> None:
        """To be called after the labels of ``rect`` changed; nothing far from it is read."""
        if rect.is_empty:
            return
        rect = self.touched(rect)
        whole = self._pixels[0].view(np.int32)  # OpenCV knows no unsigned ones of 32 bits
        for band in _bands(rect):
            cv2.LUT(self._drawn(band), self._table.view(np.int32), whole[band.slices])
            self._add(band, self._pixels[0][band.slices])
        for fine, coarse in zip(self._pixels, self._pixels[1:], strict=False):
            # Outwards, so that every block the rect touches is made anew.
            rect = Rect(rect.top // 2, rect.left // 2, -(-rect.bottom // 2), -(-rect.right // 2))
            rect = rect.intersection(full_rect(coarse.shape))
            self._halve(fine, coarse, rect)

    def touched(self, rect: Rect) -> Rect:
        """The pixels that are drawn otherwise when the labels of ``rect`` change."""
        return rect

    def _add(self, rect: Rect, pixels: np.ndarray) -> None:  # noqa: B027
        """Draws more into ``rect``, whose pixels are ``uint32`` and premultiplied, over what was drawn."""

    def _halve(self, fine: np.ndarray, coarse: np.ndarray, rect: Rect) -> None:
        """Fills ``rect`` of ``coarse`` with the strongest of each four pixels of ``fine``.

        Not with their mean, in which a line of one pixel would fade away.
        """
        for band in _bands(rect):
            block = fine[band.top * 2 : band.bottom * 2, band.left * 2 : band.right * 2]
            rows = np.maximum(block[::2], block[1::2])
            # Opaque pixels are the greater numbers, so this picks one of the colours, and mixes none.
            np.maximum(rows[:, ::2], rows[:, 1::2], out=coarse[band.slices])

    @abstractmethod
    def _drawn(self, rect: Rect) -> np.ndarray:
        """The mask values to draw in ``rect``, which lies within the mask, ``uint8``; void for nothing."""


def grown(rect: Rect) -> Rect:
    """With one more pixel on each side."""
    return Rect(rect.top - 1, rect.left - 1, rect.bottom + 1, rect.right + 1)


def _bands(rect: Rect) -> Iterator[Rect]:
    for top in range(rect.top, rect.bottom, _BAND):
        yield rect._replace(top=top, bottom=min(top + _BAND, rect.bottom))
