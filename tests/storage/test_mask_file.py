"""The mask file: what goes in comes out, here and in other programs, and what others change is seen."""

import struct
import zlib
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from tests.storage.folders import camvid, full
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, LabelClass, Palette
from unetpp_desktop.storage.mask_file import (
    MaskSummary,
    Provenance,
    pack_origins,
    read_mask,
    read_provenance,
    unpack_origins,
    write_mask,
)

LARGEST = Palette(
    name="all", classes=tuple(LabelClass(name=str(i), color=(i, 255 - i, 7)) for i in range(255))
)
SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=40)


@settings(max_examples=60)
@given(st.data())
def test_labels_origins_and_provenance_survive(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    shape = data.draw(SHAPES)
    labels = data.draw(arrays.arrays(np.uint8, shape))
    origins = data.draw(arrays.arrays(np.uint8, shape, elements=st.integers(0, 3)))
    provenance = Provenance(model="modèle \u2713", depth=3, done=data.draw(st.booleans()), effort_s=1.5)
    path = tmp_path_factory.mktemp("masks") / "a.png"
    write_mask(path, labels, origins, LARGEST, provenance)
    stored = read_mask(path, len(LARGEST))
    assert np.array_equal(stored.labels, labels)
    assert np.array_equal(stored.origins, origins)
    assert stored.provenance == provenance
    assert not stored.foreign
    assert not stored.changed_outside
    summary = read_provenance(path)
    assert summary is not None
    assert summary.provenance == provenance
    assert summary.counts == tuple(int((origins == origin).sum()) for origin in Origin)
    assert summary.class_names == LARGEST.names


@given(SHAPES.flatmap(lambda shape: arrays.arrays(np.uint8, shape, elements=st.integers(0, 3))))
def test_packed_origins_come_back(origins: np.ndarray) -> None:
    packed = pack_origins(origins)
    assert len(packed) == -(-origins.size // 4)
    assert np.array_equal(unpack_origins(packed, origins.shape), origins)


def test_all_256_values_are_the_same_for_pillow_and_the_colours_for_opencv(tmp_path: Path) -> None:
    labels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    path = tmp_path / "a.png"
    write_mask(path, labels, np.zeros_like(labels), LARGEST, Provenance())
    with Image.open(path) as image:
        assert (image.mode, len(image.getpalette() or [])) == ("P", 768)
        assert np.array_equal(np.array(image), labels)
    assert np.array_equal(cv2.imread(str(path))[..., ::-1], LARGEST.colors()[labels])


@pytest.mark.parametrize("classes", [1, 2, 3, 11, 200])
def test_void_survives_a_save_by_pillow_with_any_number_of_classes(tmp_path: Path, classes: int) -> None:
    palette = Palette(name="few", classes=LARGEST.classes[:classes])
    labels = np.array([[0, VOID], [classes - 1, VOID]], np.uint8)
    path = tmp_path / "a.png"
    write_mask(path, labels, np.zeros_like(labels), palette, Provenance())
    with Image.open(path) as image:
        image.save(path)
    assert np.array_equal(read_mask(path, classes).labels, labels)


def test_a_chunk_of_nine_megabytes_opens_everywhere(tmp_path: Path) -> None:
    side = 6_100
    origins = np.random.default_rng(0).integers(0, 4, (side, side), np.uint8)
    path = tmp_path / "a.png"
    write_mask(path, full(3, (side, side)), origins, camvid(), Provenance())
    assert path.stat().st_size > 9_000_000
    with Image.open(path) as image:
        assert image.getpixel((side - 1, side - 1)) == 3
    assert cv2.imread(str(path)).shape == (side, side, 3)
    assert np.array_equal(read_mask(path, 11).origins, origins)


def test_the_chunk_lies_between_pixels_and_end(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_mask(path, full(1), full(1), camvid(), Provenance())
    content = path.read_bytes()
    assert content.index(b"IDAT") < content.index(b"unPP") < content.index(b"IEND")
    assert content.count(b"IDAT") == 1


def test_a_mask_without_our_chunk_is_foreign(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.array([[0, 10, VOID]], np.uint8)).save(path)
    stored = read_mask(path, 11)
    assert stored.foreign
    assert stored.provenance is None
    assert stored.origins.tolist() == [[Origin.PAINTED, Origin.PAINTED, Origin.NONE]]
    assert read_provenance(path) == MaskSummary()


def _with_chunk_of(source: Path, target: Path) -> None:
    """Gives ``target`` the unPP chunk of ``source``, as a program does that keeps unknown chunks."""
    chunk = source.read_bytes()
    start = chunk.index(b"unPP") - 4
    chunk = chunk[start : start + 12 + int.from_bytes(chunk[start : start + 4], "big")]
    content = target.read_bytes()
    target.write_bytes(content[:-12] + chunk + content[-12:])


def test_pixels_that_do_not_fit_the_digest_are_changed_outside(tmp_path: Path) -> None:
    ours, repainted = tmp_path / "ours.png", tmp_path / "repainted.png"
    write_mask(ours, full(1), full(Origin.PAINTED), camvid(), Provenance(model="m"))
    labels = full(1)
    labels[0] = VOID
    Image.fromarray(labels).save(repainted)
    _with_chunk_of(ours, repainted)
    stored = read_mask(repainted, 11)
    assert stored.changed_outside
    assert not stored.foreign
    assert np.array_equal(stored.labels, labels)
    assert set(stored.origins[1:].ravel()) == {Origin.MODEL}
    assert set(stored.origins[0]) == {Origin.NONE}
    summary = read_provenance(repainted)
    assert summary is not None
    assert summary.changed_outside


def test_the_same_pixels_packed_anew_are_not_changed(tmp_path: Path) -> None:
    ours, packed = tmp_path / "ours.png", tmp_path / "packed.png"
    labels = np.arange(54, dtype=np.uint8).reshape(6, 9) % 11
    write_mask(ours, labels, full(Origin.PAINTED), camvid(), Provenance(done=True))
    Image.fromarray(labels).save(packed)
    _with_chunk_of(ours, packed)
    assert not read_mask(packed, 11).changed_outside
    assert read_provenance(packed) == read_provenance(ours)


def test_a_value_beyond_the_palette_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(full(11)).save(path)
    with pytest.raises(UserError, match=r"a\.png holds the value 11, but the palette has 11 classes"):
        read_mask(path, 11)


def test_colours_are_not_taken_for_indexes(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (3, 2)).save(path)
    with pytest.raises(UserError, match="holds colours"):
        read_mask(path, 11)


@settings(max_examples=40)
@given(st.data())
def test_damage_never_raises_in_a_list_and_is_a_user_error_or_harmless_when_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("masks") / "a.png"
    write_mask(path, full(4), full(2), camvid(), Provenance())
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(content))
    read_provenance(path)
    with suppress(UserError):
        read_mask(path, 11)


def test_a_truncated_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_mask(path, full(4), full(2), camvid(), Provenance())
    path.write_bytes(path.read_bytes()[:-20])
    assert read_provenance(path) == MaskSummary(damaged=True)
    with pytest.raises(UserError, match=r"a\.png is damaged.*Restore it"):
        read_mask(path, 11)


def test_a_file_of_a_newer_version_asks_for_an_update(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_mask(path, full(4), full(2), camvid(), Provenance())
    content = path.read_bytes()
    start = content.index(b"unPP")
    end = start + 4 + int.from_bytes(content[start - 4 : start], "big")
    body = b"unPP\x02" + content[start + 5 : end]
    path.write_bytes(content[:start] + body + struct.pack(">I", zlib.crc32(body)) + content[end + 4 :])
    assert read_provenance(path) == MaskSummary(damaged=True)
    with pytest.raises(UserError, match="newer version"):
        read_mask(path, 11)


def test_no_file_is_no_summary_and_a_sentence_when_read(tmp_path: Path) -> None:
    assert read_provenance(tmp_path / "gone.png") is None
    with pytest.raises(UserError, match="does not exist"):
        read_mask(tmp_path / "gone.png", 11)


def test_wrong_arrays_are_a_bug_and_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    for labels, origins in (
        (full(0), full(0, (3, 3))),
        (full(11), full(0)),
        (full(0), full(4)),
        (full(0).astype(np.int64), full(0)),
    ):
        with pytest.raises(ValueError, match=r"."):
            write_mask(path, labels, origins, camvid(), Provenance())
    assert not path.exists()


def test_a_summary_does_not_decode_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    write_mask(path, full(4), full(2), camvid(), Provenance(done=True))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(Image, "open", refuse)
    summary = read_provenance(path)
    assert summary is not None
    assert summary.human_pixels == 54
