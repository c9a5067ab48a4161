"""Which corrections a fine-tuning learns from, and which are held out to measure it."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.scenes import Scene

_WHOLE_SCENES_FROM = 5  # with fewer corrected scenes every one is needed to learn from
_HELD_SHARE = 5  # one scene, or one column of a scene, of so many
_HELD_AT_MOST = 12  # measuring must not take longer than learning
_BLOCK = 4  # scenes that follow each other


@dataclass(frozen=True)
class CorrectionSplit:
    """Scenes to learn from and scenes to measure on, and what the latter are in words.

    With ``bands`` they are the same scenes, and of each the columns of `band_of` are measured, the others
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


def without_band(labels: np.ndarray, band: slice) -> np.ndarray:
    """``uint8 (H, W)``: ``labels`` with void in the columns of ``band``, which are held out."""
    rest = labels.copy()
    rest[:, band] = VOID
    return rest


def only_band(labels: np.ndarray, band: slice) -> np.ndarray:
    """``uint8 (H, W)``: ``labels`` in the columns of ``band``, void elsewhere."""
    kept = np.full_like(labels, VOID)
    kept[:, band] = labels[:, band]
    return kept


def band_of(labels: np.ndarray, name: str) -> slice:
    """Columns that hold about a fifth of the known pixels; where they lie depends on ``name``.

    None at all where fewer than five columns hold any.
    """
    counts = (labels != VOID).sum(0)
    if np.count_nonzero(counts) < _HELD_SHARE:
        return slice(0, 0)
    share = np.cumsum(counts) / counts.sum()
    position = _rank(name) % _HELD_SHARE
    first, last = np.searchsorted(share, (position / _HELD_SHARE, (position + 1) / _HELD_SHARE))
    return slice(int(first) if position else 0, int(last))


def _rank(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogateescape"))
