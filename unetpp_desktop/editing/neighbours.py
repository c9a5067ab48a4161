"""Which class lies nearest to a pixel."""

import cv2
import numpy as np


def nearest_classes(labels: np.ndarray, known: np.ndarray) -> np.ndarray:
    """``uint8 (H, W)``: of each pixel the class of the nearest pixel that is ``known``.

    ``labels`` is ``uint8 (H, W)``, ``known`` ``bool (H, W)``; a known pixel keeps its own class. The
    distance is Euclidean, a few per cent aside. Raises `ValueError` where no pixel is known.
    """
    if not known.any():
        raise ValueError("no pixel is known")
    _, places = cv2.distanceTransformWithLabels(
        np.where(known, np.uint8(0), np.uint8(1)), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    classes = np.empty(int(places.max()) + 1, np.uint8)
    classes[places[known]] = labels[known]
    nearest: np.ndarray = classes[places]
    return nearest
