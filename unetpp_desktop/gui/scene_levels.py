"""A scene at every zoom, as Qt draws it: made where it is looked at, in the light that was chosen."""

from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from unetpp_desktop.gui.image_light import light_table
from unetpp_desktop.gui.layer import level_count
from unetpp_desktop.gui.view_options import Light

_TILE = 256  # pixels of a side: what one repaint makes is little more than what it shows
_MARGIN = 2.0  # pixels around what is shown that smooth scaling looks at


class SceneLevels:
    """The scene itself and its halves, in the format that Qt draws fastest; tiles are made when asked for.

    So opening a scene costs what is seen of it, and so does another light.
    """

    def __init__(self, image: np.ndarray) -> None:
        """``image`` is ``uint8 (H, W, 3)`` RGB and must not change."""
        self._scene = image
        self._light = Light()
        self._table = light_table(self._light)
        self._levels: dict[int, _Level] = {}

    def __len__(self) -> int:
        return level_count(self._scene.shape)

    def image(self, number: int, light: Light, shown: QRectF | None = None) -> QImage:
        """Level ``number``, complete at least where ``shown``, in its own pixels; None for everywhere.

        It is not to be changed, and changes itself with the next call.
        """
        if light != self._light:
            self._light, self._table = light, light_table(light)
            for level in self._levels.values():
                level.tiles[:] = False
        if number not in self._levels:
            self._levels[number] = _blank(self._scene, number)
        level = self._levels[number]
        height, width = level.pixels.shape
        if shown is None:
            shown = QRectF(0, 0, width, height)
        left, right = _tiles(shown.left(), shown.right(), width)
        top, bottom = _tiles(shown.top(), shown.bottom(), height)
        for row, column in np.argwhere(~level.tiles[top:bottom, left:right]):
            self._make(number, level, int(top + row), int(left + column))
        return level.image

    def _make(self, number: int, level: "_Level", row: int, column: int) -> None:
        tile = level.pixels[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
        height, width = tile.shape
        top, left = row * _TILE, column * _TILE
        block = level.scene[top : top + height, left : left + width]
        if not level.reduced[row, column]:
            rows = slice(top << number, (top + height) << number)
            columns = slice(left << number, (left + width) << number)
            fine = self._scene[rows, columns]
            block[:] = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
            level.reduced[row, column] = True
        if self._light != Light():
            block = cv2.LUT(block, self._table)
        tile[:] = cv2.cvtColor(block, cv2.COLOR_RGB2BGRA).view(np.uint32)[..., 0]
        level.tiles[row, column] = True


@dataclass(frozen=True, eq=False)
class _Level:
    """An image that shares the memory of ``pixels``, and which of its tiles are made.

    ``scene`` is the scene at this size, as far as its tiles are ``reduced``: another light starts from it.
    """

    image: QImage
    pixels: np.ndarray  # uint32 (H, W)
    tiles: np.ndarray  # bool
    scene: np.ndarray  # uint8 (H, W, 3) RGB
    reduced: np.ndarray  # bool


def _blank(scene: np.ndarray, number: int) -> _Level:
    height, width = scene.shape[0] >> number, scene.shape[1] >> number
    pixels = np.zeros((height, width), np.uint32)  # takes memory where it is written
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
    tiles = np.zeros((-(-height // _TILE), -(-width // _TILE)), bool)
    if number == 0:
        return _Level(image, pixels, tiles, scene, ~tiles)
    return _Level(image, pixels, tiles, np.empty((height, width, 3), np.uint8), tiles.copy())


def _tiles(low: float, high: float, size: int) -> tuple[int, int]:
    """The first tile along one side with pixels between ``low`` and ``high``, and the one past the last."""
    first = max(0, int(low - _MARGIN))
    last = min(size, int(high + _MARGIN) + 1)
    return first // _TILE, max(first // _TILE, -(-last // _TILE))
