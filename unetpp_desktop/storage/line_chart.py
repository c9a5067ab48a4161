"""Curves as a picture file, drawn with Pillow: a plotting library would be a heavy thing for two axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from unetpp_desktop.core.files import write_atomically

_FINE = 2  # drawn so many times larger, then made smaller: lines without steps
_WIDTH, _HEIGHT = 880, 380
_TOP, _BOTTOM, _LEFT, _GAP, _RIGHT = 56, 52, 56, 64, 20
_INK, _FAINT, _PAPER = "#26292e", "#dfe2e6", "#ffffff"
# Colours that people with a colour vision deficiency tell apart (Okabe & Ito, 2008).
_COLORS = ("#999999", "#e69f00", "#0072b2", "#009e73", "#cc79a7")
_MOST_TICKS = 6
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Line:
    """Points (x, y) from left to right; lines of the same name have the same colour in all panels."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """Lines over the same axes; ``span`` is what the upright one covers, None: what they need."""

    title: str
    lines: Sequence[Line]
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Frame:
    """Where a panel lies on the picture, and what its axes cover."""

    left: float
    right: float
    furthest: float
    low: float
    high: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        across = self.left + (self.right - self.left) * x / self.furthest
        up = (_HEIGHT - _BOTTOM - _TOP) * (y - self.low) / (self.high - self.low)
        return across, _HEIGHT - _BOTTOM - up


def draw_lines(panels: Sequence[Panel], x_title: str, path: Path) -> None:
    """Writes panels side by side as PNG; x begins at 0. Raises `WriteError` where that cannot be."""
    picture = Image.new("RGB", (_WIDTH * _FINE, _HEIGHT * _FINE), _PAPER)
    pen = ImageDraw.Draw(picture)
    names = list(dict.fromkeys(line.name for panel in panels for line in panel.lines))
    colors = dict(zip(names, _COLORS, strict=False))
    furthest = max((x for panel in panels for line in panel.lines for x, _ in line.points), default=0) or 1.0
    width = (_WIDTH - _LEFT - _RIGHT - _GAP * (len(panels) - 1)) / len(panels)
    for number, panel in enumerate(panels):
        left = _LEFT + number * (width + _GAP)
        low, high = panel.span or _needed(panel)
        frame = _Frame(left, left + width, furthest, low, high)
        _draw_axes(pen, frame, panel.title, x_title)
        for line in panel.lines:
            _draw_line(pen, frame, line, colors[line.name])
    if any(len(panel.lines) > 1 for panel in panels):
        _draw_legend(pen, colors)
    buffer = BytesIO()
    picture.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    write_atomically(path, buffer.getvalue())


def _needed(panel: Panel) -> tuple[float, float]:
    heights = [y for line in panel.lines for _, y in line.points] or [0.0]
    low, high = min(heights), max(heights)
    step = _step(low, high if high > low else low + 1)
    return math.floor(low / step) * step, (math.floor(high / step) + 1) * step


def _draw_axes(pen: ImageDraw.ImageDraw, frame: _Frame, title: str, x_title: str) -> None:
    _write(pen, frame.left, _TOP - 14, title, "lm")
    for y in _ticks(frame.low, frame.high):
        height = frame.place(0, y)[1]
        pen.line([_at(frame.left, height), _at(frame.right, height)], _FAINT, _FINE)
        _write(pen, frame.left - 8, height, f"{y:g}", "rm")
    ground = float(_HEIGHT - _BOTTOM)
    for x in _ticks(0, frame.furthest):
        across = frame.place(x, frame.low)[0]
        pen.line([_at(across, ground), _at(across, ground + 4)], _INK, _FINE)
        _write(pen, across, ground + 8, f"{x:g}", "mt")
    pen.line([_at(frame.left, ground), _at(frame.right, ground)], _INK, _FINE)
    _write(pen, (frame.left + frame.right) / 2, _HEIGHT - 18, x_title, "mm")


def _draw_line(pen: ImageDraw.ImageDraw, frame: _Frame, line: Line, color: str) -> None:
    points = [_at(*frame.place(x, y)) for x, y in line.points]
    if len(points) > 1:
        pen.line(points, color, 2 * _FINE, joint="curve")
    for x, y in points[-1:]:
        radius = 3 * _FINE
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), color)


def _draw_legend(pen: ImageDraw.ImageDraw, colors: dict[str, str]) -> None:
    across = float(_LEFT)
    for name, color in colors.items():
        pen.line([_at(across, 18), _at(across + 22, 18)], color, 3 * _FINE)
        _write(pen, across + 28, 18, name, "lm")
        across += 46 + pen.textlength(name, _font()) / _FINE


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from ``low`` to ``high``."""
    step = _step(low, high)
    numbers = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [round(number * step, 9) for number in numbers]


def _step(low: float, high: float) -> float:
    """1, 2 or 5 times a power of ten, at most `_MOST_TICKS` of which lie between the two."""
    least = (high - low) / _MOST_TICKS
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in _STEPS if factor * power >= least * (1 - 1e-9))


def _at(x: float, y: float) -> tuple[float, float]:
    return x * _FINE, y * _FINE


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(13 * _FINE)


def _write(pen: ImageDraw.ImageDraw, x: float, y: float, text: str, anchor: str) -> None:
    pen.text(_at(x, y), text, _INK, _font(), anchor)
