"""Large images in pieces, so that memory does not grow with the image."""

from collections.abc import Iterator

from unetpp_desktop.core.geometry import Rect

WHOLE_PIXELS = 2_500_000
"""Images up to this size (full HD and a little more) are labelled in one piece."""

_TILE = 1024  # pixels of a side; a multiple of the network's padding
_HALO = 128  # what a tile sees beyond its own part on each side


def tiles(height: int, width: int) -> Iterator[tuple[Rect, Rect]]:
    """The rect that a tile sees and the part of it that it decides; the parts cover the image once.

    The halo hides most of the seam: deeper context is cut at 128 pixels, which is less than the
    deepest nodes could use, so labels near a seam may differ from those of one piece.
    """
    if height * width <= WHOLE_PIXELS:
        whole = Rect(0, 0, height, width)
        yield whole, whole
        return
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            own = Rect(top, left, min(top + _TILE, height), min(left + _TILE, width))
            seen = Rect(own.top - _HALO, own.left - _HALO, own.bottom + _HALO, own.right + _HALO)
            yield seen.intersection(Rect(0, 0, height, width)), own
