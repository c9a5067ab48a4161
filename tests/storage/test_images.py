"""Images of every kind arrive as upright 8-bit RGB."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import picture, save_image
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.storage.images import (
    as_plain_png,
    decode_image,
    image_size,
    read_image,
    read_thumbnail,
)


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".tiff", ".PNG"])
def test_lossless_images_come_back_exactly(tmp_path: Path, suffix: str) -> None:
    path = save_image(tmp_path / f"Straße 車{suffix}", picture())
    assert np.array_equal(read_image(path), picture())
    assert image_size(path) == picture().shape[:2]


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".webp"])
def test_lossy_images_have_the_right_form(tmp_path: Path, suffix: str) -> None:
    path = save_image(tmp_path / f"a{suffix}", picture((20, 30)))
    image = read_image(path)
    assert (image.shape, image.dtype) == ((20, 30, 3), np.uint8)
    assert image.flags.writeable
    assert image_size(path) == (20, 30)


def _turned(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """``pixels`` of a file as they are seen where its EXIF data say ``orientation``."""
    turned: np.ndarray = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.swapaxes(0, 1),
        6: np.rot90(pixels, -1),
        7: np.rot90(pixels, 2).swapaxes(0, 1),
        8: np.rot90(pixels, 1),
    }[orientation]
    return turned


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".webp"])
def test_exif_orientation_turns_image_size_and_thumbnail_alike(
    tmp_path: Path, orientation: int, suffix: str
) -> None:
    # A red top row, then a green left column: all eight orientations look different.
    upright = np.full((48, 80, 3), 255, np.uint8)
    upright[:, :16] = (0, 160, 0)
    upright[:16] = (160, 0, 0)
    stored = _turned(upright, {6: 8, 8: 6}.get(orientation, orientation))  # back, for the file
    options: dict[str, object] = {"exif": _exif(orientation)}
    if suffix == ".jpg":
        options |= {"quality": 95, "subsampling": 0}
    path = save_image(tmp_path / f"a{suffix}", np.ascontiguousarray(stored), **options)
    assert image_size(path) == (48, 80)
    image = read_image(path)
    assert image.shape == upright.shape
    assert np.abs(image.astype(int) - upright).mean() < 12
    thumbnail = read_thumbnail(path, 24)
    assert thumbnail.shape == (24, 40, 3)
    assert np.abs(thumbnail.astype(int) - upright[::2, ::2]).mean() < 25
    with Image.open(io.BytesIO(as_plain_png(path))) as plain:
        assert np.array_equal(np.array(plain), image)
        assert plain.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["L", "RGBA", "I;16", "P", "CMYK"])
def test_a_tiff_that_is_not_compressed_is_turned_in_every_mode(
    tmp_path: Path, mode: str, orientation: int
) -> None:
    # Pillow maps such files into memory where it is given their path, and then does not swap the sides.
    values = np.arange(5 * 8, dtype=np.uint8).reshape(5, 8)
    wide = mode == "I;16"
    image = Image.fromarray(values.astype(np.uint16)) if wide else Image.fromarray(values).convert(mode)
    path = tmp_path / "a.tif"
    image.save(path)
    stored = read_image(path)
    image.save(path, exif=_exif(orientation))
    upright = _turned(stored, orientation)
    assert np.array_equal(read_image(path), upright)
    assert np.array_equal(read_thumbnail(path, 8), upright)
    assert image_size(path) == upright.shape[:2]
    with Image.open(io.BytesIO(as_plain_png(path))) as plain:
        assert np.array_equal(np.array(plain), upright)


def test_an_exif_chunk_behind_the_pixels_counts(tmp_path: Path) -> None:
    path = save_image(tmp_path / "a.png", picture((4, 7)))
    with_exif = save_image(tmp_path / "b.png", picture((4, 7)), exif=_exif(6)).read_bytes()
    start = with_exif.index(b"eXIf") - 4
    length = int.from_bytes(with_exif[start : start + 4], "big") + 12
    chunk = with_exif[start : start + length]
    content = path.read_bytes()
    path.write_bytes(content[:-12] + chunk + content[-12:])
    assert image_size(path) == (7, 4)
    assert read_image(path).shape == (7, 4, 3)


def test_what_a_file_held_is_seen_like_the_file(tmp_path: Path) -> None:
    values = (np.arange(3 * 5 * 3).reshape(3, 5, 3) * 91).astype(np.uint16)
    (tmp_path / "wide.png").write_bytes(_wide_png(values))
    (tmp_path / "wide.tif").write_bytes(_wide_tiff(values, 6))
    save_image(tmp_path / "turned.png", picture((4, 7)), exif=_exif(6))
    save_image(tmp_path / "turned.jpg", picture((4, 7)), exif=_exif(8))
    for path in sorted(tmp_path.iterdir()):
        image, content = read_image(path), path.read_bytes()
        path.unlink()
        assert np.array_equal(decode_image(path, content), image), path.name
    with pytest.raises(UserError, match=r"broken\.png cannot be read"):
        decode_image(tmp_path / "broken.png", b"no image at all")


def test_gray_images_become_rgb_and_16_bits_become_8(tmp_path: Path) -> None:
    wide = np.array([[0, 257, 65535 // 2, 65535]], np.uint16)
    for suffix in (".png", ".tif"):
        image = read_image(save_image(tmp_path / f"wide{suffix}", wide))
        assert image[0, :, 0].tolist() == [0, 1, 127, 255]
        assert np.array_equal(image[..., 0], image[..., 2])
    gray = np.arange(8, dtype=np.uint8).reshape(2, 4)
    assert np.array_equal(read_image(save_image(tmp_path / "gray.png", gray))[..., 1], gray)


def _wide_png(pixels: np.ndarray) -> bytes:
    """A PNG file of ``uint16 (H, W, C)``: gray with alpha, RGB or RGBA."""
    height, width, channels = pixels.shape
    header = struct.pack(">2I5B", width, height, 16, {2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _wide_tiff(pixels: np.ndarray, orientation: int) -> bytes:
    """A TIFF file of ``uint16 (H, W, 3)``, not compressed."""
    height, width, _ = pixels.shape
    start = 8 + pixels.nbytes
    entries = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, 3, start + 2 + 10 * 12 + 4),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 8),
        (274, 3, 1, orientation),
        (277, 3, 1, 3),
        (278, 3, 1, height),
        (279, 4, 1, pixels.nbytes),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<2H2I", *entry) for entry in entries)
    content = pixels.astype("<u2").tobytes() + directory + struct.pack("<I3H", 0, 16, 16, 16)
    return b"II*\0" + struct.pack("<I", start) + content


@pytest.mark.parametrize(
    ("largest", "white"), [(0, 255), (255, 255), (256, 1023), (4000, 4095), (4096, 16383), (65535, 65535)]
)
def test_a_16_bit_image_is_shown_in_the_range_of_the_bits_it_uses(
    tmp_path: Path, largest: int, white: int
) -> None:
    values = np.linspace(0, largest, 12).astype(np.uint16).reshape(3, 4)
    expected = np.rint(values * (255 / white)).astype(np.uint8)
    for suffix in (".png", ".tif"):
        assert np.array_equal(read_image(save_image(tmp_path / f"a{suffix}", values))[..., 1], expected)


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_16_bit_colours_keep_their_low_bits(tmp_path: Path, channels: int) -> None:
    values = np.random.default_rng(0).integers(0, 4096, (5, 7, channels)).astype(np.uint16)
    values[0, 0] = 4095
    path = tmp_path / "Straße.png"
    path.write_bytes(_wide_png(values))
    expected = np.rint(values[..., :3] * (255 / 4095)).astype(np.uint8)
    if channels == 2:
        expected = np.repeat(expected[..., :1], 3, axis=2)
    assert np.array_equal(read_image(path), expected)
    assert np.array_equal(read_thumbnail(path, 5), expected)
    with Image.open(io.BytesIO(as_plain_png(path))) as plain:  # 8 bits, as other programs read it
        assert np.array_equal(np.array(plain), expected)
    path.write_bytes(path.read_bytes()[:90])
    with pytest.raises(UserError, match="cannot be read as an image"):
        read_image(path)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_16_bit_colours_are_turned_like_those_of_8_bits(tmp_path: Path, orientation: int) -> None:
    values = (np.arange(3 * 5 * 3).reshape(3, 5, 3) * 91).astype(np.uint16)
    path = tmp_path / "wide.tif"
    path.write_bytes(_wide_tiff(values, orientation))
    narrow = np.rint(values * (255 / 4095)).astype(np.uint8)
    twin = save_image(tmp_path / "narrow.tif", narrow, exif=_exif(orientation))
    assert np.array_equal(read_image(path), read_image(twin))
    assert image_size(path) == image_size(twin) == read_image(path).shape[:2]


def test_signed_numbers_of_16_bits_are_shown_like_unsigned_ones(tmp_path: Path) -> None:
    numbers = np.array([[0, 2048, 4095]], np.int32)
    assert read_image(save_image(tmp_path / "a.tif", numbers))[0, :, 0].tolist() == [0, 128, 255]
    numbers[0, 0] = -4095
    assert read_image(save_image(tmp_path / "a.tif", numbers))[0, :, 0].tolist() == [0, 191, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_one_pixel_is_an_image(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    Image.new(mode, (1, 1), 1).save(path)
    assert read_image(path).shape == (1, 1, 3)
    assert read_thumbnail(path, 64).shape == (1, 1, 3)
    assert image_size(path) == (1, 1)


def test_32_bit_images_are_stretched(tmp_path: Path) -> None:
    numbers = np.array([[-1.0, 0.0, 1.0]], np.float32)
    assert read_image(save_image(tmp_path / "f.tif", numbers))[0, :, 0].tolist() == [0, 128, 255]
    flat = np.full((2, 2), 7.0, np.float32)
    assert not read_image(save_image(tmp_path / "flat.tif", flat)).any()


def test_alpha_is_dropped_not_blended(tmp_path: Path) -> None:
    rgba = np.dstack([picture(), np.zeros(picture().shape[:2], np.uint8)])
    assert np.array_equal(read_image(save_image(tmp_path / "a.png", rgba)), picture())


def test_a_palette_with_transparent_colours_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image = Image.fromarray(np.array([[0, 1]], np.uint8)).convert("P")
    image.putpalette([9, 8, 7, 6, 5, 4])
    image.save(path, transparency=b"\x00\x80")
    assert read_image(path).tolist() == [[[9, 8, 7], [6, 5, 4]]]


def test_a_thumbnail_is_never_larger_than_its_image(tmp_path: Path) -> None:
    path = save_image(tmp_path / "a.png", picture((6, 9)))
    assert np.array_equal(read_thumbnail(path, 100), picture((6, 9)))
    assert read_thumbnail(save_image(tmp_path / "flat.png", picture((2, 400))), 1).shape == (1, 200, 3)


@pytest.mark.parametrize(
    "read", [read_image, image_size, as_plain_png, lambda path: read_thumbnail(path, 10)]
)
def test_broken_files_are_named(tmp_path: Path, read: object) -> None:
    assert callable(read)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image at all")
    with pytest.raises(UserError, match=r"broken\.png cannot be read.*Replace the file"):
        read(broken)
    with pytest.raises(UserError, match=r"gone\.png does not exist"):
        read(tmp_path / "gone.png")


def test_a_truncated_image_is_refused(tmp_path: Path) -> None:
    for suffix in (".png", ".jpg", ".tif"):
        path = save_image(tmp_path / f"a{suffix}", picture((60, 60)))
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(UserError, match="cannot be read as an image"):
            read_image(path)


@pytest.mark.parametrize("read", [read_image, image_size, as_plain_png])
def test_an_image_that_is_too_large_is_refused_with_the_limit(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    path = save_image(tmp_path / "a.bmp")
    content = bytearray(path.read_bytes())
    content[18:26] = (60_000).to_bytes(4, "little") * 2
    path.write_bytes(bytes(content))
    with pytest.raises(
        UserError,
        match=r"a\.bmp: 60000 x 60000 pixels \(3,600 megapixels\) are too large: "
        r"300 megapixels can be opened\. Cut it into smaller images or take it out",
    ):
        read(path)


def test_a_large_panorama_opens_without_warning(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("1", (30_000, 3_100)).save(path)
    assert image_size(path) == (3_100, 30_000)
