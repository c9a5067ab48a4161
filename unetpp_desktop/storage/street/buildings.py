"""Houses: facades as textures, drawn flat in metres and stretched into perspective."""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.storage.street.paint import BUILDING, Stage, noise_patch, vary

_BRICKS = ((150, 92, 70), (168, 120, 84), (186, 160, 118), (120, 84, 66), (142, 104, 88))
_PLASTERS = ((225, 220, 208), (208, 196, 172), (196, 200, 200), (170, 165, 158), (232, 228, 222))
_FRONTS = (
    (140, 26, 30),
    (22, 66, 52),
    (24, 40, 92),
    (38, 38, 42),
    (214, 205, 185),
    (196, 120, 24),
    (70, 24, 60),
)
_ROOFS = ((98, 74, 64), (82, 84, 92), (120, 82, 66), (70, 68, 68))


@dataclass(frozen=True)
class House:
    """A box beside the street: the facade stands at x from ``near`` to ``far``; ``outward`` is -1 or 1."""

    x: float
    outward: int
    near: float
    far: float
    height: float
    depth: float
    roof: float  # height of the ridge above the eaves; 0 is a flat roof
    wall: np.ndarray
    roof_color: np.ndarray
    floors: int
    shop: bool
    modern: bool
    seed: int

    @property
    def footprint(self) -> np.ndarray:
        back = self.x + self.outward * self.depth
        return np.array([[self.x, self.near], [self.x, self.far], [back, self.far], [back, self.near]])


def choose_house(rng: np.random.Generator, x: float, outward: int, near: float, far: float) -> House:
    """A house for a plot."""
    modern = bool(rng.random() < 0.3)
    floors = int(rng.integers(2, 6 if modern else 4))
    wall = _BRICKS[rng.integers(len(_BRICKS))] if rng.random() < 0.6 else _PLASTERS[rng.integers(5)]
    return House(
        x=x,
        outward=outward,
        near=near,
        far=far,
        height=floors * rng.uniform(2.8, 3.5) + rng.uniform(0.3, 1.0),
        depth=rng.uniform(8, 13),
        roof=0.0 if modern else rng.uniform(1.8, 4.0) * (rng.random() < 0.8),
        wall=vary(rng, wall, 0.14),
        roof_color=vary(rng, _ROOFS[rng.integers(len(_ROOFS))], 0.12),
        floors=floors,
        shop=bool(rng.random() < 0.45),
        modern=modern,
        seed=int(rng.integers(1 << 31)),
    )


def draw_house(stage: Stage, house: House) -> None:
    """The end wall, the roof and the facade of one house."""
    back = house.x + house.outward * house.depth
    top, ridge = house.height, house.height + house.roof
    middle = (house.x + back) / 2
    near = max(house.near, 1.5)
    if house.near > 2:
        _draw_end_wall(stage, house, back)
    if house.roof:
        normal = np.array([-house.outward * house.roof, house.depth / 2, 0]) / np.hypot(
            house.roof, house.depth / 2
        )
        eaves = [(house.x - house.outward * 0.3, top, near), (house.x - house.outward * 0.3, top, house.far)]
        stage.lit(
            [*eaves, (middle, ridge, house.far), (middle, ridge, near)], house.roof_color, normal, BUILDING
        )
        for at in (house.near + 0.8, house.far - 0.8):
            if at > 4:
                _draw_chimney(stage, house, middle, ridge, at)
    corners = stage.camera.project(
        [(house.x, top, near), (house.x, top, house.far), (house.x, 0, house.far), (house.x, 0, near)]
    )
    wide = float(np.clip(abs(corners[1, 0] - corners[0, 0]) * 1.3, 6, 300))
    high = float(np.clip(corners[3, 1] - corners[0, 1], 6, 300))
    texture = _facade(stage, house, round(wide), round(high), house.far - near, (-house.outward, 0, 0))
    stage.canvas.warp(texture, corners, BUILDING)


def draw_front(stage: Stage, house: House) -> None:
    """A house that closes the street: its facade, ``near`` to ``far`` along x here, faces the camera at z ``x``."""
    left, right, z, top = house.near, house.far, house.x, house.height
    if house.roof:
        stage.lit(
            [
                (left, top, z),
                (right, top, z),
                (right - 1, top + house.roof, z + 4),
                (left + 1, top + house.roof, z + 4),
            ],
            house.roof_color,
            (0, 0.7, -0.7),
            BUILDING,
        )
    corners = stage.camera.project([(left, top, z), (right, top, z), (right, 0, z), (left, 0, z)])
    wide = round(float(np.clip(corners[1, 0] - corners[0, 0], 6, 320)))
    high = round(float(np.clip(corners[3, 1] - corners[0, 1], 6, 300)))
    stage.canvas.warp(_facade(stage, house, wide, high, right - left, (0, 0, -1)), corners, BUILDING)


def _draw_end_wall(stage: Stage, house: House, back: float) -> None:
    z, top = house.near, house.height
    corners = stage.camera.project([(house.x, top, z), (back, top, z), (back, 0, z), (house.x, 0, z)])
    color = house.wall * stage.light.on((0, 0, -1)) * 0.95
    high = int(np.clip(corners[3, 1] - corners[0, 1], 4, 200))
    wide = int(np.clip(abs(corners[1, 0] - corners[0, 0]), 4, 200))
    if house.roof:
        middle = (house.x + back) / 2
        stage.face([(house.x, top, z), (back, top, z), (middle, top + house.roof, z)], color, BUILDING)
    speckle = 1 + 0.16 * noise_patch(stage.rng, high, wide, 8, 1.0)
    texture = np.clip(color * speckle[:, :, None], 0, 255).astype(np.uint8)
    stage.canvas.warp(texture, corners, BUILDING)


def _draw_chimney(stage: Stage, house: House, x: float, ridge: float, z: float) -> None:
    half, top = 0.5, ridge + 1.2
    stage.lit(
        [(x - half, ridge - 0.8, z), (x - half, top, z), (x + half, top, z), (x + half, ridge - 0.8, z)],
        house.wall * 0.85,
        (0, 0, -1),
        BUILDING,
    )
    for pot in (-0.25, 0.25):
        stage.lit(
            [
                (x + pot - 0.1, top, z),
                (x + pot - 0.1, top + 0.4, z),
                (x + pot + 0.1, top + 0.4, z),
                (x + pot + 0.1, top, z),
            ],
            (150, 95, 70),
            (0, 0, -1),
            BUILDING,
        )


def _facade(
    stage: Stage, house: House, wide: int, high: int, metres: float, normal: tuple[float, float, float]
) -> np.ndarray:
    """The front of a house, ``uint8 (high, wide, 3)``; the near end is to the left."""
    rng = np.random.default_rng(house.seed)
    across, down = wide / metres, high / house.height
    lit = stage.light.on(normal)
    speckle = 1 + 0.2 * noise_patch(rng, high, wide, 8, 1.0) + 0.18 * noise_patch(rng, high, wide, 4, 1.5)
    texture = np.clip(house.wall * lit * speckle[:, :, None], 0, 255).astype(np.uint8)

    def box(x0: float, y0: float, x1: float, y1: float, color: np.ndarray) -> None:
        """A rectangle in metres from the near lower corner of the facade."""
        corner = round(x0 * across * 16 - 8), round((house.height - y1) * down * 16 - 8)
        other = round(x1 * across * 16 - 8), round((house.height - y0) * down * 16 - 8)
        ring = np.array([corner, (other[0], corner[1]), other, (corner[0], other[1])], np.int32)
        tone = tuple(min(255, max(0, int(channel))) for channel in color)
        cv2.fillPoly(texture, [ring], tone, cv2.LINE_AA, 4)

    storey = house.height / (house.floors + 0.15)
    pitch = rng.uniform(1.4, 2.0) if house.modern else rng.uniform(1.8, 2.8)
    bays = max(1, int(metres / pitch))
    pitch = metres / bays
    pane = pitch * (rng.uniform(0.55, 0.85) if house.modern else rng.uniform(0.38, 0.55))
    sill, lintel = rng.uniform(0.22, 0.34), rng.uniform(0.78, 0.9)
    frame = np.array([225, 225, 220]) * lit if rng.random() < 0.7 else house.wall * 0.5 * lit
    stone = np.clip(house.wall * 1.15 + 18, 0, 245) * lit
    glass = np.array([46, 54, 62]) * (0.5 + 0.6 * lit)
    band = bool(rng.random() < 0.5)
    for floor in range(1 if house.shop else 0, house.floors):
        base = floor * storey
        if band:
            box(0, base - 0.12, metres, base + 0.06, stone)
        for bay in range(bays):
            x = bay * pitch + (pitch - pane) / 2
            low, high_edge = base + sill * storey, base + lintel * storey
            shine = rng.uniform(0.6, 1.5) if rng.random() < 0.75 else rng.uniform(1.8, 3.2)
            tone = glass * shine
            if stage.light.dark and rng.random() < 0.12:
                tone = np.array([255, 225, 150.0])
            if not house.modern:
                box(x - 0.12, low - 0.14, x + pane + 0.12, low, stone)
                box(x - 0.1, high_edge, x + pane + 0.1, high_edge + 0.2, stone * 0.92)
            box(x, low, x + pane, high_edge, frame)
            box(x + 0.07, low + 0.07, x + pane - 0.07, high_edge - 0.07, tone * 0.8)
            box(x + 0.07, low + 0.07, x + pane - 0.07, (low + high_edge) / 2 - 0.03, tone)
            if pane > 0.9:
                box(x + pane / 2 - 0.03, low, x + pane / 2 + 0.03, high_edge, frame)
    box(0, house.height - 0.3, metres, house.height, stone * 0.95)
    box(0, house.height - 0.42, metres, house.height - 0.3, stone * 0.55)
    if house.shop:
        _draw_shop(stage, rng, box, lit, metres, storey)
    else:
        door = rng.uniform(0.1, 0.8) * metres
        box(door - 0.12, 0, door + 1.12, 2.35, stone)
        box(door, 0, door + 1, 2.2, vary(rng, _FRONTS[rng.integers(len(_FRONTS))], 0.2) * lit)
        box(0, 0, metres, 0.35, house.wall * 0.6 * lit)
    return texture


def _draw_shop(stage, rng, box, lit, metres, storey):  # type: ignore[no-untyped-def]
    front = vary(rng, _FRONTS[rng.integers(len(_FRONTS))], 0.25)
    board = storey * 0.98
    box(0, 0, metres, board, front * 0.75 * lit)
    box(0, board - 0.75, metres, board, front * lit)
    letters = np.array([235, 230, 215]) if front.mean() < 140 else np.array([50, 40, 40])
    x = rng.uniform(0.15, 0.3) * metres
    while x < metres * 0.75:
        step = rng.uniform(0.15, 0.4)
        if rng.random() < 0.82:
            box(x, board - 0.55, x + step * 0.75, board - 0.55 + rng.uniform(0.25, 0.4), letters * lit)
        x += step
    panes = max(1, round(metres / rng.uniform(1.6, 2.8)))
    wide = metres / panes
    lamp = np.array([235, 205, 150.0]) if stage.light.dark or rng.random() < 0.3 else np.array([70, 74, 78.0])
    for pane in range(panes):
        left, right = pane * wide + 0.1, (pane + 1) * wide - 0.1
        if rng.random() < 0.25:
            box(left, 0, right, 2.2, np.array([40, 38, 40]) * lit)
            continue
        box(left, 0.55, right, board - 0.9, lamp * rng.uniform(0.5, 1.0))
        for _ in range(3):
            at = rng.uniform(left, max(left + 0.1, right - 0.5))
            box(
                at,
                0.6,
                min(right, at + rng.uniform(0.2, 0.7)),
                rng.uniform(0.9, 1.6),
                rng.uniform(30, 220, 3),
            )
