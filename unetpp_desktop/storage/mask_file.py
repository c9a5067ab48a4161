"""Our mask file: an indexed PNG that also knows where the class of each pixel comes from.

The file is an 8-bit indexed PNG whose palette has 256 entries. One chunk ``unPP`` (ancillary,
private, unsafe to copy) lies behind the pixels, because OpenCV refuses a file with more than 8 MB
in a chunk before them. Its content, big-endian:

====================  =====================================================================
1 byte                version of this layout
32 bytes              SHA-256 of height and width (4 bytes each) and the index array
4 bytes               CRC of the IDAT chunk, so that a list need not decode to trust the rest
4 bytes               length of the JSON part
JSON                  provenance, pixels of each origin, class names at the time of writing
rest                  origins, four pixels to a byte (the first in the lowest bits), zlib
====================  =====================================================================

A program that repaints the file drops the chunk or leaves a digest that no longer fits: the mask
was then changed outside.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes, write_atomically
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.storage.images import PILLOW_ERRORS, open_image
from unetpp_desktop.storage.png import (
    BrokenPngError,
    compress_indexes,
    indexed_png,
    read_checksum,
    read_chunk,
    walk_chunks,
)

_CHUNK = b"unPP"
_VERSION = 1
_HEAD = struct.Struct(">B32sII")
_REMEDY = "Restore it from a backup, or delete it to start this mask again."

OriginCounts = tuple[int, int, int, int]
"""Pixels of each `Origin`, in its order: none, model, accepted, painted."""


class Provenance(BaseModel):
    """How a mask came to be; times are ISO 8601 in UTC, "" where nothing happened yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    model: str | None = None  # name of the model of the last prediction
    depth: int | None = None  # its depth, 1..4
    predicted: str = ""
    edited: str = ""
    done: bool = False  # a person has declared the mask finished
    effort_s: float = 0.0  # seconds that people have worked on it
    strokes: int = 0  # edits that people have made, checking included
    changed_pixels: int = 0  # that these gave another class, each as often as it got one


@dataclass(frozen=True)
class StoredMask:
    """A mask as it was read.

    ``labels`` and ``origins`` are ``uint8 (H, W)``. ``foreign``: not written by us. ``changed_outside``:
    written by us, then changed by another program. ``strays``: values or colours of a foreign mask
    that are no class, each with its pixels, which are void in ``labels``.
    """

    labels: np.ndarray
    origins: np.ndarray
    provenance: Provenance | None
    foreign: bool
    changed_outside: bool
    strays: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class MaskSummary:
    """What a list needs to know of a mask file.

    ``provenance`` is None and ``counts`` are zero where the file does not carry our chunk.
    ``changed_outside``: the chunk is there but does not fit the pixels. ``damaged``: not a whole PNG,
    or written by a newer version of this program. ``class_names``: the palette it was written with.
    """

    provenance: Provenance | None = None
    counts: OriginCounts = (0, 0, 0, 0)
    class_names: tuple[str, ...] = ()
    changed_outside: bool = False
    damaged: bool = False

    @property
    def human_pixels(self) -> int:
        return self.counts[Origin.ACCEPTED] + self.counts[Origin.PAINTED]


class _Notes(BaseModel):
    provenance: Provenance
    counts: OriginCounts
    classes: tuple[str, ...]


@dataclass(frozen=True)
class _OwnChunk:
    digest: bytes
    idat_checksum: int
    notes: _Notes
    packed_origins: bytes


class _NewerVersionError(Exception):
    """The chunk was written by a later version of this program."""


def write_mask(
    path: Path, labels: np.ndarray, origins: np.ndarray, palette: Palette, provenance: Provenance
) -> None:
    """Writes ``labels`` and ``origins``, both ``uint8 (H, W)``, in one atomic replace.

    Raises `UserError` where the file cannot be written (the old one then stays), and ValueError for
    arrays that do not fit each other or hold values that are neither a class of ``palette`` nor void.
    """
    if labels.shape != origins.shape or labels.dtype != np.uint8 or origins.dtype != np.uint8:
        raise ValueError("labels and origins must both be uint8 (H, W) of the same size")
    if np.any((labels >= len(palette)) & (labels != VOID)):
        raise ValueError(f"labels hold values beyond the {len(palette)} classes of the palette")
    idat = compress_indexes(labels)
    notes = _Notes(provenance=provenance, counts=count_origins(origins), classes=palette.names)
    json = notes.model_dump_json().encode()
    head = _HEAD.pack(_VERSION, _digest(labels), zlib.crc32(b"IDAT" + idat), len(json))
    chunk = head + json + zlib.compress(pack_origins(origins), 1)
    write_atomically(path, indexed_png(labels.shape, palette.colors(), idat, ((_CHUNK, chunk),)))


def read_mask(path: Path, palette_size: int) -> StoredMask:
    """Reads a mask file whose values are indexes below ``palette_size``, or void.

    A file without our chunk is ``foreign``: labelled pixels count as painted, void as none. With a
    chunk that does not fit it is ``changed_outside``: labelled pixels count as model, which keeps them
    out of training. Raises `UserError` for a missing or damaged file, one that holds colours instead
    of indexes, and one with a value that is no class.
    """
    content = read_bytes(path)
    try:
        stream = io.BytesIO(content)
        _, own = _read_own_chunk(stream)
        labels = _decode_indexes(path, content)
    except _NewerVersionError as error:
        raise UserError(
            f"{path} was written by a newer version of this program. Update the program to open it."
        ) from error
    except PILLOW_ERRORS as error:  # BrokenPngError is a ValueError
        raise UserError(f"{path} is damaged and cannot be read as a mask: {error}. {_REMEDY}") from error
    wrong = np.flatnonzero(np.bincount(labels.ravel(), minlength=256)[palette_size:VOID]) + palette_size
    if wrong.size:
        raise UserError(
            f"{path} holds the value {wrong[0]}, but the palette has {palette_size} classes "
            f"(0 to {palette_size - 1}, and {VOID} for void). Correct the file or choose its palette."
        )
    if own is None:
        return StoredMask(labels, origins_of_foreign(labels), None, foreign=True, changed_outside=False)
    if own.digest != _digest(labels):
        origins = np.where(labels == VOID, Origin.NONE, Origin.MODEL).astype(np.uint8)
        return StoredMask(labels, origins, own.notes.provenance, foreign=False, changed_outside=True)
    try:
        packed = zlib.decompressobj().decompress(own.packed_origins, (labels.size + 3) // 4)
        origins = unpack_origins(packed, labels.shape)
    except (zlib.error, ValueError) as error:
        raise UserError(f"{path} is damaged: its origins cannot be read. {_REMEDY}") from error
    return StoredMask(labels, origins, own.notes.provenance, foreign=False, changed_outside=False)


def read_provenance(path: Path) -> MaskSummary | None:
    """What a list shows of a mask file, without decoding its pixels; None where there is no file.

    Never raises on a damaged file: it says so. Pixels are decoded only where another program has
    packed them anew, to see whether they are still the same.
    """
    try:
        with path.open("rb") as stream:
            checksum, own = _read_own_chunk(stream)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, BrokenPngError, _NewerVersionError):
        return MaskSummary(damaged=True)
    if own is None:
        return MaskSummary()
    notes = own.notes
    if own.idat_checksum == checksum:
        return MaskSummary(notes.provenance, notes.counts, notes.classes)
    try:
        changed = own.digest != _digest(_decode_indexes(path, read_bytes(path)))
    except (UserError, *PILLOW_ERRORS):
        changed = True
    return MaskSummary(notes.provenance, notes.counts, notes.classes, changed_outside=changed)


def count_origins(origins: np.ndarray) -> OriginCounts:
    """Pixels of each origin in ``uint8 (H, W)``; ValueError for a value that is no origin."""
    counts = np.bincount(origins.ravel(), minlength=4)
    if len(counts) > 4:
        raise ValueError("an origin is a value from 0 to 3")
    return int(counts[0]), int(counts[1]), int(counts[2]), int(counts[3])


def origins_of_foreign(labels: np.ndarray) -> np.ndarray:
    """``uint8 (H, W)``: what we assume of a mask that others made, painted where a class is given."""
    return np.where(labels == VOID, Origin.NONE, Origin.PAINTED).astype(np.uint8)


def pack_origins(origins: np.ndarray) -> bytes:
    """``uint8 (H, W)`` with values 0..3 as two bits per pixel, row by row, the first pixel lowest."""
    flat = np.zeros(-(-origins.size // 4) * 4, np.uint8)
    flat[: origins.size] = origins.ravel()
    return (flat[0::4] | flat[1::4] << 2 | flat[2::4] << 4 | flat[3::4] << 6).tobytes()


def unpack_origins(packed: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """The inverse of `pack_origins`; ValueError where ``packed`` is too short for ``shape``."""
    size = int(np.prod(shape))
    bits = np.frombuffer(packed, np.uint8)
    if bits.size * 4 < size:
        raise ValueError("the origins are incomplete")
    flat = np.empty((bits.size, 4), np.uint8)
    for place in range(4):
        np.bitwise_and(bits >> (2 * place), 3, out=flat[:, place])
    return flat.ravel()[:size].reshape(shape)


def _digest(labels: np.ndarray) -> bytes:
    digest = hashlib.sha256(struct.pack(">II", *labels.shape))
    digest.update(np.ascontiguousarray(labels).ravel().data)
    return digest.digest()


def _read_own_chunk(stream: BinaryIO) -> tuple[int, _OwnChunk | None]:
    """The checksum of the last IDAT chunk, and our chunk where there is an intact one."""
    checksum, found = 0, None
    for chunk in walk_chunks(stream):
        if chunk.kind == b"IDAT":
            checksum = read_checksum(stream, chunk)
        elif chunk.kind == _CHUNK:
            found = chunk
    if found is None:
        return checksum, None
    data = read_chunk(stream, found)
    if data[:1] > bytes([_VERSION]):
        raise _NewerVersionError
    try:
        _, digest, idat_checksum, length = _HEAD.unpack_from(data)
        notes = _Notes.model_validate_json(data[_HEAD.size : _HEAD.size + length])
    except (struct.error, ValidationError) as error:
        raise BrokenPngError("its unPP part is damaged") from error
    return checksum, _OwnChunk(digest, idat_checksum, notes, data[_HEAD.size + length :])


def _decode_indexes(path: Path, content: bytes) -> np.ndarray:
    with open_image(io.BytesIO(content)) as image:
        if image.mode not in ("P", "L", "1"):
            raise UserError(
                f"{path} holds colours ({image.mode}) instead of class indexes. "
                "Save it as an 8-bit indexed or gray image whose values are the classes."
            )
        return np.array(image).astype(np.uint8, copy=False)
