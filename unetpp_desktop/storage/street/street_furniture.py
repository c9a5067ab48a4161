"""Lamp posts, traffic lights, signs, bollards, railings and garden walls."""

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.street.paint import FENCE, POLE, SIGN, Stage, disc, vary


def draw_pole(stage: Stage, x: float, z: float, height: float, thick: float, color: np.ndarray) -> None:
    """A round post: a light and a dark half; never thinner than a pixel, so that it is seen."""
    pixel = 1 / stage.camera.scale(z)
    half = max(thick - pixel, 0.5 * pixel) / 2  # the brush adds half a pixel on either side
    stage.upright(x, z, [(-half, 0), (-half * 0.8, height), (half * 0.8, height), (half, 0)], color, POLE)
    sunny = 1 if stage.light.sun[0] > 0 else -1
    stage.upright(
        x, z, [(0, 0), (0, height), (-sunny * half * 0.8, height), (-sunny * half, 0)], color * 0.68, POLE
    )


def draw_lamp_post(stage: Stage, x: float, z: float, toward_road: int) -> None:
    """A street light whose arm reaches over the road."""
    rng = stage.rng
    height, reach = rng.uniform(6.5, 9.5), rng.uniform(0.8, 2.0) * toward_road
    color = vary(rng, (128, 132, 132), 0.2) * stage.light.on((0, 0, -1))
    draw_pole(stage, x, z, height, 0.15, color)
    thin = max(0.08, 1.2 / stage.camera.scale(z))
    stage.upright(x, z, bar_of(0, height, reach, height + 0.35, thin), color, POLE)
    lamp = np.array([255, 240, 200]) if stage.light.dark else color * 1.15
    stage.upright(x, z, disc(reach + 0.3 * toward_road, height + 0.36, 0.42, 0.12, 10), lamp, POLE)


def bar_of(x0: float, y0: float, x1: float, y1: float, thick: float) -> np.ndarray:
    """A nearly level arm of even thickness, ``(4, 2)``."""
    return np.array([(x0, y0), (x1, y1), (x1, y1 + thick), (x0, y0 + thick)])


def draw_traffic_light(stage: Stage, x: float, z: float) -> None:
    """A signal head on its post; the head is a SignSymbol."""
    rng = stage.rng
    dark = np.array([44, 46, 48]) * stage.light.on((0, 0, -1))
    draw_pole(stage, x, z, 2.6, 0.14, dark * 1.4)
    stage.upright(x, z, [(-0.24, 2.2), (0.24, 2.2), (0.24, 3.3), (-0.24, 3.3)], dark * 0.7, SIGN)
    on = int(rng.integers(3))
    lamps = ((255, 50, 40), (255, 180, 40), (60, 255, 150))
    for index, lamp in enumerate(lamps):
        color = np.array(lamp) if index == on else np.array(lamp) * 0.16
        stage.upright(x, z, disc(0, 3.1 - 0.34 * index, 0.12, 0.12, 10), color, SIGN)


def draw_sign(stage: Stage, x: float, z: float) -> None:
    """A post with one of the usual plates."""
    rng = stage.rng
    lit = stage.light.on((0, 0, -1))
    gray = vary(rng, (130, 132, 132), 0.15) * lit
    high = rng.uniform(2.1, 2.9)
    draw_pole(stage, x, z, high + 0.3, 0.09, gray)
    kind = rng.integers(5)
    red, white, blue = (
        np.array([190, 30, 34]) * lit,
        np.array([235, 235, 230]) * lit,
        np.array([30, 70, 160]) * lit,
    )
    black = np.array([20, 20, 20.0])

    def put(points: np.ndarray | list[tuple[float, float]], color: np.ndarray) -> None:
        stage.upright(x, z, points, color, SIGN)

    if kind == 0:
        put(disc(0, high, 0.38, 0.38, 18), red)
        put(disc(0, high, 0.28, 0.28, 18), white)
        put([(-0.12, high - 0.13), (-0.04, high - 0.13), (-0.04, high + 0.13), (-0.12, high + 0.13)], black)
        put([(0.04, high - 0.13), (0.12, high - 0.13), (0.12, high + 0.13), (0.04, high + 0.13)], black)
    elif kind == 1:
        put([(-0.45, high - 0.35), (0.45, high - 0.35), (0, high + 0.42)], red)
        put([(-0.3, high - 0.27), (0.3, high - 0.27), (0, high + 0.25)], white)
        put([(-0.04, high - 0.2), (0.04, high - 0.2), (0.04, high + 0.08), (-0.04, high + 0.08)], black)
    elif kind == 2:
        put(disc(0, high, 0.38, 0.38, 18), blue)
        put([(-0.06, high - 0.22), (0.06, high - 0.22), (0.06, high + 0.05), (-0.06, high + 0.05)], white)
        put([(-0.2, high), (0.2, high), (0, high + 0.25)], white)
    else:
        tone = (blue, np.array([20, 92, 60]) * lit, white)[int(rng.integers(3))]
        ink = white if tone is not white else black
        wide, tall = rng.uniform(0.25, 0.7), rng.uniform(0.25, 0.5)
        put([(-wide, high - tall), (wide, high - tall), (wide, high + tall), (-wide, high + tall)], tone)
        for row in np.arange(high - tall + 0.15, high + tall - 0.12, 0.24):
            end = rng.uniform(0, 0.8) * wide
            put([(-wide * 0.8, row), (end, row), (end, row + 0.1), (-wide * 0.8, row + 0.1)], ink)


def draw_bollard(stage: Stage, x: float, z: float) -> None:
    """A knee-high post; CamVid counts it as a pole."""
    color = vary(stage.rng, (50, 50, 54) if stage.rng.random() < 0.7 else (140, 40, 40), 0.2)
    draw_pole(stage, x, z, 1.0, 0.16, color * stage.light.on((0, 0, -1)))


def draw_bin(stage: Stage, x: float, z: float) -> None:
    """A litter bin or a cable box: no class of CamVid's eleven, therefore void."""
    rng = stage.rng
    color = vary(
        rng, ((40, 46, 44), (60, 84, 64), (112, 106, 70))[int(rng.integers(3))], 0.2
    ) * stage.light.on((0, 0, -1))
    half, tall = rng.uniform(0.22, 0.45), rng.uniform(0.8, 1.3)
    sunny = 1 if stage.light.sun[0] > 0 else -1
    stage.upright(x, z, [(-half, 0), (half, 0), (half, tall), (-half, tall)], color, VOID)
    stage.upright(x, z, [(-sunny * half, 0), (0, 0), (0, tall), (-sunny * half, tall)], color * 0.78, VOID)
    lid = [(-half * 1.08, tall), (half * 1.08, tall), (half * 0.9, tall + 0.12), (-half * 0.9, tall + 0.12)]
    stage.upright(x, z, lid, color * 1.25, VOID)
    slot = [
        (-half * 0.6, tall * 0.72),
        (half * 0.6, tall * 0.72),
        (half * 0.6, tall * 0.86),
        (-half * 0.6, tall * 0.86),
    ]
    stage.upright(x, z, slot, color * 0.35, VOID)


def draw_railing(stage: Stage, x: float, near: float, far: float, color: np.ndarray) -> None:
    """Pedestrian railings along the street; the mask takes the whole panel, as CamVid's does."""
    canvas, camera = stage.canvas, stage.camera
    shade = color * stage.light.on((-np.sign(x), 0, 0))
    panel = camera.project([(x, 0.1, near), (x, 1.1, near), (x, 1.1, far), (x, 0.1, far)])
    where = canvas.window(panel[:, 1].min(), panel[:, 0].min(), panel[:, 1].max() + 1, panel[:, 0].max() + 1)
    if where is None:
        return
    keep = canvas.image[where].copy()
    canvas.polygon(panel, shade, FENCE)
    canvas.image[where] = (keep * 0.72 + canvas.image[where] * 0.28).astype(np.uint8)
    for low, high in ((0.1, 0.16), (1.04, 1.12)):
        stage.face([(x, low, near), (x, high, near), (x, high, far), (x, low, far)], shade, FENCE)
    step = max(0.14, 2.2 * near / camera.focal * near / max(0.5, abs(x)))
    for at in np.arange(near, far, step):
        stage.face(
            [(x, 0.1, at), (x, 1.1, at), (x, 1.1, at + step * 0.3), (x, 0.1, at + step * 0.3)], shade, FENCE
        )


def draw_garden_wall(
    stage: Stage, x: float, near: float, far: float, height: float, color: np.ndarray
) -> None:
    """A fence of boards or bricks along the street."""
    normal = (-float(np.sign(x)), 0.0, 0.0)
    stage.lit([(x, 0, near), (x, height, near), (x, height, far), (x, 0, far)], color, normal, FENCE)
    lit = color * stage.light.on(normal)
    for at in np.arange(near, far, max(0.3, (far - near) / 14)):
        tone = lit * stage.rng.uniform(0.82, 1.12)
        stage.face([(x, 0, at), (x, height, at), (x, height, at + 0.2), (x, 0, at + 0.2)], tone, FENCE)
    stage.face(
        [(x, height - 0.08, near), (x, height, near), (x, height, far), (x, height - 0.08, far)],
        lit * 1.2,
        FENCE,
    )
