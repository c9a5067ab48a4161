"""Noise of several octaves: the texture of asphalt, bricks, leaves and clouds."""

from functools import cache

import cv2
import numpy as np

NOISE_SIDE = 512


@cache
def noise(octaves: int, roughness_percent: int = 60) -> np.ndarray:
    """``float32 (1024, 1024)`` in -1..1: a tile of 512 x 512, twice each way, so that windows are slices.

    The sum of ``octaves`` from 4 cells a side upwards, each ``roughness_percent`` of the one
    before. The same in every process: scenes take windows of it at places of their own choice.
    """
    rng = np.random.default_rng(20_080_117 + octaves)
    total = np.zeros((NOISE_SIDE, NOISE_SIDE), np.float32)
    weight = 1.0
    for octave in range(octaves):
        cells = min(NOISE_SIDE, 4 << octave)
        grid = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
        padded = np.pad(grid, 2, mode="wrap")
        scale = NOISE_SIDE // cells
        large = cv2.resize(padded, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        total += weight * large[2 * scale : -2 * scale, 2 * scale : -2 * scale]
        weight *= roughness_percent / 100
    total /= 2.6 * float(total.std())
    total = np.tile(np.clip(total, -1, 1), (2, 2))
    total.setflags(write=False)
    return total


def noise_patch(
    rng: np.random.Generator,
    height: int,
    width: int,
    octaves: int,
    cell: tuple[float, float] = (1.0, 1.0),
    roughness_percent: int = 60,
) -> np.ndarray:
    """A random window of `noise`, ``float32 (height, width)``, magnified by ``cell`` (down, across)."""
    rows = min(NOISE_SIDE, max(2, round(height / cell[0])))
    columns = min(NOISE_SIDE, max(2, round(width / cell[1])))
    top, left = rng.integers(0, NOISE_SIDE, 2)
    window = noise(octaves, roughness_percent)[top : top + rows, left : left + columns]
    if window.shape == (height, width):
        return window
    return cv2.resize(window, (width, height), interpolation=cv2.INTER_LINEAR)
