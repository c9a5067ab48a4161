"""Cars, vans and buses: a side outline, extruded, with glass, lamps and wheels."""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.storage.street.paint import CAR, Color, Stage, disc, vary

_COLORS = (
    (168, 172, 176), (196, 198, 200), (60, 64, 70), (28, 29, 32), (150, 24, 28), (28, 52, 110), (236, 236, 232),
    (24, 66, 52), (96, 104, 116), (72, 22, 30), (196, 178, 132), (40, 90, 150),
)  # fmt: skip
_BUSES = ((170, 28, 30), (232, 226, 205), (40, 84, 150), (226, 150, 30))
_GLASS = np.array([40, 46, 52.0])


@dataclass(frozen=True)
class Body:
    """The outline of a vehicle from the front bumper over the roof to the rear bumper: (forward, up) metres."""

    outline: tuple[tuple[float, float], ...]
    glass: tuple[int, ...]  # the outline's segments that are windows
    width: float
    belt: float  # height of the lower edge of the side windows
    side_glass: tuple[tuple[tuple[float, float], ...], ...]
    axles: tuple[float, float]
    wheel: float
    taper: float  # width of the roof relative to the belt

    @property
    def length(self) -> float:
        return self.outline[0][0] - self.outline[-1][0]

    @property
    def top(self) -> float:
        return max(up for _, up in self.outline)


_HATCHBACK = Body(
    ((1.92, 0.22), (2.0, 0.5), (1.9, 0.74), (0.95, 0.98), (0.25, 1.42), (-0.3, 1.46), (-1.4, 1.4), (-1.85, 0.98),
     (-1.97, 0.82), (-2.0, 0.5), (-1.92, 0.22)),
    (3, 6), 1.7, 0.95,
    (((0.78, 0.98), (0.22, 1.34), (-0.28, 1.37), (-0.28, 0.97)), ((-0.36, 0.97), (-0.36, 1.37), (-1.2, 1.32), (-1.5, 1.0))),
    (1.25, -1.25), 0.31, 0.76,
)  # fmt: skip
_SALOON = Body(
    ((2.15, 0.22), (2.25, 0.5), (2.12, 0.72), (1.0, 0.93), (0.3, 1.36), (-0.2, 1.4), (-0.95, 1.37), (-1.6, 1.0),
     (-2.2, 0.94), (-2.28, 0.6), (-2.2, 0.22)),
    (3, 6), 1.76, 0.92,
    (((0.8, 0.94), (0.28, 1.28), (-0.2, 1.31), (-0.2, 0.94)), ((-0.28, 0.94), (-0.28, 1.31), (-0.9, 1.28), (-1.3, 0.98))),
    (1.4, -1.35), 0.32, 0.74,
)  # fmt: skip
_ESTATE = Body(
    ((2.15, 0.24), (2.22, 0.55), (2.1, 0.8), (1.05, 1.02), (0.4, 1.5), (-0.3, 1.56), (-1.85, 1.52), (-2.12, 1.08),
     (-2.2, 0.85), (-2.24, 0.5), (-2.15, 0.24)),
    (3, 6), 1.78, 1.0,
    (((0.85, 1.03), (0.36, 1.42), (-0.25, 1.47), (-0.25, 1.02)), ((-0.33, 1.02), (-0.33, 1.47), (-1.1, 1.46), (-1.1, 1.02)),
     ((-1.18, 1.02), (-1.18, 1.46), (-1.75, 1.43), (-1.95, 1.08))),
    (1.38, -1.4), 0.33, 0.8,
)  # fmt: skip
_OFFROADER = Body(
    ((2.1, 0.4), (2.18, 0.7), (2.12, 1.02), (1.0, 1.14), (0.5, 1.74), (-0.2, 1.8), (-2.0, 1.76), (-2.15, 1.2),
     (-2.18, 0.9), (-2.2, 0.6), (-2.12, 0.4)),
    (3, 6), 1.86, 1.15,
    (((0.85, 1.18), (0.46, 1.65), (-0.2, 1.7), (-0.2, 1.17)), ((-0.28, 1.17), (-0.28, 1.7), (-1.1, 1.69), (-1.1, 1.17)),
     ((-1.18, 1.17), (-1.18, 1.69), (-1.9, 1.66), (-2.0, 1.2))),
    (1.35, -1.35), 0.39, 0.84,
)  # fmt: skip
_VAN = Body(
    ((2.45, 0.3), (2.52, 0.65), (2.4, 1.05), (1.75, 1.28), (1.1, 2.05), (0.6, 2.25), (-2.4, 2.28), (-2.5, 1.4),
     (-2.52, 1.1), (-2.54, 0.6), (-2.45, 0.3)),
    (3,), 1.95, 1.25, (((1.55, 1.3), (1.05, 1.95), (0.45, 1.98), (0.45, 1.25)),), (1.6, -1.5), 0.36, 0.9,
)  # fmt: skip
_BUS = Body(
    ((5.3, 0.35), (5.42, 0.8), (5.42, 1.25), (5.4, 1.3), (5.2, 2.6), (5.0, 2.95), (-5.0, 2.98), (-5.3, 2.5),
     (-5.38, 1.5), (-5.4, 0.8), (-5.35, 0.35)),
    (3, 7), 2.45, 1.3,
    tuple(((at + 1.35, 1.35), (at + 1.35, 2.45), (at, 2.45), (at, 1.35)) for at in (3.6, 2.1, 0.6, -0.9, -2.4, -3.9)),
    (3.2, -2.8), 0.48, 0.95,
)  # fmt: skip
_DOUBLE_DECKER = Body(
    ((5.0, 0.35), (5.12, 0.8), (5.12, 1.2), (5.1, 1.25), (5.0, 2.3), (4.95, 4.1), (-4.8, 4.2), (-5.0, 3.6),
     (-5.06, 2.6), (-5.1, 0.8), (-5.05, 0.35)),
    (3, 7), 2.5, 1.3,
    tuple(((at + 1.3, low), (at + 1.3, low + 0.95), (at, low + 0.95), (at, low))
          for at in (3.4, 1.95, 0.5, -0.95, -2.4, -3.85) for low in (1.3, 2.85)),
    (3.0, -2.6), 0.48, 0.97,
)  # fmt: skip
_BODIES = (_HATCHBACK, _SALOON, _ESTATE, _OFFROADER, _VAN, _BUS, _DOUBLE_DECKER)


@dataclass(frozen=True)
class Vehicle:
    """A vehicle whose middle stands at (x, z); ``heading`` 0 drives away from the camera, pi towards it."""

    body: Body
    x: float
    z: float
    heading: float
    color: np.ndarray
    moving: bool

    def world(self, points: np.ndarray) -> np.ndarray:
        """Vehicle points (right, up, forward), ``(N, 3)``, to world points."""
        cosine, sine = np.cos(self.heading), np.sin(self.heading)
        right, up, forward = points.T
        return np.stack(
            [self.x + right * cosine + forward * sine, up, self.z - right * sine + forward * cosine], 1
        )

    @property
    def footprint(self) -> np.ndarray:
        half, long = self.body.width / 2, self.body.length / 2
        corners = np.array([[-half, 0, -long], [half, 0, -long], [half, 0, long], [-half, 0, long]])
        return self.world(corners)[:, [0, 2]]


def choose_vehicle(rng: np.random.Generator, x: float, z: float, heading: float, moving: bool) -> Vehicle:
    """Mostly cars, some vans, a bus now and then (never parked)."""
    weights = np.array([0.32, 0.22, 0.18, 0.12, 0.1, 0.035, 0.025])
    if not moving:
        weights[5:] = 0
    kind = int(rng.choice(len(_BODIES), p=weights / weights.sum()))
    if kind >= 5:
        color = _BUSES[rng.integers(len(_BUSES))]
    elif kind == 4 and rng.random() < 0.6:
        color = (236, 236, 232)
    else:
        color = _COLORS[rng.integers(len(_COLORS))]
    return Vehicle(_BODIES[kind], x, z, heading, vary(rng, color, 0.12), moving)


def draw_vehicle(stage: Stage, vehicle: Vehicle) -> None:
    """The whole vehicle; its nearest point must lie in front of the camera."""
    body = vehicle.body
    outline = np.array(body.outline)
    half = _half_width(body, outline[:, 1])
    rims = {
        sign: vehicle.world(np.column_stack([sign * half, outline[:, 1], outline[:, 0]])) for sign in (-1, 1)
    }
    fine = stage.camera.scale(vehicle.z) * body.top > 14
    _draw_underside(stage, vehicle)
    eye = np.array([0.0, stage.camera.eye, 0.0])
    strips = []
    for index in range(len(outline) - 1):
        quad = np.array([rims[-1][index], rims[-1][index + 1], rims[1][index + 1], rims[1][index]])
        normal = np.cross(quad[1] - quad[0], quad[3] - quad[0])
        normal /= np.linalg.norm(normal)
        middle = quad.mean(0)
        if np.dot(normal, middle - vehicle.world(np.array([[0, body.top / 2, 0]]))[0]) < 0:
            normal = -normal
        if np.dot(normal, eye - middle) > 0:
            strips.append((float(np.linalg.norm(middle - eye)), index, quad, normal))
    for _, index, quad, normal in sorted(strips, key=lambda strip: -strip[0]):
        stage.lit(quad, vehicle.color, normal, CAR)
        if index in body.glass:
            _draw_glass(stage, quad, normal)
    for sign in (-1, 1):
        normal = vehicle.world(np.array([[sign, 0, 0]]))[0] - vehicle.world(np.zeros((1, 3)))[0]
        if np.dot(normal, eye - rims[sign].mean(0)) > 0:
            _draw_side(stage, vehicle, sign, normal, rims[sign], fine)
    if fine:
        _draw_end(stage, vehicle, eye)


def _half_width(body: Body, up: np.ndarray) -> np.ndarray:
    above = np.clip((up - body.belt) / max(0.1, body.top - body.belt), 0, 1)
    below = np.clip((0.6 - up) / 0.6, 0, 1)
    return body.width / 2 * (1 - (1 - body.taper) * above - 0.08 * below)


def _draw_underside(stage: Stage, vehicle: Vehicle) -> None:
    body = vehicle.body
    low = body.outline[0][1]
    box = np.array(
        [
            [s * body.width * 0.44, up, at]
            for s in (-1, 1)
            for at in (body.axles[0] + 0.2, body.axles[1] - 0.2)
            for up in (0.18, low + 0.2)
        ]
    )
    _hull(stage, vehicle.world(box), (16, 16, 18))
    for axle in body.axles:
        for sign in (-1, 1):
            circle = disc(axle, body.wheel, body.wheel, body.wheel, 10)
            ends = [
                np.column_stack([np.full(10, sign * side), circle[:, 1], circle[:, 0]])
                for side in (body.width / 2 - 0.02, body.width / 2 - 0.22)
            ]
            _hull(stage, vehicle.world(np.concatenate(ends)), (20, 20, 22))


def _hull(stage: Stage, points: np.ndarray, color: Color) -> None:
    flat = stage.camera.project(points).astype(np.float32)
    stage.canvas.polygon(cv2.convexHull(flat)[:, 0, :], color, CAR)


def _draw_glass(stage: Stage, quad: np.ndarray, normal: np.ndarray) -> None:
    middle = quad.mean(0)
    pane = middle + (quad - middle) * 0.86
    sky = max(0.0, normal[1]) * 95 + 18
    stage.face(pane, (_GLASS + sky * 0.5) * (0.4 + 0.6 * stage.light.ambient), CAR)
    high = pane[np.argsort(pane[:, 1])]
    shine = np.array(
        [high[-1], high[-2], (high[-2] + high[0]) / 2 if False else high[-2] * 0.6 + high[0] * 0.4]
    )
    stage.face(shine, (_GLASS + sky) * (0.4 + 0.6 * stage.light.ambient), CAR)


def _draw_side(
    stage: Stage, vehicle: Vehicle, sign: int, normal: np.ndarray, rim: np.ndarray, fine: bool
) -> None:
    body = vehicle.body
    stage.lit(rim, vehicle.color, normal, CAR)

    def on_side(points: np.ndarray, out: float = 0.0) -> np.ndarray:
        half = _half_width(body, points[:, 1]) + out
        return vehicle.world(np.column_stack([sign * half, points[:, 1], points[:, 0]]))

    front, rear = body.outline[0][0], body.outline[-1][0]
    low = body.outline[0][1]
    sill = np.array([[front, low], [front, low + 0.14], [rear, low + 0.14], [rear, low]])
    stage.lit(on_side(sill), vehicle.color * 0.45, normal, CAR)
    if fine:
        crease = np.array([[front * 0.95, body.belt * 0.72], [front * 0.95, body.belt * 0.75],
                           [rear * 0.95, body.belt * 0.78], [rear * 0.95, body.belt * 0.74]])  # fmt: skip
        stage.lit(on_side(crease), vehicle.color * 0.75, normal, CAR)
    for pane in body.side_glass:
        points = np.array(pane)
        stage.lit(on_side(points), _GLASS * 1.3, normal, CAR)
        if fine:
            upper = points.copy()
            upper[:, 1] = np.maximum(upper[:, 1], (points[:, 1].max() + points[:, 1].min()) / 2)
            stage.lit(on_side(upper), _GLASS * 1.9, normal, CAR)
    for axle in body.axles:
        stage.face(
            on_side(disc(axle, body.wheel + 0.02, body.wheel * 1.2, body.wheel * 1.2)), (18, 18, 20), CAR
        )
        stage.face(on_side(disc(axle, body.wheel, body.wheel, body.wheel)), (30, 30, 32), CAR)
        rim_color = np.array([150, 152, 156]) * stage.light.on(normal)
        stage.face(on_side(disc(axle, body.wheel, body.wheel * 0.62, body.wheel * 0.62)), rim_color, CAR)
        if fine:
            stage.face(
                on_side(disc(axle, body.wheel, body.wheel * 0.22, body.wheel * 0.22)), rim_color * 0.5, CAR
            )


def _draw_end(stage: Stage, vehicle: Vehicle, eye: np.ndarray) -> None:
    """Lamps, plate and bumper of the end that the camera sees."""
    body = vehicle.body
    forward = vehicle.world(np.array([[0, 0, 1.0]]))[0] - vehicle.world(np.zeros((1, 3)))[0]
    facing = np.dot(forward, eye - np.array([vehicle.x, 0, vehicle.z])) > 0
    outline = np.array(body.outline[:4] if facing else body.outline[:-5:-1])

    def panel(left: float, right: float, low: float, high: float, color: Color, lit: bool = True) -> None:
        up = np.array([low, low, high, high])
        forth = np.interp(up, outline[:, 1], outline[:, 0]) + (0.01 if facing else -0.01)
        across = np.array([left, right, right, left]) * body.width / 2
        world = vehicle.world(np.column_stack([across, up, forth]))
        factor = stage.light.on(forward if facing else -forward) if lit else np.ones(3)
        stage.face(world, np.asarray(color, float) * factor, CAR)

    low = body.outline[0][1]
    lamp = (outline[1, 1] + outline[2, 1]) / 2 if facing else outline[2, 1]
    panel(-0.9, 0.9, low, low + 0.2, vehicle.color * 0.5)
    glowing = stage.light.dark and vehicle.moving
    if facing:
        panel(-0.5, 0.5, lamp - 0.06, lamp + 0.06, (30, 30, 32))
        color = (255, 252, 235) if glowing else (225, 230, 232)
        for sign in (-1, 1):
            panel(sign * 0.9, sign * 0.56, lamp - 0.07, lamp + 0.09, color, not glowing)
        panel(-0.28, 0.28, low + 0.12, low + 0.24, (225, 225, 220))
    else:
        for sign in (-1, 1):
            color = (255, 60, 40) if glowing or stage.rng.random() < 0.25 else (165, 26, 24)
            panel(sign * 0.94, sign * 0.7, lamp - 0.16, lamp + 0.1, color, not glowing)
            panel(sign * 0.94, sign * 0.74, lamp - 0.16, lamp - 0.08, (220, 150, 60))
        panel(-0.3, 0.3, lamp - 0.2, lamp - 0.07, (214, 180, 60))
