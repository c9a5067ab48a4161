"""What is shown of pixels that have no label yet, and is no part of the mask."""

import numpy as np


def previewed_class(preview: np.ndarray, shape: tuple[int, int], row: int, column: int) -> int:
    """The class, or void, that ``preview`` has for a pixel of a mask of ``shape``.

    ``preview`` is ``uint8 (h, w)`` and may be smaller than the mask.
    """
    height, width = shape
    return int(preview[row * preview.shape[0] // height, column * preview.shape[1] // width])
