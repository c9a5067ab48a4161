"""The fronts of houses as flat textures: walls, windows, doors and shops, laid out in metres."""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.storage.street.noise import noise_patch
from unetpp_desktop.storage.street.paint import SHIFT, Color, Light, drawable, vary

_FRONTS = (
    (112, 34, 36),
    (30, 62, 54),
    (34, 44, 82),
    (40, 40, 44),
    (206, 198, 182),
    (168, 116, 48),
    (70, 36, 62),
    (64, 96, 110),
)


@dataclass(frozen=True)
class Style:
    """What the front of a house looks like; metres and RGB."""

    height: float
    wall: np.ndarray
    floors: int
    shop: bool
    modern: bool
    plain: bool  # an end wall with few windows
    seed: int


@dataclass(frozen=True)
class Sheet:
    """A texture that shows x from ``left`` and y up to ``top``, both metres, at its own scale."""

    texture: np.ndarray
    left: float
    top: float
    across: float  # pixels per metre
    down: float

    def box(self, x0: float, y0: float, x1: float, y1: float, color: Color) -> None:
        """Fills a rectangle given in metres from the lower near corner of the front."""
        corner = self._fixed(x0, y1)
        cv2.rectangle(self.texture, corner, self._fixed(x1, y0), drawable(color), -1, cv2.LINE_AA, SHIFT)

    def _fixed(self, x: float, y: float) -> tuple[int, int]:
        return int(((x - self.left) * self.across - 0.5) * 16), int(((self.top - y) * self.down - 0.5) * 16)


def paint_front(
    light: Light, style: Style, size: tuple[int, int], span: tuple[float, float], length: float, shown: float,
    sunlit_above: float, normal: tuple[float, float, float],
) -> np.ndarray:  # fmt: skip
    """A front as ``uint8 (high, wide, 3)``, ``size`` being (high, wide).

    The texture shows the front, ``length`` metres long, from ``span[0]`` to ``span[1]`` and up to
    ``shown`` metres. The sun reaches what lies above ``sunlit_above`` metres.
    """
    high, wide = size
    start, stop = span
    metres = length
    rng = np.random.default_rng(style.seed)
    lit = light.on(normal)
    top = style.height
    sheet = Sheet(_wall(rng, style, lit, high, wide), start, shown, wide / (stop - start), high / shown)
    storey = style.height / (style.floors + 0.12)
    stone = np.clip(style.wall * 1.12 + 14, 0, 235) * lit
    _add_windows(light, rng, style, sheet, (start, stop, metres), storey, stone, lit)
    sheet.box(0, top - 0.32, metres, top, stone * 0.95)
    sheet.box(0, top - 0.46, metres, top - 0.32, stone * 0.5)
    for pipe in (0.12, metres - 0.2) if rng.random() < 0.6 else ():
        sheet.box(pipe, 0, pipe + 0.1, top - 0.4, style.wall * 0.35 * lit)
    if style.shop:
        _add_shop(light, rng, sheet, lit, metres, storey)
    elif not style.plain:
        door = rng.uniform(0.1, 0.8) * metres
        sheet.box(door - 0.12, 0, door + 1.12, 2.45, stone)
        sheet.box(door, 0, door + 1, 2.15, vary(rng, _FRONTS[rng.integers(len(_FRONTS))], 0.2) * lit)
        sheet.box(0, 0, metres, 0.35, style.wall * 0.55 * lit)
    _shade(light, sheet, lit, sunlit_above)
    return sheet.texture


def _wall(rng: np.random.Generator, style: Style, lit: np.ndarray, high: int, wide: int) -> np.ndarray:
    courses = noise_patch(rng, high, wide, 8, (1.0, 3.0), 100)
    stains = noise_patch(rng, high, wide, 6, (1.6, 0.8))
    tone = 128 + (9 if style.modern else 19) * courses + 18 * stains  # 128 is the wall's own colour
    index = tone.astype(np.uint8)
    table = np.arange(256)[:, None] / 128 * (style.wall * lit)
    wall: np.ndarray = cv2.LUT(
        cv2.merge([index, index, index]), np.clip(table, 0, 255).astype(np.uint8)[None]
    )
    return wall


def _shade(light: Light, sheet: Sheet, lit: np.ndarray, sunlit_above: float) -> None:
    """The shadow of the houses across the street, and the gloom near the ground and under the eaves."""
    high = sheet.texture.shape[0]
    up = sheet.top - (np.arange(high, dtype=np.float32) + 0.5) / np.float32(sheet.down)
    sunny = np.clip((up - np.float32(sunlit_above)) * 4, 0, 1)[:, None]
    shadow = (light.ambient * 0.82 / np.maximum(lit, 1e-3)).clip(0, 1).astype(np.float32)
    factor = shadow + (1 - shadow) * sunny
    factor *= (0.84 + 0.16 * np.clip(up / 3.5, 0, 1))[:, None]
    fixed = (factor * 256).astype(np.uint16)[:, None, :]
    sheet.texture[:] = (sheet.texture * fixed) >> 8


def _add_windows(
    light: Light, rng: np.random.Generator, style: Style, sheet: Sheet, span: tuple[float, float, float],
    storey: float, stone: np.ndarray, lit: np.ndarray,
) -> None:  # fmt: skip
    start, stop, metres = span
    pitch = rng.uniform(1.5, 2.2) if style.modern else rng.uniform(1.9, 2.9)
    bays = max(1, int(metres / pitch))
    pitch = metres / bays
    pane = pitch * (rng.uniform(0.55, 0.88) if style.modern else rng.uniform(0.36, 0.52))
    sill, lintel = rng.uniform(0.22, 0.34), rng.uniform(0.78, 0.9)
    frame = np.array([222, 222, 217]) * lit if rng.random() < 0.65 else style.wall * 0.45 * lit
    glass = np.array([42, 49, 56]) * (0.45 + 0.6 * lit)
    band = rng.random() < 0.45
    fine = pane * sheet.across > 4
    chance = 0.25 if style.plain else 1.0
    for floor in range(1 if style.shop else 0, style.floors):
        base = floor * storey
        if band:
            sheet.box(0, base - 0.1, metres, base + 0.06, stone)
        for bay in range(bays):
            x = bay * pitch + (pitch - pane) / 2
            shine = rng.uniform(0.5, 1.4) if rng.random() < 0.75 else rng.uniform(1.8, 3.0)
            if rng.random() > chance or x + pane < start or x > stop:
                continue
            low, high = base + sill * storey, base + lintel * storey
            tone = np.array([255, 222, 150]) if light.dark and rng.random() < 0.12 else glass * shine
            if fine and not style.modern:
                sheet.box(x - 0.12, low - 0.14, x + pane + 0.12, low, stone)
                sheet.box(x - 0.1, high, x + pane + 0.1, high + 0.2, stone * 0.92)
            sheet.box(x, low, x + pane, high, frame)
            sheet.box(x + 0.07, low + 0.07, x + pane - 0.07, high - 0.07, tone * 0.75)
            if fine:
                sheet.box(x + 0.07, low + 0.07, x + pane - 0.07, (low + high) / 2 - 0.03, tone)
                if pane > 0.8:
                    sheet.box(x + pane / 2 - 0.03, low, x + pane / 2 + 0.03, high, frame)


def _add_shop(
    light: Light, rng: np.random.Generator, sheet: Sheet, lit: np.ndarray, metres: float, storey: float
) -> None:
    front = vary(rng, _FRONTS[rng.integers(len(_FRONTS))], 0.25)
    board = storey * 0.98
    sheet.box(0, 0, metres, board, front * 0.72 * lit)
    sheet.box(0, board - 0.75, metres, board, front * lit)
    sheet.box(0, board - 0.05, metres, board + 0.08, np.array([200, 198, 190]) * lit)
    letters = np.array([228, 222, 206]) if front.mean() < 130 else np.array([52, 44, 44])
    x = rng.uniform(0.12, 0.3) * metres
    end = x + metres * rng.uniform(0.25, 0.5)
    while x < end:
        step = rng.uniform(0.15, 0.4)
        if rng.random() < 0.82:
            low = board - rng.uniform(0.5, 0.56)
            sheet.box(x, low, x + step * 0.72, low + rng.uniform(0.22, 0.36), letters * lit)
        x += step
    panes = max(1, round(metres / rng.uniform(1.6, 2.8)))
    wide = metres / panes
    glowing = light.dark or rng.random() < 0.2
    inside = np.array([225, 195, 145.0]) if glowing else np.array([58, 62, 66]) * (0.4 + 0.6 * lit)
    for pane in range(panes):
        left, right = pane * wide + 0.1, (pane + 1) * wide - 0.1
        if rng.random() < 0.25:
            sheet.box(left, 0, right, 2.2, np.array([38, 37, 39]) * lit)
            continue
        sheet.box(left, 0.55, right, board - 0.9, inside * rng.uniform(0.5, 1.0))
        for _ in range(4):  # goods and posters, dimmed by the glass
            at = rng.uniform(left, max(left + 0.1, right - 0.4))
            low = rng.uniform(0.6, 1.2)
            goods = rng.uniform(30, 150, 3) * 0.5 + rng.uniform(20, 95)
            sheet.box(at, low, min(right, at + rng.uniform(0.15, 0.5)), low + rng.uniform(0.2, 0.9), goods)
    if rng.random() < 0.25:
        cloth = vary(rng, _FRONTS[rng.integers(len(_FRONTS))], 0.3) * lit
        for at in np.arange(0.1, metres - 0.1, 0.8):
            sheet.box(at, board - 1.5, at + 0.4, board - 0.7, cloth * 1.1)
            sheet.box(at + 0.4, board - 1.5, min(metres, at + 0.8), board - 0.7, cloth * 0.85 + 30 * lit)
