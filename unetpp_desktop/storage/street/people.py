"""Pedestrians and cyclists: jointed figures that face, follow or pass the camera."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.storage.street.paint import BICYCLIST, PEDESTRIAN, Color, Points, Stage, bar, disc, vary

_COATS = (
    (34, 36, 44),
    (60, 62, 70),
    (110, 30, 34),
    (40, 60, 100),
    (150, 140, 120),
    (70, 84, 60),
    (190, 190, 186),
)
_TROUSERS = ((30, 34, 48), (44, 44, 46), (60, 76, 110), (100, 92, 78))
_SKINS = ((222, 178, 150), (196, 148, 118), (140, 98, 74), (96, 66, 50))
_HAIRS = ((40, 30, 24), (90, 64, 40), (150, 120, 80), (120, 116, 112))

_FRAME = (
    ((-0.52, 0.34), (-0.05, 0.3)),
    ((-0.05, 0.3), (-0.2, 0.85)),
    ((-0.05, 0.3), (0.38, 0.8)),
    ((-0.18, 0.78), (0.38, 0.8)),
    ((-0.52, 0.34), (-0.18, 0.78)),
    ((0.52, 0.34), (0.38, 0.95)),
)


def draw_pedestrian(stage: Stage, x: float, z: float) -> None:
    """A person who walks or stands at (x, z)."""
    rng = stage.rng
    tall = rng.uniform(1.5, 1.85)
    light = stage.light.on((0, 0, -1))
    outfit = _Outfit(
        coat=vary(rng, _COATS[rng.integers(len(_COATS))], 0.25) * light,
        trousers=vary(rng, _TROUSERS[rng.integers(len(_TROUSERS))], 0.2) * light,
        skin=np.array(_SKINS[rng.integers(len(_SKINS))]) * light,
        head=np.array(_HAIRS[rng.integers(len(_HAIRS))]) * light,
    )
    coat, trousers, skin = outfit.coat, outfit.trousers, outfit.skin
    side = rng.random() < 0.45  # seen from the side: a long stride; else narrow
    stride = rng.uniform(0.05, 0.34) * (1.0 if side else 0.4)
    facing = 1 if rng.random() < 0.5 else -1
    hip, shoulder = tall * 0.5, tall * 0.82
    wide = 0.3 if side else 0.42
    for step, shade in ((stride, 0.75), (-stride, 1.0)):
        knee = (step * 0.55 + 0.05 * facing * side, hip * 0.52)
        stage.upright(
            x, z, bar((0.06 * np.sign(step), hip + 0.06), knee, 0.2, 0.15), trousers * shade, PEDESTRIAN
        )
        stage.upright(x, z, bar(knee, (step, 0.06), 0.15, 0.1), trousers * shade, PEDESTRIAN)
        stage.upright(x, z, disc(step + 0.05 * facing * side, 0.05, 0.12, 0.06, 8), (26, 24, 24), PEDESTRIAN)
    swing = -stride * 0.8
    long_coat = hip - (0.3 if rng.random() < 0.3 else 0.02)
    arms = ((-1, swing, 0.8), (1, -swing, 1.0))
    for sign, move, shade in arms:
        top = (sign * wide * (0.12 if side else 0.5), shoulder - 0.04)
        hand = (top[0] + (move if side else sign * 0.06), hip - 0.02)
        stage.upright(x, z, bar(top, hand, 0.14, 0.1), coat * shade * 0.85, PEDESTRIAN)
        stage.upright(x, z, disc(*hand, 0.05, 0.06, 8), skin * shade, PEDESTRIAN)
    half = [
        (wide * 0.36, long_coat),
        (wide * 0.4, hip + 0.25),
        (wide * 0.5, shoulder - 0.06),
        (wide * 0.28, shoulder + 0.03),
    ]
    torso = np.array(half + [(-across, up) for across, up in half[::-1]])
    stage.upright(x, z, torso, coat, PEDESTRIAN)
    dim = torso.copy()
    dim[:, 0] = np.minimum(dim[:, 0], -0.02) if stage.light.sun[0] > 0 else np.maximum(dim[:, 0], 0.02)
    stage.upright(x, z, dim, coat * (1 - 0.3 * stage.light.strength - 0.08), PEDESTRIAN)
    if rng.random() < 0.4:
        bag = vary(rng, (90, 70, 60), 0.4) * light
        stage.upright(x, z, disc(wide * 0.55 * facing, hip + 0.05, 0.13, 0.18, 8), bag, PEDESTRIAN)
    _draw_head(stage, x, z, shoulder, outfit, facing if side else 0, PEDESTRIAN)


def _draw_head(
    stage: Stage, x: float, z: float, shoulder: float, outfit: "_Outfit", facing: int, label: int
) -> None:
    """``facing`` is -1 or 1 in profile, 0 towards the camera or away from it."""
    middle = shoulder + 0.19
    stage.upright(x, z, bar((0, shoulder - 0.02), (0, middle), 0.12, 0.1), outfit.skin * 0.8, label)
    stage.upright(x, z, disc(0, middle, 0.088, 0.125), outfit.skin, label)
    away = facing == 0 and stage.rng.random() < 0.5
    hair = disc(-0.03 * facing, middle + (0.02 if away else 0.06), 0.095, 0.12 if away else 0.08)
    stage.upright(x, z, hair, outfit.head, label)


def draw_cyclist(stage: Stage, x: float, z: float, across: bool) -> None:
    """A person on a bicycle; ``across`` is seen from the side, else from behind or in front."""
    rng = stage.rng
    light = stage.light.on((0, 0, -1))
    bright = ((200, 215, 70), (215, 120, 50), (180, 44, 46))
    outfit = _Outfit(
        coat=vary(rng, bright[rng.integers(3)] if rng.random() < 0.3 else _COATS[rng.integers(7)], 0.2)
        * light,
        trousers=vary(rng, _TROUSERS[rng.integers(4)], 0.2) * light,
        skin=np.array(_SKINS[rng.integers(4)]) * light,
        head=vary(rng, (190, 190, 195) if rng.random() < 0.4 else _HAIRS[rng.integers(4)], 0.2) * light,
    )
    if across:
        _draw_from_side(stage, x, z, outfit)
    else:
        _draw_from_end(stage, x, z, outfit)


def _draw_from_end(stage: Stage, x: float, z: float, outfit: "_Outfit") -> None:
    def put(points: Points, color: Color) -> None:
        stage.upright(x, z, points, color, BICYCLIST)

    coat, trousers = outfit.coat, outfit.trousers
    put(disc(0, 0.34, 0.05, 0.34), (24, 24, 26))
    put(bar((0, 0.6), (0, 0.95), 0.05, 0.05), (40, 40, 44))
    put(disc(0, 0.62, 0.045, 0.05, 8), (190, 30, 28))
    pedal = stage.rng.uniform(-0.13, 0.13)
    for sign in (-1, 1):
        knee = (sign * 0.17, 0.62 + sign * pedal)
        put(bar((sign * 0.1, 0.98), knee, 0.2, 0.16), trousers)
        put(bar(knee, (sign * 0.13, 0.26 + sign * pedal), 0.15, 0.1), trousers * 0.85)
        put(disc(sign * 0.13, 0.23 + sign * pedal, 0.06, 0.07, 8), (26, 24, 24))
        put(bar((sign * 0.2, 1.38), (sign * 0.3, 1.15), 0.14, 0.11), coat * 0.85)
        put(bar((sign * 0.3, 1.15), (sign * 0.24, 1.0), 0.1, 0.08), coat * 0.8)
    put(bar((-0.3, 1.0), (0.3, 1.0), 0.04, 0.04), (50, 50, 54))
    put(disc(0, 0.97, 0.2, 0.14), trousers * 0.9)
    put([(-0.16, 0.98), (0.16, 0.98), (0.23, 1.36), (0.14, 1.46), (-0.14, 1.46), (-0.23, 1.36)], coat)
    put([(0.02, 0.98), (0.16, 0.98), (0.23, 1.36), (0.14, 1.46), (0.02, 1.46)], coat * 0.82)
    _draw_head(stage, x, z, 1.43, outfit, 0, BICYCLIST)


def _draw_from_side(stage: Stage, x: float, z: float, outfit: "_Outfit") -> None:
    facing = 1 if stage.rng.random() < 0.5 else -1

    def put(points: Points, color: Color) -> None:
        stage.upright(x, z, np.asarray(points) * [facing, 1], color, BICYCLIST)

    coat, trousers = outfit.coat, outfit.trousers
    for wheel in (-0.52, 0.52):
        _draw_wheel(stage, x + wheel * facing, z)
    paint = vary(stage.rng, (110, 60, 64), 0.5)
    for start, end in _FRAME:
        put(bar(start, end, 0.05, 0.05), paint)
    turn = stage.rng.uniform(0, np.pi)
    for phase, shade in ((turn + np.pi, 0.7), (turn, 1.0)):
        foot = -0.05 + 0.16 * np.cos(phase), 0.3 + 0.16 * np.sin(phase)
        knee = (foot[0] - 0.2) / 2 + 0.24, (foot[1] + 0.95) / 2 + 0.04
        put(bar((-0.2, 0.95), knee, 0.2, 0.15), trousers * shade)
        put(bar(knee, foot, 0.14, 0.1), trousers * shade)
        put(disc(foot[0] + 0.05, foot[1] - 0.03, 0.12, 0.05, 8), (26, 24, 24))
    put(bar((0.38, 0.98), (0.46, 1.02), 0.06, 0.06), (40, 40, 42))
    put(bar((-0.22, 0.92), (0.14, 1.4), 0.3, 0.26), coat)
    put(bar((0.1, 1.36), (0.42, 1.02), 0.13, 0.09), coat * 0.82)
    put(disc(0.2, 1.58, 0.1, 0.13), outfit.skin)
    put(disc(0.18, 1.64, 0.12, 0.09), outfit.head)


def _draw_wheel(stage: Stage, x: float, z: float) -> None:
    rings = []
    for radius in (0.34, 0.29):
        ring = disc(x, 0.34, radius, radius, 20)
        rings.append(stage.camera.project(np.column_stack([ring, np.full(len(ring), z)])))
    stage.canvas.polygons(rings, (24, 24, 26), BICYCLIST)
    for spoke in np.linspace(0, np.pi, 4, endpoint=False):
        across, up = 0.3 * np.cos(spoke), 0.3 * np.sin(spoke)
        ends = bar((-across, 0.34 - up), (across, 0.34 + up), 0.02, 0.02)
        stage.upright(x, z, ends, (70, 70, 74), BICYCLIST)


@dataclass(frozen=True)
class _Outfit:
    """Ready colours, float64 (3,)."""

    coat: np.ndarray
    trousers: np.ndarray
    skin: np.ndarray
    head: np.ndarray
