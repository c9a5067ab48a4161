"""Which corrections a fine-tuning learns from, and which are held out to measure it."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.scenes import Scene

_WHOLE_SCENES_FROM = 5  # with fewer corrected scenes every one is needed to learn from
_HELD_SHARE = 5  # one scene, or one pixel of a scene, of so many
_HELD_AT_MOST = 12  # measuring must not take longer than learning
_BLOCK = 4  # scenes that follow each other


@dataclass(frozen=True)
class CorrectionSplit:
    """Scenes to learn from and scenes to measure on, and what the latter are in words.

    With ``bands`` they are the same scenes, and of each the pixels of `band_of` are measured, the others
    learnt.
    """

    learnt: tuple[Scene, ...]
    held_out: tuple[Scene, ...]
    bands: bool
    words: str


def split_corrections(scenes: Sequence[Scene]) -> CorrectionSplit:
    """Holds out a fifth of the corrected ``scenes``, which are in the order of their folder.

    Neighbouring frames of a drive look alike, so blocks of neighbours are held out. Which ones depends
    on their names alone: scenes that are corrected later hardly change it, and so a model is rarely
    measured on what the one before it has learnt. Of fewer than five scenes, a band of each is held out.
    """
    if len(scenes) < _WHOLE_SCENES_FROM:
        words = "the fifth of each corrected scene that was kept aside"
        return CorrectionSplit(tuple(scenes), tuple(scenes), True, words)
    wanted = min(len(scenes) // _HELD_SHARE, _HELD_AT_MOST)
    held: set[int] = set()
    for place in sorted(range(len(scenes)), key=lambda place: _rank(scenes[place].name)):
        size = min(_BLOCK, wanted - len(held))
        if size == 0:
            break
        first = min(place, len(scenes) - size)
        block = set(range(first, first + size))
        if not block & held:
            held |= block
    held_out = tuple(scene for place, scene in enumerate(scenes) if place in held)
    learnt = tuple(scene for place, scene in enumerate(scenes) if place not in held)
    words = "1 corrected scene held out" if wanted == 1 else f"{wanted} corrected scenes held out"
    return CorrectionSplit(learnt, held_out, False, words)


def without_band(labels: np.ndarray, band: np.ndarray) -> np.ndarray:
    """``uint8 (H, W)``: ``labels`` with void in ``band``, which is held out."""
    return np.where(band, np.uint8(VOID), labels)


def only_band(labels: np.ndarray, band: np.ndarray) -> np.ndarray:
    """``uint8 (H, W)``: ``labels`` in ``band``, void elsewhere."""
    return np.where(band, labels, np.uint8(VOID))


def band_of(labels: np.ndarray, name: str) -> np.ndarray:
    """``bool (H, W)``: a fifth of the known pixels, in a stripe; where it lies depends on ``name``.

    It cuts through what is known where that is long: a pole is cut across, and so is the line of a roof.
    Therefore pixels are counted and not columns. Of a single known pixel nothing can be held out.
    """
    known = labels != VOID
    wide = np.count_nonzero(known.any(0)) >= np.count_nonzero(known.any(1))
    along = np.ascontiguousarray(known.T) if wide else known
    places = np.flatnonzero(along)
    parts = min(_HELD_SHARE, len(places))
    band = np.zeros(along.shape, bool)
    if parts > 1:
        part = _rank(name) % parts
        first, last = (len(places) * end // parts for end in (part, part + 1))
        band.flat[places[first:last]] = True
    return band.T if wide else band


def _rank(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogateescape"))
