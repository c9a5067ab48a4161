"""Small patches of one colour that a scene falls into, to paint with."""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.editing.areas import NO_AREA, Area, is_inside
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.stroke import bounds

SIZES = range(4, 129)
"""Of a superpixel: the side, in pixels, of a square of the same area."""

_PART = 1024  # pixels: a search in parts takes less time, since they fit the cache, and ends sooner
_ROUNDS = 10  # of the clustering; more change hardly a pixel
_COMPACTNESS = 20.0  # of OpenCV's SLIC: a higher one makes squares, a lower one ragged patches
_SMALLEST = 20  # percent of the usual area: smaller ones join a neighbour


@dataclass(frozen=True)
class Superpixels:
    """``numbers`` is ``int32 (H, W)``: pixels of one superpixel, a connected patch, have one number."""

    numbers: np.ndarray
    size: int

    def at(self, point: Point) -> Area:
        """The superpixel under ``point``; `NO_AREA` outside the scene. Costs what its surroundings cost."""
        if not is_inside(self.numbers.shape, point):
            return NO_AREA
        column, row = int(point[0]), int(point[1])
        number = self.numbers[row, column]
        scene, reach = full_rect(self.numbers.shape), 2 * self.size
        while True:
            seen = Rect(row - reach, column - reach, row + reach + 1, column + reach + 1).intersection(scene)
            same = self.numbers[seen.slices] == number
            rect = bounds(same, seen)
            if seen == scene or not _touches(rect, seen, scene):
                return rect, same[rect.within(seen).slices]
            reach *= 2

    def along(self, start: Point, end: Point) -> dict[int, Point]:
        """The superpixels that the line between two points touches: their numbers, each with a point."""
        height, width = self.numbers.shape
        # Twice as dense as pixels: a line that cuts a corner misses a few tenths of a pixel at most.
        steps = 2 * int(max(abs(end[0] - start[0]), abs(end[1] - start[1]))) + 1
        x, y = np.linspace(start, end, steps + 1).T
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        x, y = x[inside], y[inside]
        numbers, firsts = np.unique(self.numbers[y.astype(np.intp), x.astype(np.intp)], return_index=True)
        places = zip(x[firsts].tolist(), y[firsts].tolist(), strict=True)
        return dict(zip(numbers.tolist(), places, strict=True))


def find_superpixels(image: np.ndarray, size: int, progress: Progress) -> Superpixels:
    """Superpixels of an image, ``uint8 (H, W, 3)``, by SLIC (Achanta et al., 2012).

    ``size`` is one of `SIZES`; in a scene that is narrower they are as large as fits. Raises
    `UserError` where the OpenCV that is installed lacks them.
    """
    if not hasattr(cv2, "ximgproc"):
        raise UserError(
            "The OpenCV that is installed has no superpixels: remove the package opencv-python or "
            "opencv-python-headless, and install opencv-contrib-python-headless in its place."
        )
    height, width = image.shape[:2]
    numbers = np.empty((height, width), np.int32)
    parts = [(rows, columns) for rows in _parts(height) for columns in _parts(width)]
    found = 0
    for place, part in enumerate(parts):
        clusters = _clusters(image[part], size)
        for done in range(_ROUNDS):
            progress(place * _ROUNDS + done, len(parts) * _ROUNDS, "")
            clusters.iterate(1)
        clusters.enforceLabelConnectivity(_SMALLEST)
        here = numbers[part]
        here[:] = clusters.getLabels()[: here.shape[0], : here.shape[1]]
        here += found
        found = int(here.max()) + 1
    numbers.flags.writeable = False
    progress(len(parts) * _ROUNDS, len(parts) * _ROUNDS, "")
    return Superpixels(numbers, size)


def _parts(length: int) -> list[slice]:
    """About equal parts of a side; the borders between them are borders of superpixels, too."""
    count = max(1, round(length / _PART))
    return [slice(length * n // count, length * (n + 1) // count) for n in range(count)]


def _clusters(image: np.ndarray, size: int) -> "cv2.ximgproc.SuperpixelSLIC":
    """A search that has not begun; its image is larger where ``image`` is too narrow."""
    height, width = image.shape[:2]
    # Where not one of them fits, OpenCV's SLIC ends the whole process.
    least = max(min(height, width), SIZES[0])
    below, right = max(0, least - height), max(0, least - width)
    padded = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
    smooth = cv2.cvtColor(cv2.GaussianBlur(padded, (3, 3), 0), cv2.COLOR_RGB2LAB)
    return cv2.ximgproc.createSuperpixelSLIC(smooth, cv2.ximgproc.SLIC, min(size, least), _COMPACTNESS)


def _touches(rect: Rect, seen: Rect, scene: Rect) -> bool:
    """Whether ``rect`` reaches a side of ``seen`` beyond which the scene goes on."""
    return any(side == limit != end for side, limit, end in zip(rect, seen, scene, strict=True))
