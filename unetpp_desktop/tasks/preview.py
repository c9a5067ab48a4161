"""What a model says of an image, at a price that is known beforehand: for a look, not for the mask."""

import math
from dataclasses import replace

import cv2
import numpy as np

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.nn.predictor import Prediction, Predictor
from unetpp_desktop.tasks.scene_reviews import predict_for_review

_WHOLE_PIXELS = 2_500_000  # full HD and a little more
_REDUCED_PIXELS = 1_000_000


def is_reduced(shape: tuple[int, ...]) -> bool:
    """Whether a preview of an image of this shape, (height, width, ...), is made from a smaller copy."""
    return shape[0] * shape[1] > _WHOLE_PIXELS


def preview_image(image: np.ndarray, palette: Palette, predictor: Predictor, depth: int) -> Prediction:
    """What `predict_for_review` answers; for a large image, the labels of a smaller copy alone, as small."""
    height, width = image.shape[:2]
    if not is_reduced(image.shape):
        return predict_for_review(image, palette, predictor, depth)
    scale = math.sqrt(_REDUCED_PIXELS / (height * width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    prediction = predict_for_review(small, palette, predictor, depth)
    return replace(prediction, ranked=None, uncertainty=None)
