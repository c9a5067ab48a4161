"""A chart of bars as a picture file, drawn with Pillow: a plotting library would be a heavy thing for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import write_atomically

_WIDTH, _MARGIN, _LABELS, _NOTES = 1600, 56, 300, 330  # pixels; the bars take what is left between
_BAR, _GAP, _GROUP_GAP = 34, 10, 44
_PAPER, _INK, _QUIET = (255, 255, 255), (28, 32, 40), (96, 104, 118)
_COLORS = {"plain": (168, 176, 188), "other": (150, 190, 235), "chosen": (26, 108, 214)}


@dataclass(frozen=True)
class Bar:
    """One bar: ``note`` stands behind it, ``color`` is "plain", "other" or "chosen"."""

    label: str
    value: float
    note: str
    color: str


@dataclass(frozen=True)
class BarGroup:
    """Bars under one heading."""

    heading: str
    bars: Sequence[Bar]


def draw_bars(title: str, subtitle: str, groups: Sequence[BarGroup], path: Path) -> None:
    """Writes the chart as PNG, all bars on one scale; raises `UserError` for another kind of file."""
    if path.suffix.lower() != ".png":
        raise UserError(f"{path} is not named as a PNG. Give a name that ends in .png.")
    large, middle, small = (ImageFont.load_default(size) for size in (40, 30, 25))
    heights = [62 + len(group.bars) * (_BAR + _GAP) + _GROUP_GAP for group in groups]
    image = Image.new("RGB", (_WIDTH, 2 * _MARGIN + 110 + sum(heights)), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((_MARGIN, _MARGIN), title, _INK, large)
    draw.text((_MARGIN, _MARGIN + 54), subtitle, _QUIET, small)
    longest = max((bar.value for group in groups for bar in group.bars), default=1) or 1
    room = _WIDTH - 2 * _MARGIN - _LABELS - _NOTES
    top = _MARGIN + 124
    for group, height in zip(groups, heights, strict=True):
        draw.text((_MARGIN, top), group.heading, _INK, middle)
        for place, bar in enumerate(group.bars):
            y = top + 56 + place * (_BAR + _GAP)
            left, length = _MARGIN + _LABELS, max(3, round(bar.value / longest * room))
            draw.text((left - 18, y + _BAR / 2), bar.label, _INK, small, anchor="rm")
            draw.rounded_rectangle((left, y, left + length, y + _BAR), 5, _COLORS[bar.color])
            draw.text((left + length + 14, y + _BAR / 2), bar.note, _QUIET, small, anchor="lm")
        top += height
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    write_atomically(path, buffer.getvalue())
