"""The curves as a picture; drawn by hand, as two axes need no plotting library."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from unetpp_desktop.core.errors import WriteError
from unetpp_desktop.tasks.effort.curves import Curve
from unetpp_desktop.tasks.effort.modes import Outcome

_FINE = 2  # drawn so many times larger, then made smaller: lines without steps
_WIDTH, _HEIGHT = 880, 380
_TOP, _BOTTOM, _LEFT, _GAP, _RIGHT = 56, 52, 56, 64, 20
_INK, _FAINT, _PAPER = "#26292e", "#dfe2e6", "#ffffff"
# Colours that people with a colour vision deficiency tell apart (Okabe & Ito, 2008).
_COLORS = ("#999999", "#e69f00", "#0072b2", "#009e73", "#cc79a7")
_MOST_TICKS = 6
_STEPS = (1, 2, 5)


def write_plot(outcomes: Mapping[str, Outcome], file: Path) -> None:
    """Pixel accuracy and mIoU against simulated minutes, as PNG. Raises `WriteError`."""
    picture = Image.new("RGB", (_WIDTH * _FINE, _HEIGHT * _FINE), _PAPER)
    pen = ImageDraw.Draw(picture)
    longest = max(outcome.curve.seconds[-1] for outcome in outcomes.values()) / 60 or 1.0
    width = (_WIDTH - _LEFT - _GAP - _RIGHT) // 2
    for place, title in enumerate(("Pixel accuracy, %", "mIoU, %")):
        left = _LEFT + place * (width + _GAP)
        _draw_axes(pen, left, left + width, longest, title)
        for color, outcome in zip(_COLORS, outcomes.values(), strict=False):
            curve = outcome.curve.thinned()
            figures = curve.miou if place else curve.pixel_accuracy
            _draw_curve(pen, curve, figures, (left, left + width), longest, color)
    across = float(_LEFT)
    for color, name in zip(_COLORS, outcomes, strict=False):
        pen.line([_at(across, 18), _at(across + 22, 18)], color, 3 * _FINE)
        _write(pen, across + 28, 18, name, "lm")
        across += 46 + pen.textlength(name, _font()) / _FINE
    try:
        picture.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    except (OSError, ValueError) as error:
        raise WriteError(f"{file} cannot be written: {error}. Choose another file.") from error


def _draw_axes(pen: ImageDraw.ImageDraw, left: float, right: float, longest: float, title: str) -> None:
    _write(pen, left, _TOP - 14, title, "lm")
    for percent in range(0, 101, 20):
        y = _height_of(percent / 100)
        pen.line([_at(left, y), _at(right, y)], _FAINT, _FINE)
        _write(pen, left - 8, y, str(percent), "rm")
    for minutes in _ticks(longest):
        x = left + (right - left) * minutes / longest
        pen.line([_at(x, _height_of(0)), _at(x, _height_of(0) + 4)], _INK, _FINE)
        _write(pen, x, _height_of(0) + 8, f"{minutes:g}", "mt")
    pen.line([_at(left, _height_of(0)), _at(right, _height_of(0))], _INK, _FINE)
    _write(pen, (left + right) / 2, _HEIGHT - 18, "simulated minutes", "mm")


def _draw_curve(
    pen: ImageDraw.ImageDraw,
    curve: Curve,
    figures: tuple[float, ...],
    sides: tuple[float, float],
    longest: float,
    color: str,
) -> None:
    left, right = sides
    points = [
        _at(left + (right - left) * seconds / 60 / longest, _height_of(figure))
        for seconds, figure in zip(curve.seconds, figures, strict=True)
    ]
    if len(points) > 1:
        pen.line(points, color, 2 * _FINE, joint="curve")
    x, y = points[-1]
    radius = 3 * _FINE
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), color)


def _ticks(longest: float) -> list[float]:
    """Round numbers from 0 to at most ``longest``."""
    step, power = 1.0, 1.0
    while longest / step > _MOST_TICKS:
        at = _STEPS.index(round(step / power))
        power *= 10 if at == len(_STEPS) - 1 else 1
        step = _STEPS[(at + 1) % len(_STEPS)] * power
    return [step * number for number in range(int(longest / step) + 1)]


def _height_of(figure: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * figure


def _at(x: float, y: float) -> tuple[float, float]:
    return x * _FINE, y * _FINE


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(13 * _FINE)


def _write(pen: ImageDraw.ImageDraw, x: float, y: float, text: str, anchor: str) -> None:
    pen.text(_at(x, y), text, _INK, _font(), anchor)
