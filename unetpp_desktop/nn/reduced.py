"""Images and their classes at the scale at which the network looks at them; free of torch."""

from fractions import Fraction

import cv2
import numpy as np

from unetpp_desktop.nn.scale import FULL


def reduced_image(image: np.ndarray, scale: Fraction) -> np.ndarray:
    """``uint8 (H, W, 3)`` at ``scale``, at most 1, by the means of areas; itself at 1."""
    if scale == FULL:
        return image
    height, width = _reduced_size(image.shape[0], image.shape[1], scale)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def reduced_classes(planes: np.ndarray, scale: Fraction) -> np.ndarray:
    """Classes ``uint8 (..., H, W)`` at ``scale``, at most 1: those in the middle of areas; itself at 1."""
    if scale == FULL:
        return planes
    full_height, full_width = planes.shape[-2:]
    height, width = _reduced_size(full_height, full_width, scale)
    rows, columns = _middles(full_height, height), _middles(full_width, width)
    return planes[..., rows[:, None], columns]


def _reduced_size(height: int, width: int, scale: Fraction) -> tuple[int, int]:
    return max(1, round(height * scale)), max(1, round(width * scale))


def _middles(length: int, parts: int) -> np.ndarray:
    """``int64 (parts,)``: the pixel in the middle of each of so many equal parts of ``length`` pixels."""
    return ((np.arange(parts) + 0.5) * length / parts).astype(np.int64)
