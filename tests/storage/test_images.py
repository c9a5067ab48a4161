"""Images of every kind arrive as upright 8-bit RGB."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import picture, save_image
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.storage.images import as_plain_png, image_size, read_image, read_thumbnail


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


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".webp"])
def test_exif_orientation_turns_image_size_and_thumbnail_alike(
    tmp_path: Path, orientation: int, suffix: str
) -> None:
    # A red top row, then a green left column: all eight orientations look different.
    upright = np.full((48, 80, 3), 255, np.uint8)
    upright[:, :16] = (0, 160, 0)
    upright[:16] = (160, 0, 0)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.swapaxes(0, 1),
        6: np.rot90(upright, 1),
        7: np.rot90(upright, 2).swapaxes(0, 1),
        8: np.rot90(upright, -1),
    }[orientation]
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


def test_gray_images_become_rgb_and_16_bits_become_8(tmp_path: Path) -> None:
    wide = np.array([[0, 257, 65535 // 2, 65535]], np.uint16)
    for suffix in (".png", ".tif"):
        image = read_image(save_image(tmp_path / f"wide{suffix}", wide))
        assert image[0, :, 0].tolist() == [0, 1, 127, 255]
        assert np.array_equal(image[..., 0], image[..., 2])
    gray = np.arange(8, dtype=np.uint8).reshape(2, 4)
    assert np.array_equal(read_image(save_image(tmp_path / "gray.png", gray))[..., 1], gray)


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


def test_a_header_that_claims_an_impossible_size_is_refused(tmp_path: Path) -> None:
    path = save_image(tmp_path / "a.bmp")
    content = bytearray(path.read_bytes())
    content[18:26] = (60_000).to_bytes(4, "little") * 2
    path.write_bytes(bytes(content))
    with pytest.raises(UserError, match="too large"):
        read_image(path)


def test_a_large_panorama_opens_without_warning(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("1", (30_000, 3_100)).save(path)
    assert image_size(path) == (3_100, 30_000)
