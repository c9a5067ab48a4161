"""Images of a folder, whatever their format, as upright 8-bit RGB arrays."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.storage.png import BrokenPngError, read_chunk, walk_chunks

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
"""The suffixes, in lower case, of the files that count as images of a folder."""

MOST_PIXELS = 300_000_000
"""What an image may have: an open scene takes some 20 bytes per pixel (image, mask, origins, and what is
drawn of them at every zoom), so this is 6 GB, and more than any camera gives."""

_BIT_DEPTHS = (8, 10, 12, 14, 16)  # of the cameras whose images come in 16-bit files

# Pillow's own limit warns at 89 million pixels, which a panorama reaches; `open_image` has a higher one.
Image.MAX_IMAGE_PIXELS = None

# What Pillow and its codecs raise on a damaged file.
PILLOW_ERRORS = (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, struct.error, zlib.error)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn an image upright, by its EXIF orientation (Exif 2.32, tag 0x0112)."""

_SWAP_SIDES = frozenset({5, 6, 7, 8})


def read_image(path: Path) -> np.ndarray:
    """The image as ``uint8 (H, W, 3)`` RGB, turned as its EXIF orientation says, without alpha.

    Of a 16-bit image the range of the fewest bits (8, 10, 12, 14 or 16) that hold its largest value
    becomes 0 to 255: what a 12-bit camera gives is not black, and its frames stay alike, which they
    would not if each were stretched by its own values. 32-bit images are stretched from their smallest
    to their largest value; of an animation the first frame is read. Raises `UserError` for a file that
    is missing, broken, no image, or that has more than `MOST_PIXELS` pixels.
    """
    try:
        with open_image(path) as image:
            return np.array(_upright_rgb(path, image))
    except PILLOW_ERRORS as error:
        raise _broken(path, error) from error


def decode_image(path: Path, content: bytes) -> np.ndarray:
    """As `read_image`, of what ``path`` held when its ``content`` was read."""
    try:
        with open_image(io.BytesIO(content)) as image:
            return np.array(_upright_rgb(content, image))
    except PILLOW_ERRORS as error:
        raise _broken(path, error) from error


def read_thumbnail(path: Path, height: int) -> np.ndarray:
    """The image as ``uint8 (h, w, 3)`` RGB with at most ``height`` rows, upright; never enlarged.

    A JPEG is decoded at a fraction of its size. Raises `UserError` like `read_image`.
    """
    try:
        with open_image(path) as image:
            orientation = _orientation(path, image)
            rows = image.width if orientation in _SWAP_SIDES and image.format != "TIFF" else image.height
            scale = min(1.0, height / rows)
            size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
            image.draft("RGB", size)
            rgb = _rgb(path, image)
            if rgb.size != size:
                rgb = rgb.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
            return np.array(_turned(rgb, orientation, image))
    except PILLOW_ERRORS as error:
        raise _broken(path, error) from error


def image_size(path: Path) -> tuple[int, int]:
    """(H, W) of the upright image, from its header alone; `UserError` like `read_image`."""
    try:
        with open_image(path) as image:
            sides_swapped = image.format != "TIFF" and _orientation(path, image) in _SWAP_SIDES
            return image.size if sides_swapped else (image.height, image.width)
    except PILLOW_ERRORS as error:
        raise _broken(path, error) from error


def as_plain_png(path: Path) -> bytes:
    """The image as an upright RGB PNG file: its own bytes where it is one. `UserError` like `read_image`."""
    try:
        with open_image(path) as image:
            plain = image.format == "PNG" and image.mode == "RGB" and not has_wide_colors(image)
            if plain and _orientation(path, image) == 1:
                image.load()  # a truncated file is not passed on
                return read_bytes(path)
            packed = io.BytesIO()
            _upright_rgb(path, image).save(packed, "PNG", compress_level=3)
            return packed.getvalue()
    except PILLOW_ERRORS as error:
        raise _broken(path, error) from error


@contextmanager
def open_image(source: Path | BinaryIO) -> Iterator[Image.Image]:
    """The image, opened with Pillow and not decoded yet; a ``source`` that is a stream is closed, too.

    Raises TooLargeError for more than `MOST_PIXELS` pixels, and whatever Pillow raises on a damaged file.
    """
    # Given a path, Pillow maps a TIFF that is not compressed into memory, and turns it wrongly.
    with source.open("rb") if isinstance(source, Path) else source as stream:
        try:
            image = Image.open(stream)
        except UnidentifiedImageError as error:
            raise UnidentifiedImageError("it is damaged or no image") from error
        if image.width * image.height > MOST_PIXELS:
            raise TooLargeError(image.width, image.height)
        yield image


class TooLargeError(ValueError):
    """An image with more pixels than an open scene may have, or a header that says so."""

    def __init__(self, width: int, height: int) -> None:
        millions = width * height / 1e6
        super().__init__(
            f"{width} x {height} pixels ({millions:,.0f} megapixels) are too large: "
            f"{MOST_PIXELS // 1_000_000} megapixels can be opened"
        )


def _broken(path: Path, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path} does not exist. It may have been moved: open the folder again.")
    if isinstance(error, PermissionError):
        return UserError(f"{path} may not be read. Change its permissions.")
    if isinstance(error, TooLargeError):
        return UserError(f"{path}: {error}. Cut it into smaller images or take it out of the folder.")
    remedy = "Replace the file or take it out of the folder."
    return UserError(f"{path} cannot be read as an image: {error}. {remedy}")


def _upright_rgb(source: Path | bytes, image: Image.Image) -> Image.Image:
    orientation = _orientation(source, image)
    return _turned(_rgb(source, image), orientation, image)


def _turned(rgb: Image.Image, orientation: int, source: Image.Image) -> Image.Image:
    if source.format == "TIFF":  # Pillow turns these itself, and gives their upright size
        return rgb
    turn = _TURNS.get(orientation)
    return rgb if turn is None else rgb.transpose(turn)


def _orientation(source: Path | bytes, image: Image.Image) -> int:
    try:
        if image.format == "PNG" and "exif" not in image.info:
            # Pillow would decode all pixels to look for an eXIf chunk behind them.
            return _orientation_behind_pixels(source)
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except PILLOW_ERRORS:
        return 1  # broken EXIF data are no reason to refuse the pixels


def _orientation_behind_pixels(source: Path | bytes) -> int:
    try:
        with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as stream:
            for chunk in walk_chunks(stream):
                if chunk.kind == b"eXIf":
                    exif = Image.Exif()
                    exif.load(b"Exif\0\0" + read_chunk(stream, chunk))
                    return int(exif.get(ExifTags.Base.Orientation, 1))
    except BrokenPngError:
        pass
    return 1


def _rgb(source: Path | bytes, image: Image.Image) -> Image.Image:
    """``image`` decoded and in mode RGB."""
    if image.mode == "RGB" and not has_wide_colors(image):
        image.load()  # convert() would copy it
        return image
    if has_wide_colors(image):
        # Pillow would keep the high bytes alone: a 12-bit image would become 16 shades.
        wide = decoded_with_opencv(source)
        if wide is not None:
            return Image.fromarray(cv2.cvtColor(_to_8_bits(wide), cv2.COLOR_BGR2RGB))
    if image.mode.startswith("I;16"):
        return Image.fromarray(_to_8_bits(np.asarray(image))).convert("RGB")
    if image.mode in ("I", "F"):
        return Image.fromarray(_numbers_to_8_bits(np.asarray(image))).convert("RGB")
    if image.mode in ("P", "PA"):
        # By way of RGBA: the direct way warns where the palette holds transparent colours.
        return image.convert("RGBA").convert("RGB")
    return image.convert("RGB")


def has_wide_colors(image: Image.Image) -> bool:
    """Whether the file has 16 bits per channel where Pillow decodes 8: colour, or gray with alpha."""
    if not isinstance(image, ImageFile.ImageFile) or image.mode not in ("RGB", "RGBA", "RGBX", "LA"):
        return False
    return any(";16" in str(tile.args) for tile in image.tile)


def gray_scale(image: Image.Image) -> int:
    """By what Pillow multiplies the values of a gray image that has less than 8 bits: 85, 17, else 1.

    To be asked before the image is decoded.
    """
    raw_modes = str([tile.args for tile in image.tile]) if isinstance(image, ImageFile.ImageFile) else ""
    return next((scale for raw_mode, scale in (("L;2", 85), ("L;4", 17)) if raw_mode in raw_modes), 1)


def decoded_with_opencv(source: Path | bytes) -> np.ndarray | None:
    """``uint16 (H, W, 3)`` BGR; upright where Pillow turns the image itself, else as it is stored.

    None where OpenCV does not know this kind of file; Pillow then says what is wrong with it.
    """
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION
    # Not imread(), which does not find files with letters of other scripts on Windows.
    content = read_bytes(source) if isinstance(source, Path) else source
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    return decoded if decoded is not None and decoded.dtype == np.uint16 else None


def _to_8_bits(values: np.ndarray) -> np.ndarray:
    """``uint8`` for ``uint16`` values of any byte order; the range of the bits in use becomes 0 to 255."""
    native = np.ascontiguousarray(values, np.uint16)
    largest = int(native.max(initial=0))
    bits = next(bits for bits in _BIT_DEPTHS if largest < 1 << bits)
    return cv2.convertScaleAbs(native, alpha=255 / ((1 << bits) - 1)).reshape(native.shape)


def _numbers_to_8_bits(values: np.ndarray) -> np.ndarray:
    if values.dtype != np.float32 and values.min() >= 0 and values.max() < 1 << 16:
        return _to_8_bits(values)  # signed 16-bit files come as 32-bit numbers
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = numbers.min(), numbers.max()
    scaled: np.ndarray = np.rint((numbers - low) * (255.0 / max(high - low, 1e-12)))
    return scaled.astype(np.uint8)
