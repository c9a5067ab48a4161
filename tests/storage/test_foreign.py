"""Masks that others made are read exactly or their strays are named: nothing is guessed."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from tests.storage.folders import camvid
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.foreign import (
    describe_strays,
    labels_of_colors,
    labels_of_indexes,
    read_foreign,
)

LABELS = np.array([[0, 1, 2], [9, 10, VOID]], np.uint8)


def _indexed(path: Path, values: np.ndarray, table: np.ndarray) -> Path:
    image = Image.fromarray(values).convert("P")
    image.putpalette(table.astype(np.uint8).tobytes())
    image.save(path)
    return path


def _saved(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def test_gray_indexes_are_classes_and_255_is_void(tmp_path: Path) -> None:
    read = read_foreign(_saved(tmp_path / "a.png", LABELS), camvid())
    assert np.array_equal(read.labels, LABELS)
    assert read.strays == {}


def test_class_colours_are_classes_and_black_is_void(tmp_path: Path) -> None:
    colors = camvid().colors()[LABELS]
    alpha = np.full((*LABELS.shape, 1), 90, np.uint8)
    for pixels in (colors, np.concatenate([colors, alpha], axis=2)):
        read = read_foreign(_saved(tmp_path / "a.png", pixels), camvid())
        assert np.array_equal(read.labels, LABELS)
        assert read.strays == {}


def test_indexes_in_three_equal_channels_are_indexes(tmp_path: Path) -> None:
    read = read_foreign(_saved(tmp_path / "a.png", np.repeat(LABELS[..., None], 3, axis=2)), camvid())
    assert np.array_equal(read.labels, LABELS)


def test_gray_that_is_a_class_colour_is_a_colour(tmp_path: Path) -> None:
    read = read_foreign(_saved(tmp_path / "a.png", np.full((2, 2, 3), 128, np.uint8)), camvid())
    assert not read.labels.any()  # Sky
    black = read_foreign(_saved(tmp_path / "b.png", np.zeros((2, 2, 3), np.uint8)), camvid())
    assert (black.labels == VOID).all()


def test_stray_values_are_counted_and_void(tmp_path: Path) -> None:
    values = np.array([[0, 11, 11], [40, 3, VOID]], np.uint8)
    read = read_foreign(_saved(tmp_path / "a.png", values), camvid())
    assert read.labels.tolist() == [[0, VOID, VOID], [VOID, 3, VOID]]
    assert list(read.strays.items()) == [("11", 2), ("40", 1)]


def _gray_png(path: Path, values: np.ndarray, bits: int) -> Path:
    """A gray PNG of fewer than 8 bits per pixel."""
    height, width = values.shape
    planes = [values >> bit & 1 for bit in reversed(range(bits))]
    packed = np.packbits(np.stack(planes, axis=2).reshape(height, -1), axis=1)
    header = struct.pack(">2I5B", width, height, bits, 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
    )
    return path


@pytest.mark.parametrize(("bits", "count"), [(1, 2), (2, 4), (4, 11)])
def test_gray_values_of_few_bits_are_the_numbers_in_the_file(tmp_path: Path, bits: int, count: int) -> None:
    values = np.arange(count, dtype=np.uint8)[None]
    read = read_foreign(_gray_png(tmp_path / "a.png", values, bits), camvid())
    assert np.array_equal(read.labels, values)
    assert read.strays == {}


def test_colours_of_16_bits_are_read_where_8_say_the_same_and_refused_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    wide = camvid().colors()[LABELS].astype(np.uint16) * 257
    cv2.imwrite(str(path), np.ascontiguousarray(wide[..., ::-1]))
    assert np.array_equal(read_foreign(path, camvid()).labels, LABELS)
    cv2.imwrite(str(path), np.full((2, 3, 3), 3, np.uint16))
    with pytest.raises(UserError, match=r"a\.png has 16 bits per channel.*Save it in gray"):
        read_foreign(path, camvid())


def test_values_wider_than_a_byte_are_strays(tmp_path: Path) -> None:
    values = np.array([[0, 300, 10], [300, 65535, VOID]], np.uint16)
    read = read_foreign(_saved(tmp_path / "a.png", values), camvid())
    assert read.labels.tolist() == [[0, VOID, 10], [VOID, VOID, VOID]]
    assert read.strays == {"300": 2, "65535": 1}


def test_anti_aliased_edges_are_counted_and_void(tmp_path: Path) -> None:
    colors = camvid().colors()[LABELS]
    colors[0, 1] = (100, 70, 3)
    read = read_foreign(_saved(tmp_path / "a.png", colors), camvid())
    assert read.strays == {"100,70,3": 1}
    assert read.labels[0].tolist() == [0, VOID, 2]


def test_an_indexed_file_with_another_order_of_our_colours_is_read_by_colour(tmp_path: Path) -> None:
    table = np.zeros((256, 3), np.uint8)
    table[:3] = [camvid().classes[5].color, (0, 0, 0), camvid().classes[0].color]
    read = read_foreign(_indexed(tmp_path / "a.png", np.array([[0, 1, 2]], np.uint8), table), camvid())
    assert read.labels.tolist() == [[5, VOID, 0]]


def test_an_indexed_file_whose_colours_say_nothing_is_read_by_value(tmp_path: Path) -> None:
    table = np.zeros((256, 3), np.uint8)
    table[:3] = [(1, 2, 3), (250, 3, 4), (9, 9, 200)]
    read = read_foreign(_indexed(tmp_path / "a.png", np.array([[0, 1, 2]], np.uint8), table), camvid())
    assert read.labels.tolist() == [[0, 1, 2]]


def test_values_and_colours_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    table = np.zeros((256, 3), np.uint8)
    table[:3] = [(1, 2, 3), camvid().classes[5].color, (9, 9, 200)]
    path = _indexed(tmp_path / "a.png", np.array([[0, 1, 2]], np.uint8), table)
    with pytest.raises(
        UserError, match=r"a\.png is ambiguous: its value 1 has the colour of Tree.*value is 5"
    ):
        read_foreign(path, camvid())


def test_a_broken_mask_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UserError, match=r"a\.png is damaged.*Restore it"):
        read_foreign(tmp_path / "a.png", camvid())
    with pytest.raises(UserError, match="does not exist"):
        read_foreign(tmp_path / "b.png", camvid())


@given(arrays.arrays(np.uint8, (5, 4, 3), elements=st.integers(0, 3)))
def test_every_colour_is_a_class_or_a_stray(rgb: np.ndarray) -> None:
    classes = {(0, 0, 0): VOID, (1, 2, 3): 4, (3, 3, 3): 0}
    read = labels_of_colors(rgb, classes)
    strays = 0
    for row in range(5):
        for column in range(4):
            red, green, blue = rgb[row, column].tolist()
            expected = classes.get((red, green, blue))
            strays += expected is None
            assert read.labels[row, column] == (VOID if expected is None else expected)
    assert sum(read.strays.values()) == strays


@given(arrays.arrays(np.int32, (3, 4), elements=st.integers(-2, 300)))
def test_every_value_is_a_class_or_a_stray(values: np.ndarray) -> None:
    read = labels_of_indexes(values, {0: 3, 7: VOID})
    assert np.array_equal(read.labels, np.where(values == 0, 3, VOID))
    assert sum(read.strays.values()) == int((~np.isin(values, (0, 7, 255))).sum())


def test_strays_are_told_in_a_phrase() -> None:
    assert describe_strays({}) == ""
    assert describe_strays({"11": 1204}) == "1,204 pixels in 1 value or colour that is no class (11: 1,204)"
    phrase = describe_strays({"1,2,3": 5, "4": 4, "5": 3, "6": 2})
    assert phrase == "14 pixels in 4 values or colours that are no class (1,2,3: 5; 4: 4; 5: 3; ...)"
