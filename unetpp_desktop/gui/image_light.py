"""Brightness, contrast and gamma of the scene on the screen; neither the file nor the network sees them."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from unetpp_desktop.gui.view_options import Light

_TILE = 256  # pixels of a side: what one repaint makes anew is little more than what it shows
_MARGIN = 2.0  # pixels around what is shown that smooth scaling looks at
_STRONGEST_CONTRAST = 4.0
_OPAQUE = np.uint32(0xFF000000)


def light_table(light: Light) -> np.ndarray:
    """``uint8 (256,)``: what every value of a channel is shown as.

    Gamma comes first and leaves black and white where they are. Contrast stretches about the middle, by up
    to 4 and down to a quarter; brightness then adds up to half of the range.
    """
    shades = (np.arange(256) / 255) ** (1 / light.gamma)
    shades = (shades - 0.5) * _STRONGEST_CONTRAST ** (light.contrast / 100) + 0.5 + light.brightness / 200
    table: np.ndarray = np.rint(shades.clip(0, 1) * 255).astype(np.uint8)
    return table


class LitImages:
    """Images as they are, and in another light; of those only the tiles that were asked for are made."""

    def __init__(self, images: list[QImage]) -> None:
        self._images = images  # opaque, 32 bits per pixel
        self._light = Light()
        self._table = light_table(self._light)
        self._lit: dict[int, _Lit] = {}

    def image(self, number: int, light: Light, shown: QRectF) -> QImage:
        """Image ``number``, in ``light`` at least where ``shown``, in its pixels; it is not to be changed."""
        if light == Light():
            self._lit.clear()
            return self._images[number]
        if light != self._light:
            self._light, self._table = light, light_table(light)
            for lit in self._lit.values():
                lit.tiles[:] = False
        if number not in self._lit:
            self._lit[number] = _blank_like(self._images[number])
        lit = self._lit[number]
        height, width = lit.pixels.shape
        left, right = _tiles(shown.left(), shown.right(), width)
        top, bottom = _tiles(shown.top(), shown.bottom(), height)
        pixels = _pixels(self._images[number])
        for row, column in np.argwhere(~lit.tiles[top:bottom, left:right]):
            self._light_up(pixels, lit, top + row, left + column)
        return lit.image

    def _light_up(self, pixels: np.ndarray, lit: "_Lit", row: int, column: int) -> None:
        tile = np.s_[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
        channels = np.ascontiguousarray(pixels[tile]).view(np.uint8)
        lit.pixels[tile] = self._table.take(channels).view(np.uint32) | _OPAQUE
        lit.tiles[row, column] = True


@dataclass(frozen=True, eq=False)
class _Lit:
    """An image that shares the memory of ``pixels``, and which of its tiles are made."""

    image: QImage
    pixels: np.ndarray  # uint32 (H, W)
    tiles: np.ndarray  # bool


def _blank_like(image: QImage) -> _Lit:
    height, width = image.height(), image.width()
    pixels = np.zeros((height, width), np.uint32)
    blank = QImage(pixels.data, width, height, width * 4, image.format())
    return _Lit(blank, pixels, np.zeros((-(-height // _TILE), -(-width // _TILE)), bool))


def _pixels(image: QImage) -> np.ndarray:
    """``uint32 (H, W)``: the pixels of ``image``, which has to live as long."""
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()]


def _tiles(low: float, high: float, size: int) -> tuple[int, int]:
    """The first tile along one side with pixels between ``low`` and ``high``, and the one past the last."""
    first = max(0, int(low - _MARGIN))
    last = min(size, int(high + _MARGIN) + 1)
    return first // _TILE, max(first // _TILE, -(-last // _TILE))
