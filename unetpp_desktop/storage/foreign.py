"""Masks that other programs made: class indexes or class colours, taken as they are or counted as strays.

Nothing is guessed here: a value or colour that is no class becomes void and is named with the number
of its pixels, and a file whose values and colours contradict each other is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import VOID, Color, Palette
from unetpp_desktop.storage.images import (
    PILLOW_ERRORS,
    decoded_with_opencv,
    gray_scale,
    has_wide_colors,
    open_image,
)

_BLACK: Color = (0, 0, 0)


@dataclass(frozen=True)
class ReadLabels:
    """``labels`` is ``uint8 (H, W)``; ``strays`` has the pixels of each value ("17") or colour
    ("128,64,127") that is no class, most frequent first. Stray pixels are void in ``labels``.
    """

    labels: np.ndarray
    strays: dict[str, int]


@dataclass(frozen=True)
class IndexPixels:
    """``values``: integers (H, W); ``colors``: the file's own colour table, ``uint8 (n, 3)``, if any."""

    values: np.ndarray
    colors: np.ndarray | None

    def as_rgb(self) -> np.ndarray:
        """The colours that a viewer shows, ``uint8 (H, W, 3)``; gray where there is no table."""
        narrow = np.clip(self.values, 0, 255).astype(np.uint8)
        table = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
        if self.colors is not None:
            table = np.zeros((256, 3), np.uint8)
            table[: len(self.colors)] = self.colors
        rgb: np.ndarray = table[narrow]
        return rgb


@dataclass(frozen=True)
class ColorPixels:
    """``rgb``: ``uint8 (H, W, 3)``."""

    rgb: np.ndarray


def read_pixels(path: Path) -> IndexPixels | ColorPixels:
    """The pixels of a mask, not yet understood.

    Raises `UserError` for a missing or damaged file, and for colours that need more than 8 bits per channel.
    """
    try:
        with open_image(path) as image:
            if has_wide_colors(image):
                return ColorPixels(_narrowed(path))
            scale = gray_scale(image)
            if image.mode == "P":
                table = np.array(image.getpalette() or [], np.uint8).reshape(-1, 3)
                return IndexPixels(np.array(image), table)
            if image.mode in ("LA", "La"):
                return IndexPixels(np.array(image.getchannel(0)), None)
            if image.mode in ("L", "1") or image.mode.startswith("I"):
                values = np.array(image)
                return IndexPixels(values.astype(np.uint8) if values.dtype == bool else values // scale, None)
            return ColorPixels(np.array(image.convert("RGB")))
    except FileNotFoundError as error:
        raise UserError(f"The mask {path} does not exist. Check the path.") from error
    except PILLOW_ERRORS as error:
        raise UserError(
            f"{path} is damaged and cannot be read as a mask: {error}. "
            "Restore it from a backup, or take it out."
        ) from error


def _narrowed(path: Path) -> np.ndarray:
    """The colours, ``uint8 (H, W, 3)`` RGB, of a file with 16 bits per channel that needs only 8."""
    wide = decoded_with_opencv(path)
    if wide is None or np.any(wide % 257):  # 257 times a colour of 8 bits is the same one in 16
        raise UserError(
            f"{path} has 16 bits per channel, in which there are no class colours. "
            "Save it in gray with the class numbers, or in class colours with 8 bits per channel."
        )
    return np.ascontiguousarray((wide // 257).astype(np.uint8)[..., ::-1])


def labels_of_indexes(values: np.ndarray, classes: Mapping[int, int]) -> ReadLabels:
    """Translates integers (H, W) by ``classes`` (value in the file -> class or void).

    255 is void in any case.
    """
    table = np.full(256, VOID, np.uint8)
    known = np.zeros(256, bool)
    for value, label in {VOID: VOID, **classes}.items():
        table[value] = label
        known[value] = True
    if values.dtype != np.uint8:
        outside = (values < 0) | (values > 255)
        inside = labels_of_indexes(np.where(outside, VOID, values).astype(np.uint8), classes)
        labels = np.where(outside, VOID, inside.labels).astype(np.uint8)
        return ReadLabels(labels, _most_first(inside.strays | _count(values[outside])))
    counts = np.bincount(values.ravel(), minlength=256)
    strays = {str(value): int(counts[value]) for value in np.flatnonzero((counts > 0) & ~known)}
    return ReadLabels(table[values], _most_first(strays))


def labels_of_colors(rgb: np.ndarray, classes: Mapping[Color, int]) -> ReadLabels:
    """Translates ``uint8 (H, W, 3)`` by ``classes`` (colour -> class or void)."""
    codes = _codes(rgb)
    keys = np.array(sorted(map(_code, classes)), np.uint32)
    values = np.zeros(len(keys), np.uint8)
    for color, label in classes.items():
        values[np.searchsorted(keys, _code(color))] = label
    place = np.minimum(np.searchsorted(keys, codes), len(keys) - 1)
    known = keys[place] == codes
    labels = np.where(known, values[place], VOID).astype(np.uint8)
    if known.all():
        return ReadLabels(labels, {})
    strays, counts = np.unique(codes[~known], return_counts=True)
    named = {
        f"{code >> 16},{code >> 8 & 255},{code & 255}": count
        for code, count in zip(strays.tolist(), counts.tolist(), strict=True)
    }
    return ReadLabels(labels, _most_first(named))


def as_indexes(pixels: ColorPixels, known: Mapping[Color, int]) -> IndexPixels | None:
    """The indexes of a mask that was saved with three equal channels; None where it holds colours.

    Equal channels alone are not enough, gray may be a class: none of the values may be a ``known``
    colour other than black.
    """
    red = pixels.rgb[..., 0]
    if not (np.array_equal(red, pixels.rgb[..., 1]) and np.array_equal(red, pixels.rgb[..., 2])):
        return None
    used = np.flatnonzero(np.bincount(red.ravel(), minlength=256)).tolist()
    if used == [0] or any((value, value, value) in known for value in used if value):
        return None
    return IndexPixels(red, None)


def read_foreign(path: Path, palette: Palette) -> ReadLabels:
    """Reads a mask that is not ours in the classes of ``palette``.

    Values count as class indexes, 255 as void; colours as the colours of ``palette``, black as void
    unless it is a class. An indexed file is read by its colours where each is a class colour, and by
    its values where its colours say nothing about classes. Raises `UserError` where the two
    contradict each other, and for a missing or damaged file.
    """
    by_color: dict[Color, int] = {_BLACK: VOID}
    by_color.update({entry.color: index for index, entry in reversed(list(enumerate(palette.classes)))})
    by_index = {index: index for index in range(len(palette))} | {VOID: VOID}
    pixels: IndexPixels | ColorPixels | None = read_pixels(path)
    if isinstance(pixels, ColorPixels):
        indexes = as_indexes(pixels, by_color)
        if indexes is None:
            return labels_of_colors(pixels.rgb, by_color)
        pixels = indexes
    assert isinstance(pixels, IndexPixels)
    if pixels.colors is None or _agree(pixels, palette):
        return labels_of_indexes(pixels.values, by_index)
    colors = _used_colors(pixels)
    if all(color in by_color for color in colors.values()):
        return labels_of_indexes(pixels.values, {value: by_color[color] for value, color in colors.items()})
    contradiction = next(
        (value for value, color in colors.items() if color != _BLACK and by_color.get(color, value) != value),
        None,
    )
    if contradiction is None:
        return labels_of_indexes(pixels.values, by_index)
    other = by_color[colors[contradiction]]
    raise UserError(
        f"{path} is ambiguous: its value {contradiction} has the colour of {palette.names[other]}, "
        f"whose value is {other}. Save it in gray with the class numbers, or with class colours only."
    )


def describe_strays(strays: Mapping[str, int]) -> str:
    """ "1,204 pixels in 37 values or colours that are no class (128,64,127: 400, ... )"; "" for none."""
    if not strays:
        return ""
    first = "; ".join(f"{name}: {count:,}" for name, count in list(strays.items())[:3])
    more = "; ..." if len(strays) > 3 else ""
    kinds = "value or colour that is" if len(strays) == 1 else "values or colours that are"
    return f"{sum(strays.values()):,} pixels in {len(strays)} {kinds} no class ({first}{more})"


def _agree(pixels: IndexPixels, palette: Palette) -> bool:
    """Whether each used value has in the file's table the colour that the palette gives it."""
    own = palette.colors()
    return all(
        value == VOID or (value < len(palette) and tuple(own[value].tolist()) == color)
        for value, color in _used_colors(pixels).items()
    )


def _used_colors(pixels: IndexPixels) -> dict[int, Color]:
    used = np.flatnonzero(np.bincount(pixels.values.ravel(), minlength=256))
    table = np.zeros((256, 3), np.uint8)
    if pixels.colors is not None:
        table[: len(pixels.colors)] = pixels.colors
    return {int(value): (int(table[value, 0]), int(table[value, 1]), int(table[value, 2])) for value in used}


def _code(color: Color) -> int:
    return color[0] << 16 | color[1] << 8 | color[2]


def _codes(rgb: np.ndarray) -> np.ndarray:
    wide = rgb.astype(np.uint32)
    return wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]


def _count(values: np.ndarray) -> dict[str, int]:
    kinds, counts = np.unique(values, return_counts=True)
    return {str(kind): count for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True)}


def _most_first(strays: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(strays.items(), key=lambda item: -item[1]))
