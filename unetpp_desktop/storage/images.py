"""Images of a folder, whatever their format, as upright 8-bit RGB arrays."""

import io
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.storage.png import BrokenPngError, read_chunk, walk_chunks

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
"""The suffixes, in lower case, of the files that count as images of a folder."""

_MOST_PIXELS = 2**29  # 1.5 GB as RGB: larger than any camera, smaller than what a forged header asks for

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

    16-bit images are scaled to 8 bits by their full range, 32-bit ones from their smallest to their
    largest value; of an animation the first frame is read. Raises `UserError` for a file that is
    missing, broken or no image.
    """
    try:
        with open_image(path) as image:
            return np.array(_upright_rgb(path, image))
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
            rgb = _rgb(image)
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
            if image.format == "PNG" and image.mode == "RGB" and _orientation(path, image) == 1:
                image.load()  # a truncated file is not passed on
                return read_bytes(path)
            packed = io.BytesIO()
            _upright_rgb(path, image).save(packed, "PNG", compress_level=3)
            return packed.getvalue()
    except PILLOW_ERRORS as error:
        raise _broken(path, error) from error


def open_image(source: Path | BinaryIO) -> Image.Image:
    """Opens an image with Pillow without decoding it; the caller closes it.

    Raises ValueError for more than 2^29 pixels, and whatever Pillow raises on a damaged file.
    """
    image = Image.open(source)
    if image.width * image.height > _MOST_PIXELS:
        image.close()
        raise ValueError(f"it claims to have {image.width} x {image.height} pixels, which is too large")
    return image


def _broken(path: Path, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path} does not exist. It may have been moved: open the folder again.")
    if isinstance(error, PermissionError):
        return UserError(f"{path} may not be read. Change its permissions.")
    reason = "it is damaged or no image" if isinstance(error, UnidentifiedImageError) else error
    return UserError(f"{path} cannot be read as an image: {reason}. Replace the file or take it out.")


def _upright_rgb(path: Path, image: Image.Image) -> Image.Image:
    orientation = _orientation(path, image)
    return _turned(_rgb(image), orientation, image)


def _turned(rgb: Image.Image, orientation: int, source: Image.Image) -> Image.Image:
    if source.format == "TIFF":  # Pillow turns these itself, and gives their upright size
        return rgb
    turn = _TURNS.get(orientation)
    return rgb if turn is None else rgb.transpose(turn)


def _orientation(path: Path, image: Image.Image) -> int:
    try:
        if image.format == "PNG" and "exif" not in image.info:
            # Pillow would decode all pixels to look for an eXIf chunk behind them.
            return _orientation_behind_pixels(path)
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except PILLOW_ERRORS:
        return 1  # broken EXIF data are no reason to refuse the pixels


def _orientation_behind_pixels(path: Path) -> int:
    try:
        with path.open("rb") as stream:
            for chunk in walk_chunks(stream):
                if chunk.kind == b"eXIf":
                    exif = Image.Exif()
                    exif.load(b"Exif\0\0" + read_chunk(stream, chunk))
                    return int(exif.get(ExifTags.Base.Orientation, 1))
    except BrokenPngError:
        pass
    return 1


def _rgb(image: Image.Image) -> Image.Image:
    """``image`` decoded and in mode RGB."""
    if image.mode.startswith("I;16"):
        wide = np.asarray(image).astype(np.uint32)
        return Image.fromarray(((wide + 128) // 257).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F"):
        return Image.fromarray(_stretched(np.asarray(image))).convert("RGB")
    if image.mode in ("P", "PA"):
        # By way of RGBA: the direct way warns where the palette holds transparent colours.
        return image.convert("RGBA").convert("RGB")
    return image.convert("RGB")


def _stretched(values: np.ndarray) -> np.ndarray:
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = numbers.min(), numbers.max()
    scaled: np.ndarray = np.rint((numbers - low) * (255.0 / max(high - low, 1e-12)))
    return scaled.astype(np.uint8)
