"""Which pixels of a small image lie on the same side of its edges as a few given ones."""

from collections.abc import Collection

import cv2
import numpy as np

STRENGTHS = range(1, 101)
"""How much an edge counts; a stronger one lets less through."""

_LONGEST_SIDE = 128  # larger images are looked at in a smaller size: the cost has a bound
_FAR = np.float32(1e6)
_ROUNDS = 4  # of paths that turn; more change hardly a pixel

# Measured on strokes along true objects of street scenes; colours are OpenCV's 8-bit Lab.
_BLUR = 0.7  # pixels: the noise of the camera is no edge
_STEP_WEIGHT = 0.7  # per unit of colour between two neighbours
_STRANGENESS_WEIGHT = 1.0  # per pixel, in units of the spread of the seeds' colours
_LEAST_SPREAD = 6.0
_USUAL = 1.0  # so many spreads away from the mean are not strange
_BOUNDARY = 20.0  # a boundary of the prediction
_UNEXPECTED = 6.0  # per pixel that is predicted as another class than the seeds
_EXPECTED_SHARE = 0.25  # of the seeds
_LIMIT = 30.0  # how far is still the same side, at strength 50
_MEDIAN = 3


def same_side(
    image: np.ndarray,
    seeds: np.ndarray,
    predicted: np.ndarray | None = None,
    expected: Collection[int] = (),
    strength: int = 50,
) -> np.ndarray:
    """``bool (h, w)``: the pixels that a path from ``seeds`` reaches without crossing an edge.

    ``image`` is ``uint8 (h, w, 3)``, ``seeds`` ``bool (h, w)``. A path pays for steps of colour, for
    pixels whose colour is unlike the seeds', and, with ``predicted``, ``uint8 (h, w)``, for each
    boundary of the prediction and each pixel beyond it; a pixel predicted as one of ``expected``
    costs nothing more. ``strength`` is one of `STRENGTHS`. Seeds belong to their own side.
    """
    if not seeds.any():
        return np.zeros(seeds.shape, np.bool_)
    height, width = seeds.shape
    scale = min(1.0, _LONGEST_SIDE / max(height, width))
    starts = seeds
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        starts = _smaller(seeds, size)
        if predicted is not None:
            predicted = cv2.resize(predicted, size, interpolation=cv2.INTER_NEAREST)
    across, down = _costs(image, starts, predicted, expected)
    near = _distances(starts, across, down) <= _LIMIT * 50 / strength
    smooth: np.ndarray = cv2.medianBlur(near.astype(np.uint8) * 255, _MEDIAN)
    if scale < 1:
        smooth = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    side: np.ndarray = (smooth > 127) | seeds
    return side


def _smaller(seeds: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """In a smaller size, (width, height), in which no seed is lost: a line of one pixel stays a line."""
    width, height = size
    rows, columns = np.nonzero(seeds)
    small = np.zeros((height, width), np.bool_)
    small[rows * height // seeds.shape[0], columns * width // seeds.shape[1]] = True
    return small


def _costs(
    image: np.ndarray, seeds: np.ndarray, predicted: np.ndarray | None, expected: Collection[int]
) -> tuple[np.ndarray, np.ndarray]:
    """What a step to the right costs, ``float32 (h, w - 1)``, and a step down, ``float32 (h - 1, w)``."""
    smooth = cv2.GaussianBlur(image, (0, 0), _BLUR)
    colors = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB).astype(np.float32)
    known = colors[seeds]
    mean, spread = known.mean(axis=0), known.std(axis=0) + np.float32(_LEAST_SPREAD)
    strange = _lengths((colors - mean) / spread)
    toll = np.maximum(strange - np.float32(_USUAL), 0) * np.float32(_STRANGENESS_WEIGHT)
    across = _lengths(colors[:, 1:] - colors[:, :-1]) * np.float32(_STEP_WEIGHT)
    down = _lengths(colors[1:] - colors[:-1]) * np.float32(_STEP_WEIGHT)
    if predicted is not None:
        across += (predicted[:, 1:] != predicted[:, :-1]) * np.float32(_BOUNDARY)
        down += (predicted[1:] != predicted[:-1]) * np.float32(_BOUNDARY)
        counts = np.bincount(predicted[seeds], minlength=256)
        fits = counts >= _EXPECTED_SHARE * counts.sum()
        fits[list(expected)] = True
        toll += np.where(fits, np.float32(0), np.float32(_UNEXPECTED))[predicted]
    across += (toll[:, 1:] + toll[:, :-1]) / 2
    down += (toll[1:] + toll[:-1]) / 2
    return across, down


def _lengths(vectors: np.ndarray) -> np.ndarray:
    """Of ``float32 (h, w, 3)``."""
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    length: np.ndarray = np.sqrt(x * x + y * y + z * z)
    return length


def _distances(seeds: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """The cost of the cheapest path from a seed to each pixel, ``float32 (h, w)``.

    Of all paths that turn at most twice per round; a path of many turns may be taken for longer.
    A whole row is crossed at once: with the costs summed up along it, the cheapest place to come
    from is a running minimum.
    """
    distances = np.where(seeds, np.float32(0), _FAR)
    row_sums = np.zeros_like(distances)
    np.cumsum(across, axis=1, out=row_sums[:, 1:])
    column_sums = np.zeros_like(distances)
    np.cumsum(down, axis=0, out=column_sums[1:])
    for _ in range(_ROUNDS):
        for sums, axis in ((row_sums, 1), (column_sums, 0)):
            onward = np.minimum.accumulate(distances - sums, axis=axis) + sums
            back = np.flip(distances + sums, axis)
            back = np.flip(np.minimum.accumulate(back, axis=axis), axis) - sums
            distances = np.minimum(distances, np.minimum(onward, back))
    return distances
