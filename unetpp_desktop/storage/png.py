"""PNG files at the level of their chunks: written in our own way, walked without decoding a pixel.

Chunk layout and filters: PNG specification, third edition (W3C, 2025), sections 5 and 9.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UP_FILTER = 2


class BrokenPngError(ValueError):
    """The bytes are not a whole PNG file; the message says what is wrong, for use in a sentence."""


class Chunk(NamedTuple):
    """Where one chunk of a PNG file lies: ``offset`` and ``length`` of its data in bytes."""

    kind: bytes
    offset: int
    length: int


def walk_chunks(stream: BinaryIO) -> Iterator[Chunk]:
    """The chunks of a PNG file, IEND included, found by seeking.

    ``stream`` may be moved between two chunks. Raises `BrokenPngError` where the file is no PNG or
    ends before IEND.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if stream.read(len(SIGNATURE)) != SIGNATURE:
        raise BrokenPngError("it is not a PNG file")
    place = len(SIGNATURE)
    while True:
        stream.seek(place)
        head = stream.read(8)
        if len(head) < 8:
            raise BrokenPngError("it ends too early")
        length, kind = struct.unpack(">I4s", head)
        place += 8 + length + 4
        if place > size:
            raise BrokenPngError("it ends too early")
        yield Chunk(kind, place - 4 - length, length)
        if kind == b"IEND":
            return


def read_chunk(stream: BinaryIO, chunk: Chunk) -> bytes:
    """The data of ``chunk``; `BrokenPngError` where its checksum does not fit."""
    stream.seek(chunk.offset)
    data = stream.read(chunk.length)
    if read_checksum(stream, chunk) != zlib.crc32(chunk.kind + data):
        raise BrokenPngError("a part of it is damaged")
    return data


def read_checksum(stream: BinaryIO, chunk: Chunk) -> int:
    """The CRC that the file holds for ``chunk``, without a look at its data."""
    stream.seek(chunk.offset + chunk.length)
    return int.from_bytes(stream.read(4), "big")


def compress_indexes(indexes: np.ndarray) -> bytes:
    """The IDAT data of an 8-bit indexed PNG for ``uint8 (H, W)``.

    The Up filter followed by run-length coding: of the settings tried on CamVid masks, both the
    fastest and the smallest, because most rows of a label image repeat the row above.
    """
    height, width = indexes.shape
    rows = np.empty((height, width + 1), np.uint8)
    rows[:, 0] = _UP_FILTER
    rows[0, 1:] = indexes[0]
    np.subtract(indexes[1:], indexes[:-1], out=rows[1:, 1:])
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return packer.compress(rows.data) + packer.flush()


def indexed_png(
    shape: tuple[int, int], colors: np.ndarray, idat: bytes, after_idat: tuple[tuple[bytes, bytes], ...] = ()
) -> bytes:
    """A whole 8-bit indexed PNG file.

    ``shape`` is (H, W); ``colors`` is ``uint8 (256, 3)``, always complete: with fewer entries
    Pillow packs the pixels into fewer bits when it saves the file again, and 255 comes back as 15.
    ``idat`` comes from `compress_indexes`; ``after_idat`` are further (kind, data) chunks.
    """
    if colors.shape != (256, 3):
        raise ValueError("an indexed PNG of ours has 256 colours")
    height, width = shape
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", colors.tobytes()), (b"IDAT", idat), *after_idat, (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
