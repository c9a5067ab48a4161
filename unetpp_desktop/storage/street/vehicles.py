"""Cars, vans and buses: a side outline, extruded, with glass, lamps and wheels."""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.storage.street.bodies import BODIES, BUSES, VAN, Body
from unetpp_desktop.storage.street.paint import CAR, Color, Stage, disc, vary

_COLORS = (
    (168, 172, 176),
    (196, 198, 200),
    (60, 64, 70),
    (28, 29, 32),
    (150, 24, 28),
    (28, 52, 110),
    (236, 236, 232),
    (24, 66, 52),
    (96, 104, 116),
    (72, 22, 30),
    (196, 178, 132),
    (40, 90, 150),
    (142, 146, 150),
    (44, 46, 58),
)
_BUS_COLORS = ((170, 28, 30), (232, 226, 205), (40, 84, 150), (226, 150, 30))
_GLASS = np.array([40, 46, 52.0])


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
    if moving and rng.random() < 0.05:
        body, color = BUSES[rng.integers(len(BUSES))], _BUS_COLORS[rng.integers(len(_BUS_COLORS))]
    elif rng.random() < 0.1:
        body, color = VAN, (232, 232, 228) if rng.random() < 0.6 else _COLORS[rng.integers(len(_COLORS))]
    else:
        body, color = BODIES[rng.integers(len(BODIES))], _COLORS[rng.integers(len(_COLORS))]
    return Vehicle(body, x, z, heading, vary(rng, color, 0.12), moving)


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
