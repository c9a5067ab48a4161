"""Large images in pieces, so that memory does not grow with the image."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from unetpp_desktop.core.geometry import Rect

WHOLE_PIXELS = 2_500_000
"""Images up to this size (full HD and a little more) are labelled in one piece."""

_TILE = 1024  # pixels of a side; a multiple of the network's padding
_HALO = 128  # what a tile sees beyond its own part on each side


def tiles(height: int, width: int) -> Iterator[tuple[Rect, Rect]]:
    """The rect that a tile sees and the part of it that it decides; the parts cover the image once.

    The halo hides most of the seam: deeper context is cut at 128 pixels, which is less than the
    deepest nodes could use, so labels near a seam may differ from those of one piece. All tiles of
    an image see equally much, so that an engine prepares itself for one size only.
    """
    if height * width <= WHOLE_PIXELS:
        whole = Rect(0, 0, height, width)
        yield whole, whole
        return
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            own = Rect(top, left, min(top + _TILE, height), min(left + _TILE, width))
            (seen_top, seen_bottom), (seen_left, seen_right) = _seen(top, height), _seen(left, width)
            yield Rect(seen_top, seen_left, seen_bottom, seen_right), own


def _seen(start: int, side: int) -> tuple[int, int]:
    length = min(side, _TILE + 2 * _HALO)
    first = min(max(0, start - _HALO), side - length)
    return first, first + length


def in_tiles(
    image: np.ndarray,
    depths: Sequence[int],
    answer: Callable[[np.ndarray], Mapping[int, np.ndarray]],
    planes: tuple[int, ...],
    dtype: type[np.generic],
) -> dict[int, np.ndarray]:
    """What ``answer`` says of each depth, joined from the tiles of an image: ``dtype (*planes, H, W)``."""
    height, width = image.shape[:2]
    answers = {depth: np.empty((*planes, height, width), dtype) for depth in depths}
    for seen, own in tiles(height, width):
        top, left = own.top - seen.top, own.left - seen.left
        for depth, piece in answer(image[seen.slices]).items():
            answers[depth][..., *own.slices] = piece[..., top : top + own.height, left : left + own.width]
    return answers
