"""What happens to a mask and its history, as bytes and back: the records of a journal.

A record begins with a byte that says what it is; numbers are little-endian.

=======  ===========================================================================================
content  height and width (4 bytes each), digest (32 bytes): what the mask holds at this point
walk     4 bytes, signed: so many edits were done again, or taken back where it is below 0
edit     the length of the name (2 bytes) and the name in UTF-8, the number of rects (4 bytes) and
         four numbers of 4 bytes each, then the five `Runs` of an `Edit`: a byte that says whether
         they have lengths, their number (4 bytes), the values, the lengths (4 bytes each)
packed   an edit, compressed by zlib
=======  ===========================================================================================
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.editing.history import Edit
from unetpp_desktop.editing.runs import Runs

_CONTENT, _WALK, _EDIT, _PACKED = b"C", b"W", b"E", b"P"
_WORTH_PACKING = 16384  # bytes; packing smaller ones would cost more time at opening than it saves room
_CONTENT_BODY = struct.Struct("<II32s")
_WALK_BODY = struct.Struct("<i")
_NAME_LENGTH = struct.Struct("<H")
_COUNT = struct.Struct("<I")
_RUNS_HEAD = struct.Struct("<?I")


@dataclass(frozen=True)
class Content:
    """What a mask holds: its shape (height, width) and a digest of its classes and origins."""

    shape: tuple[int, int]
    digest: bytes


@dataclass(frozen=True)
class Walk:
    """So many edits were done again; below 0: taken back."""

    steps: int


Change = Edit | Walk | Content


def content_of(labels: np.ndarray, origins: np.ndarray) -> Content:
    """What the planes of a mask, ``uint8 (H, W)`` each, hold; equal only where every pixel is."""
    digest = hashlib.sha256(np.ascontiguousarray(labels).data)
    digest.update(np.ascontiguousarray(origins).data)
    height, width = labels.shape
    return Content((height, width), digest.digest())


def encode(change: Change) -> bytes:
    """The record of ``change``."""
    match change:
        case Content():
            return _CONTENT + _CONTENT_BODY.pack(*change.shape, change.digest)
        case Walk():
            return _WALK + _WALK_BODY.pack(change.steps)
        case Edit():
            body = _edit_bytes(change)
            packed = zlib.compress(body, 1) if len(body) > _WORTH_PACKING else body
            return _PACKED + packed if len(packed) < len(body) else _EDIT + body


def decode(record: bytes) -> Change:
    """The change that was encoded; ValueError for bytes that are no record."""
    kind, body = record[:1], record[1:]
    try:
        match kind:
            case b"C":
                height, width, digest = _CONTENT_BODY.unpack(body)
                return Content((height, width), digest)
            case b"W":
                return Walk(*_WALK_BODY.unpack(body))
            case b"E":
                return _edit(body)
            case b"P":
                return _edit(zlib.decompress(body))
    except (struct.error, zlib.error) as error:
        raise ValueError(f"a damaged record: {error}") from error
    raise ValueError(f"a record of an unknown kind: {kind!r}")


def _edit_bytes(edit: Edit) -> bytes:
    name = edit.name.encode()
    parts = [_NAME_LENGTH.pack(len(name)), name, _COUNT.pack(len(edit.rects))]
    parts.append(np.array(edit.rects, "<i4").tobytes())
    for runs in (edit.bits, edit.old_labels, edit.old_origins, edit.new_labels, edit.new_origins):
        parts += [_RUNS_HEAD.pack(runs.lengths is not None, runs.values.size), runs.values.tobytes()]
        if runs.lengths is not None:
            parts.append(runs.lengths.astype("<u4").tobytes())
    return b"".join(parts)


def _edit(body: bytes) -> Edit:
    (length,) = _NAME_LENGTH.unpack_from(body)
    place = _NAME_LENGTH.size + length
    name = body[_NAME_LENGTH.size : place].decode()
    (count,) = _COUNT.unpack_from(body, place)
    place += _COUNT.size
    sides = np.frombuffer(body, "<i4", 4 * count, place).reshape(-1, 4)
    place += sides.nbytes
    runs = []
    for _ in range(5):
        has_lengths, count = _RUNS_HEAD.unpack_from(body, place)
        place += _RUNS_HEAD.size
        values = np.frombuffer(body, np.uint8, count, place)
        place += count
        lengths = None
        if has_lengths:
            lengths = np.frombuffer(body, "<u4", count, place)
            place += 4 * count
        runs.append(Runs(values, lengths))
    if place != len(body):
        raise ValueError(f"an edit of {len(body)} bytes should have {place}")
    return Edit(name, tuple(Rect(*rect) for rect in sides.tolist()), *runs)
