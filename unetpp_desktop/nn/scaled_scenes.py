"""Scenes to learn from and to measure on, at the scale at which the network looks at them later."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np

from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.scale import FULL, scale_for


def scaled_scenes(scenes: TrainingScenes, choice: str, trained_pixels: int) -> TrainingScenes:
    """``scenes``, both sources, made smaller as `scale_for` says of their sizes.

    Who learnt from every pixel of a large photo that is predicted at a quarter of its size would learn
    how things look that it never gets to see.
    """

    def scaled(load: Callable[[int], LabelledScene]) -> Callable[[int], LabelledScene]:
        def loaded(index: int) -> LabelledScene:
            image, planes = load(index)
            return at_scale(image, planes, scale_for(choice, image.shape, trained_pixels))

        return loaded

    extra = None if scenes.load_extra is None else scaled(scenes.load_extra)
    return replace(scenes, load=scaled(scenes.load), load_extra=extra)


def at_scale(image: np.ndarray, planes: np.ndarray, scale: Fraction) -> LabelledScene:
    """``uint8 (H, W, 3)`` and ``uint8 (..., H, W)`` at ``scale``, at most 1.

    The image by the means of areas; of ``planes``, which hold classes, the values in the middle of them.
    """
    if scale == FULL:
        return image, planes
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    rows, columns = _middles(image.shape[0], height), _middles(image.shape[1], width)
    return small, planes[..., rows[:, None], columns]


def _middles(length: int, parts: int) -> np.ndarray:
    """``int64 (parts,)``: the pixel in the middle of each of so many equal parts of ``length`` pixels."""
    return ((np.arange(parts) + 0.5) * length / parts).astype(np.int64)
