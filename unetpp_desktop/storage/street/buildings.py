"""Houses beside the street: fronts in perspective, end walls, roofs, chimneys and dormers."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.storage.street.facade import Style, paint_front
from unetpp_desktop.storage.street.paint import BUILDING, Stage, vary

_BRICKS = ((132, 94, 78), (150, 122, 96), (172, 154, 122), (104, 82, 70), (126, 104, 92), (140, 128, 108))
_PLASTERS = ((220, 217, 208), (198, 190, 174), (192, 195, 195), (160, 157, 150), (228, 226, 222))
_ROOFS = ((92, 76, 68), (82, 84, 90), (106, 82, 70), (70, 68, 68))
_SEEN_FROM_M = 1.5
_TEXTURED_FROM_PX = 6  # a narrower front shows no windows


@dataclass(frozen=True)
class House:
    """A box whose front stands at ``x`` and runs from z ``near`` to ``far``; ``outward`` is -1 or 1.

    Where a house closes the street instead (`draw_front`), ``x`` is its depth and ``near`` to
    ``far`` runs from left to right.
    """

    x: float
    outward: int
    near: float
    far: float
    depth: float
    roof: float  # height of the ridge above the eaves; 0 is a flat roof
    roof_color: np.ndarray
    style: Style
    sunlit_above: float
    corner: bool  # at a side road: the end wall is a front too
    free: bool  # no neighbour covers the end wall

    @property
    def footprint(self) -> np.ndarray:
        """``(4, 2)`` of (x, z)."""
        back = self.x + self.outward * self.depth
        return np.array([[self.x, self.near], [self.x, self.far], [back, self.far], [back, self.near]])


def choose_house(
    rng: np.random.Generator,
    x: float,
    outward: int,
    near: float,
    far: float,
    corner: bool,
    free: bool,
    sunlit_above: float,
) -> House:
    """A house for a plot."""
    modern = bool(rng.random() < 0.3)
    floors = int(rng.integers(2, 6 if modern else 4))
    walls = _BRICKS if rng.random() < 0.62 else _PLASTERS
    style = Style(
        height=floors * rng.uniform(2.8, 3.5) + rng.uniform(0.3, 1.0),
        wall=vary(rng, walls[rng.integers(len(walls))], 0.14),
        floors=floors,
        shop=bool(rng.random() < 0.42),
        modern=modern,
        plain=False,
        seed=int(rng.integers(1 << 31)),
    )
    return House(
        x=x,
        outward=outward,
        near=near,
        far=far,
        depth=rng.uniform(16, 30) if corner else rng.uniform(8, 13),
        roof=0.0 if modern or rng.random() < 0.2 else rng.uniform(1.8, 4.2),
        roof_color=vary(rng, _ROOFS[rng.integers(len(_ROOFS))], 0.12),
        style=style,
        sunlit_above=sunlit_above + rng.uniform(-0.6, 0.6),
        corner=corner,
        free=free,
    )


def draw_house(stage: Stage, house: House) -> None:
    """A house beside the street."""
    camera, top = stage.camera, house.style.height
    leaves_view = (
        abs(house.x) * camera.focal / (0.8 * camera.width)
    )  # nearer than this it is out of the image
    edge = camera.project([(house.x, 0, house.far)])[0, 0]
    if edge < -2 or edge > camera.width + 2:
        return
    near = max(house.near, _SEEN_FROM_M, min(leaves_view, house.far - 0.5))
    if house.near > 2:
        _draw_end(stage, house)
    if house.roof:
        _draw_roof(stage, house, near)
    highest = camera.eye + camera.horizon / camera.focal * house.far * 1.1
    shown = min(top, max(highest, 2.5))
    corners = camera.project(
        [(house.x, shown, near), (house.x, shown, house.far), (house.x, 0, house.far), (house.x, 0, near)]
    )
    _hang(
        stage,
        house,
        house.style,
        corners,
        shown,
        (near - house.near, house.far - house.near),
        (-house.outward, 0, 0),
    )


def draw_front(stage: Stage, house: House) -> None:
    """A house that closes the street and faces the camera."""
    left, right, z, top = house.near, house.far, house.x, house.style.height
    if house.roof:
        ridge = top + house.roof
        roof = [(left - 0.2, top, z), (right + 0.2, top, z), (right, ridge, z + 4), (left, ridge, z + 4)]
        stage.lit(roof, house.roof_color, (0, 0.7, -0.7), BUILDING)
    corners = stage.camera.project([(left, top, z), (right, top, z), (right, 0, z), (left, 0, z)])
    _hang(stage, house, house.style, corners, top, (0, right - left), (0, 0, -1))


def _hang(
    stage: Stage, house: House, style: Style, corners: np.ndarray, shown: float, part: tuple[float, float],
    normal: tuple[float, float, float],
) -> None:  # fmt: skip
    """Paints the lower ``shown`` metres of a front for its size in the image and stretches it into place."""
    width_px = abs(corners[1, 0] - corners[0, 0])
    if width_px < _TEXTURED_FROM_PX:
        stage.canvas.polygon(corners, style.wall * stage.light.on(normal) * 0.75, BUILDING)
        return
    height_px = max(corners[3, 1] - corners[0, 1], corners[2, 1] - corners[1, 1])
    size = round(float(np.clip(height_px, 6, 360))), round(float(np.clip(width_px * 1.2, 6, 360)))
    texture = paint_front(stage.light, style, size, part, part[1], shown, house.sunlit_above, normal)
    stage.canvas.warp(texture, corners, BUILDING)


def _draw_end(stage: Stage, house: House) -> None:
    """The wall towards the camera: a front where a side road runs along it, else nearly blank."""
    z, top = house.near, house.style.height
    back = house.x + house.outward * house.depth
    normal = (0.0, 0.0, -1.0)
    if house.roof:
        middle = (house.x + back) / 2
        gable = [(house.x, top, z), (back, top, z), (middle, top + house.roof, z)]
        stage.lit(gable, house.style.wall * 0.86, normal, BUILDING)
    ring = [(house.x, top, z), (back, top, z), (back, 0, z), (house.x, 0, z)]
    if not house.free:  # at most a strip above the neighbour's roof is seen
        stage.lit(ring, house.style.wall * 0.9, normal, BUILDING)
        return
    corners = stage.camera.project(ring)
    style = Style(
        top,
        house.style.wall,
        house.style.floors,
        False,
        house.style.modern,
        not house.corner,
        house.style.seed + 1,
    )
    _hang(stage, house, style, corners, top, (0, house.depth), normal)


def _draw_roof(stage: Stage, house: House, near: float) -> None:
    top, ridge = house.style.height, house.style.height + house.roof
    middle = house.x + house.outward * house.depth / 2
    eaves = house.x - house.outward * 0.3
    slope = np.hypot(house.roof, house.depth / 2)
    normal = np.array([-house.outward * house.roof, house.depth / 2, 0]) / slope
    ring = [(eaves, top, near), (eaves, top, house.far), (middle, ridge, house.far), (middle, ridge, near)]
    stage.lit(ring, house.roof_color, normal, BUILDING)
    for row in np.linspace(0.15, 0.9, 6):  # courses of tiles
        x, y = eaves + (middle - eaves) * row, top + house.roof * row
        x2, y2 = eaves + (middle - eaves) * (row + 0.05), top + house.roof * (row + 0.05)
        band = [(x, y, near), (x, y, house.far), (x2, y2, house.far), (x2, y2, near)]
        stage.lit(band, house.roof_color * stage.rng.uniform(0.85, 1.12), normal, BUILDING)
    for at in (house.near + 0.8, house.far - 0.8):
        if at > 4 and stage.rng.random() < 0.7:
            _draw_chimney(stage, house, middle, ridge, at)
    if house.far - house.near > 7 and house.near > 4 and stage.rng.random() < 0.4:
        _draw_dormer(stage, house, eaves, (house.near + house.far) / 2)


def _draw_chimney(stage: Stage, house: House, x: float, ridge: float, z: float) -> None:
    half, low, top = 0.5, ridge - 0.8, ridge + 1.2
    street = x - house.outward * half
    side = [(street, low, z), (street, top, z), (street, top, z + 1.2), (street, low, z + 1.2)]
    stage.lit(side, house.style.wall * 0.85, (-house.outward, 0, 0), BUILDING)
    front = [(x - half, low, z), (x - half, top, z), (x + half, top, z), (x + half, low, z)]
    stage.lit(front, house.style.wall * 0.8, (0, 0, -1), BUILDING)
    for pot in (-0.25, 0.25):
        left, right = x + pot - 0.1, x + pot + 0.1
        clay = [(left, top, z), (left, top + 0.4, z), (right, top + 0.4, z), (right, top, z)]
        stage.lit(clay, (140, 98, 78), (0, 0, -1), BUILDING)


def _draw_dormer(stage: Stage, house: House, eaves: float, z: float) -> None:
    x = eaves + house.outward * 0.9
    low, top = house.style.height + 0.3, house.style.height + 1.7
    back = x + house.outward * 1.5
    stage.lit(
        [(x, low, z), (x, top, z), (back, top, z), (back, low, z)], house.roof_color, (0, 0, -1), BUILDING
    )
    normal = (-house.outward, 0, 0)
    for inset, color in ((0.0, (215, 214, 208)), (0.25, (48, 54, 60))):
        near, far, bottom, upper = z + inset, z + 1.6 - inset, low + inset * 0.7, top - inset * 0.7
        stage.lit(
            [(x, bottom, near), (x, upper, near), (x, upper, far), (x, bottom, far)], color, normal, BUILDING
        )
