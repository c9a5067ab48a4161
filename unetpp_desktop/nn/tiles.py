"""Images of any size: in overlapping tiles where they are too large, and smaller than they are if asked.

Neighbouring tiles share so much of the image that each, up to the middle of what they share, sees
all that the network looks at there. In a narrow strip in the middle their logits are blended, from
all of the one to all of the other, and only then is read from them which class is the likeliest,
or whatever else is asked. A tile begins at a multiple of what the network's deepest row halves to a
single pixel, so that it halves as in the whole image. What is left of a seam is rounding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.config import SIZE_MULTIPLE
from unetpp_desktop.nn.scale import SECOND_LOOK

LEAST_SIDE = 512
"""Pixels, in the network's resolution: the least side of a tile where its neighbours share little of it."""

_RESIZED_FROM = (
    2  # pixels to each side that a pixel of the second look, or of its logits enlarged, is made of
)
_ROWS_READ = 128  # at a time
_BLENDED = SIZE_MULTIPLE  # pixels of the strip along a seam, in the network's resolution

Logits = Mapping[int, np.ndarray]
"""By depth, ``float32 (classes, H, W)``."""

Answers = Mapping[int, np.ndarray]
"""By depth, ``(..., H, W)``: what is asked of each pixel."""


@dataclass(frozen=True)
class Span:
    """What a tile sees of one side of the image: from ``start``, ``shared`` pixels with the one before."""

    start: int
    length: int
    shared: int


@dataclass(frozen=True)
class Tiling:
    """Rows and columns of equally large tiles; the last ones may reach beyond the image."""

    rows: tuple[Span, ...]
    columns: tuple[Span, ...]
    blended: int  # pixels of the strip along a seam in which tiles are blended

    @property
    def is_whole(self) -> bool:
        return len(self.rows) == len(self.columns) == 1


def context_of(reach: int, looks: int = 1) -> int:
    """How far around a pixel a network of this ``reach`` looks, in pixels of its first look, in whole units.

    A second look sees farther, by whole units of its own, and by the pixels that a size is changed from.
    """
    context = Fraction(SIZE_MULTIPLE * _units(reach, SIZE_MULTIPLE))
    if looks > 1:
        context = SIZE_MULTIPLE * _units(reach + _RESIZED_FROM, SIZE_MULTIPLE) / SECOND_LOOK
    return SIZE_MULTIPLE * _units(context, SIZE_MULTIPLE)


def unit_of(scale: Fraction, looks: int) -> int:
    """So many image pixels are, at each look, what the deepest row halves to whole pixels."""
    return SIZE_MULTIPLE * (scale * SECOND_LOOK if looks > 1 else scale).denominator


def tiling_of(
    height: int, width: int, most_pixels: int, reach: int, scale: Fraction = Fraction(1), looks: int = 1
) -> Tiling:
    """Tiles of at most ``most_pixels`` image pixels, as square as the image lets them be.

    None is smaller than `least_pixels`, whatever ``most_pixels`` says. ``reach`` is
    `NetworkConfig.reach`. With two ``looks`` they suit the second as well.
    """
    blended = round(_BLENDED / scale)
    if height * width <= most_pixels:  # though its sides may be no whole number of units
        return Tiling((Span(0, height, 0),), (Span(0, width, 0),), blended)
    unit = unit_of(scale, looks)
    overlap = _units(_shared(reach, looks) / scale, unit)
    least = _units(_least_side(reach, looks) / scale, unit)
    sides = _units(height, unit), _units(width, unit)
    most = most_pixels // unit**2  # in square units
    shorter = min(min(sides), max(least, int(most**0.5)))
    longer = min(max(sides), max(least, most // shorter))
    rows, columns = (shorter, longer) if sides[0] <= sides[1] else (longer, shorter)
    return Tiling(
        _spans(height, sides[0], rows, overlap, unit),
        _spans(width, sides[1], columns, overlap, unit),
        blended,
    )


def least_pixels(reach: int, scale: Fraction, looks: int) -> int:
    """How many image pixels a tile has at least; an image may have fewer."""
    return int((_least_side(reach, looks) / scale) ** 2)


def _shared(reach: int, looks: int) -> int:
    """So many pixels of the network's resolution neighbouring tiles have in common."""
    return 2 * context_of(reach, looks) + _BLENDED


def _least_side(reach: int, looks: int) -> Fraction:
    """From tile to tile at least a third of one is new: smaller ones would mostly repeat their neighbours."""
    return max(Fraction(LEAST_SIDE), Fraction(3, 2) * _shared(reach, looks))


def _units(pixels: int | Fraction, unit: int) -> int:
    return -int(-pixels // unit)


def _spans(pixels: int, side: int, longest: int, overlap: int, unit: int) -> tuple[Span, ...]:
    """``side``, ``longest`` and ``overlap`` in units, the spans in pixels."""
    if side <= longest:
        return (Span(0, pixels, 0),)
    count = _units(side - overlap, longest - overlap)
    length = _units(side + (count - 1) * overlap, count)
    starts = [number * (side - length) // (count - 1) for number in range(count)]
    return tuple(
        Span(start * unit, length * unit, (before + length - start) * unit if number else 0)
        for number, (before, start) in enumerate(zip([0, *starts], starts, strict=False))
    )


def in_pieces(
    image: np.ndarray,
    most_pixels: int,
    reach: int,
    scale: Fraction,
    looks: int,
    answers_of: Callable[[np.ndarray], Answers],
    logits_of: Callable[[np.ndarray], Logits],
    read: Callable[[Logits], Answers],
    progress: Progress,
) -> dict[int, np.ndarray]:
    """What ``answers_of`` says of an image that needs neither tiles nor another scale, else `in_tiles`."""
    tiling = tiling_of(image.shape[0], image.shape[1], most_pixels, reach, scale, looks)
    if tiling.is_whole and scale == 1:
        return dict(answers_of(image))
    return in_tiles(image, tiling, scale, logits_of, read, progress)


def in_tiles(
    image: np.ndarray,
    tiling: Tiling,
    scale: Fraction,
    logits_of: Callable[[np.ndarray], Logits],
    read: Callable[[Logits], Answers],
    progress: Progress,
) -> dict[int, np.ndarray]:
    """What ``read`` finds in the logits of an image ``uint8 (H, W, 3)``: by depth, ``(..., H, W)``.

    ``logits_of`` gets the tiles, at ``scale``; ``read`` gets pieces of the blended logits of the
    image's own size, each pixel once. ``progress`` is asked before each tile.
    """
    join = _Join(image.shape[0], image.shape[1], tiling)
    for number, (row, column) in enumerate(join.places()):
        progress(number, join.count, "")
        piece = _cut(image, tiling.rows[row], tiling.columns[column])
        logits = _enlarged(logits_of(_reduced(piece, scale)), piece.shape[:2])
        join.add(row, column, logits, read)
    return join.answers


class _Join:
    """Blends the tiles as they come, row by row, and keeps no more of their logits than the seams need."""

    def __init__(self, height: int, width: int, tiling: Tiling) -> None:
        self._height, self._width, self._tiling = height, width, tiling
        self.count = len(tiling.rows) * len(tiling.columns)
        self.answers: dict[int, np.ndarray] = {}
        self._left: dict[int, np.ndarray] = {}  # what the tile before says of the columns it shares
        self._above: dict[int, np.ndarray] = {}  # what the row before says of the rows it shares
        self._below: dict[int, np.ndarray] = {}

    def places(self) -> list[tuple[int, int]]:
        columns = range(len(self._tiling.columns))
        return [(row, column) for row in range(len(self._tiling.rows)) for column in columns]

    def add(self, row: int, column: int, logits: Logits, read: Callable[[Logits], Answers]) -> None:
        down = _use(self._tiling.rows, row, self._height, self._tiling.blended)
        across = _use(self._tiling.columns, column, self._width, self._tiling.blended)
        if column == 0:
            self._above, self._below = self._below, {}
        own: dict[int, np.ndarray] = {}
        for depth, seen in logits.items():
            scores = seen[:, down.seen, across.seen]
            if across.before:
                _blend(self._left[depth], scores[:, :, : across.before], _ramp(across.before))
            self._left[depth] = scores[:, :, across.own :].copy()
            scores = scores[:, :, : across.own]
            columns = slice(across.start, across.start + across.own)
            if down.before:
                above = self._above[depth][:, :, columns]
                _blend(above, scores[:, : down.before], _ramp(down.before)[:, None])
            if down.behind:
                if depth not in self._below:
                    self._below[depth] = np.empty((len(scores), down.behind, self._width), np.float32)
                self._below[depth][:, :, columns] = scores[:, down.own :]
            own[depth] = scores[:, : down.own]
        self._read(own, down.start, across.start, read)

    def _read(self, own: Logits, top: int, left: int, read: Callable[[Logits], Answers]) -> None:
        """Reads some rows at a time: the engines take as much memory again for what they read."""
        height, width = next(iter(own.values())).shape[1:]
        for start in range(0, height, _ROWS_READ):
            rows = slice(start, min(height, start + _ROWS_READ))
            pieces = {depth: np.ascontiguousarray(scores[:, rows]) for depth, scores in own.items()}
            place = slice(top + rows.start, top + rows.stop), slice(left, left + width)
            for depth, answer in read(pieces).items():
                if depth not in self.answers:
                    shape = (*answer.shape[:-2], self._height, self._width)
                    self.answers[depth] = np.empty(shape, answer.dtype)
                self.answers[depth][..., *place] = answer


@dataclass(frozen=True)
class _Use:
    """What is used of a side of a tile: ``own`` pixels from ``start``, and ``behind`` for the next tile.

    The first ``before`` pixels are blended with the tile before; ``seen`` cuts all of them out of the tile.
    """

    start: int
    own: int
    before: int
    behind: int
    seen: slice


def _use(spans: tuple[Span, ...], index: int, side: int, blended: int) -> _Use:
    """The strip that is blended lies in the middle of what two tiles share; beyond it one sees too little."""
    span, is_last = spans[index], index + 1 == len(spans)
    start = _use_start(span, blended)
    end = side if is_last else _use_start(spans[index + 1], blended)
    before, behind = blended if index else 0, 0 if is_last else blended
    return _Use(start, end - start, before, behind, slice(start - span.start, end + behind - span.start))


def _use_start(span: Span, blended: int) -> int:
    return span.start + (span.shared - blended) // 2 if span.shared else 0


def _ramp(length: int) -> np.ndarray:
    """The weight of the later tile: ``float32 (length,)``, from 0 to 1."""
    ramp: np.ndarray = (np.arange(length, dtype=np.float32) + 0.5) / length
    return ramp


def _blend(earlier: np.ndarray, later: np.ndarray, weight: np.ndarray) -> None:
    """Changes ``later`` into the weighted mean of both."""
    later -= earlier
    later *= weight
    later += earlier


def _cut(image: np.ndarray, down: Span, across: Span) -> np.ndarray:
    """What a tile sees; beyond the image its mirror image, as in the network's own padding."""
    piece = image[down.start : down.start + down.length, across.start : across.start + across.length]
    missing = down.length - piece.shape[0], across.length - piece.shape[1]
    if not any(missing):
        return piece
    return np.pad(piece, ((0, missing[0]), (0, missing[1]), (0, 0)), "reflect")


def _reduced(piece: np.ndarray, scale: Fraction) -> np.ndarray:
    if scale == 1:
        return piece
    height, width = (max(1, round(side * scale)) for side in piece.shape[:2])
    return cv2.resize(piece, (width, height), interpolation=cv2.INTER_AREA)


def _enlarged(logits: Logits, size: tuple[int, ...]) -> Logits:
    """Logits at the ``size`` of the image again: between the pixels of the network, in between."""
    return {depth: _resized(scores, size) for depth, scores in logits.items()}


def _resized(scores: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    if scores.shape[1:] == size:
        return scores
    enlarged = np.empty((len(scores), *size), np.float32)
    for plane, target in zip(scores, enlarged, strict=True):
        cv2.resize(plane, (size[1], size[0]), dst=target, interpolation=cv2.INTER_LINEAR)
    return enlarged
