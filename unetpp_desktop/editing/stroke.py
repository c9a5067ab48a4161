"""A stroke under way: what each touched pixel was before it."""

import cv2
import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.history import Edit
from unetpp_desktop.editing.runs import pack_runs

_TILE = 256  # pixels; a first touch copies one tile, so its cost depends on the brush only


class Stroke:
    """Collects the former content of all tiles that the paints of one stroke touch, each once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept: dict[Rect, tuple[np.ndarray, np.ndarray]] = {}

    @property
    def has_paint(self) -> bool:
        return bool(self._kept)

    def keep(self, rect: Rect, labels: np.ndarray, origins: np.ndarray) -> None:
        """To be called before ``rect``, which lies within the mask, is written to."""
        height, width = labels.shape
        for top in range(rect.top // _TILE * _TILE, rect.bottom, _TILE):
            for left in range(rect.left // _TILE * _TILE, rect.right, _TILE):
                tile = Rect(top, left, min(top + _TILE, height), min(left + _TILE, width))
                if tile not in self._kept:
                    self._kept[tile] = labels[tile.slices].copy(), origins[tile.slices].copy()

    def packed(self, labels: np.ndarray, origins: np.ndarray) -> Edit | None:
        """The difference between the mask before the stroke and now; None where there is none."""
        rects: list[Rect] = []
        bits: list[np.ndarray] = []
        planes: tuple[list[np.ndarray], ...] = ([], [], [], [])
        for tile, (old_labels, old_origins) in sorted(self._kept.items()):
            now_labels, now_origins = labels[tile.slices], origins[tile.slices]
            differs = (now_labels != old_labels) | (now_origins != old_origins)
            rect = bounds(differs, tile)
            if rect.is_empty:
                continue
            rects.append(rect)
            inside = rect.within(tile).slices
            selected = differs[inside]
            bits.append(np.packbits(selected))
            everything = bool(selected.all())  # as in a first prediction: picking pixels out takes longer
            for plane, source in zip(planes, (old_labels, old_origins, now_labels, now_origins), strict=True):
                plane.append(source[inside].ravel() if everything else source[inside][selected])
        if not rects:
            return None
        old_label_runs, old_origin_runs, new_label_runs, new_origin_runs = (
            pack_runs(np.concatenate(plane)) for plane in planes
        )
        return Edit(
            self.name,
            tuple(rects),
            pack_runs(np.concatenate(bits)),
            old_label_runs,
            old_origin_runs,
            new_label_runs,
            new_origin_runs,
        )


def bounds(selected: np.ndarray, place: Rect) -> Rect:
    """The smallest rect that holds all true pixels of ``selected``, a bool array lying at ``place``."""
    if selected.size == 0:
        return EMPTY_RECT
    left, top, width, height = cv2.boundingRect(selected.view(np.uint8))
    if height == 0:
        return EMPTY_RECT
    top, left = place.top + top, place.left + left
    return Rect(top, left, top + height, left + width)
