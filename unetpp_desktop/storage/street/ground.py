"""Everything that lies flat: asphalt, markings, kerbs, pavements, and the shadows on them."""

from collections.abc import Sequence

import cv2
import numpy as np

from unetpp_desktop.storage.street.noise import NOISE_SIDE, noise
from unetpp_desktop.storage.street.paint import (
    PAVEMENT,
    ROAD,
    SHIFT,
    TREE,
    Color,
    Points,
    Stage,
    disc,
    fixed_point,
    vary,
)
from unetpp_desktop.storage.street.plan import FAR_M, Plan, Side

_NEAR_M = 0.9
_KERB_M = 0.16
_SLAB_M = 0.6
_FEW_STEPS = np.linspace(0, 1, 3)
_MANY_STEPS = np.linspace(0, 1, 9)


def flat(points: Points) -> np.ndarray:
    """Ground points (x, z) as world points, cut off at the near plane; may come back empty."""
    ring = np.asarray(points, float)
    if ring[:, 1].min() >= _NEAR_M:
        world = np.zeros((len(ring), 3))
        world[:, ::2] = ring
        return world
    kept = []
    for (x0, z0), (x1, z1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if z0 >= _NEAR_M:
            kept.append((x0, 0.0, z0))
        if (z0 >= _NEAR_M) != (z1 >= _NEAR_M):
            t = (_NEAR_M - z0) / (z1 - z0)
            kept.append((x0 + t * (x1 - x0), 0.0, _NEAR_M))
    return np.array(kept).reshape(-1, 3)


def strip(left: float, right: float, near: float, far: float) -> np.ndarray:
    """A band along the street between two x, with enough corners to follow the bend: ``(N, 2)`` of (x, z)."""
    near = max(near, _NEAR_M)
    far = max(far, near + 0.1)
    z = near * (far / near) ** (_MANY_STEPS if far > 3 * near + 5 else _FEW_STEPS)
    ring = np.empty((2 * len(z), 2))
    ring[: len(z), 0], ring[len(z) :, 0] = left, right
    ring[: len(z), 1], ring[len(z) :, 1] = z, z[::-1]
    return ring


def lay(stage: Stage, points: np.ndarray, color: Color, label: int) -> None:
    """Fills a polygon of ground points (x, z)."""
    world = flat(points)
    if len(world) >= 3:
        stage.face(world, color, label)


def draw_ground(stage: Stage, plan: Plan) -> None:
    """Roads, kerbs, pavements and markings, with the grain of their materials."""
    rng = stage.rng
    up = stage.light.on((0, 1, 0))
    gray = rng.uniform(92, 138)
    asphalt = np.array([gray, gray, gray + rng.uniform(0, 5)]) * up
    paving = vary(rng, (150, 146, 140), 0.12) * up
    kerb = vary(rng, (172, 170, 165), 0.08) * up
    camera = stage.camera
    top = round(camera.horizon)
    lay(stage, np.array([[-400, 1.0], [400, 1.0], [400, 900.0], [-400, 900.0]]), paving, PAVEMENT)
    stage.canvas.image[top + 1 :][stage.canvas.labels[top + 1 :] != PAVEMENT] = np.clip(paving, 0, 255)
    stage.canvas.labels[top + 1 :] = PAVEMENT
    road_end = plan.end if plan.end < FAR_M else 600.0
    for side in plan.sides:
        _lay_kerbs(stage, side, kerb, road_end)
    lay(stage, strip(plan.left.x(0), plan.right.x(0), _NEAR_M, road_end), asphalt, ROAD)
    for side in plan.sides:
        for near, far in side.openings:
            lay(stage, strip(side.x(-0.1), side.x(60), near, far), asphalt * 0.98, ROAD)
    if plan.end < FAR_M:
        lay(stage, strip(-90, 90, plan.end - 7.5, plan.end), asphalt, ROAD)
    _patch(stage, plan, asphalt)
    _mark(stage, plan, np.array([226, 226, 220]) * up)
    _grain(stage, plan)


def _lay_kerbs(stage: Stage, side: Side, kerb: np.ndarray, road_end: float) -> None:
    z = _NEAR_M
    for near, far in (*side.openings, (road_end, road_end)):
        if near > z:
            lay(stage, strip(side.x(0), side.x(_KERB_M), z, near), kerb, PAVEMENT)
            lay(stage, strip(side.x(0), side.x(0.035), z, near), kerb * 0.55, PAVEMENT)
        z = far
    if stage.rng.random() < 0.25:
        grass = vary(stage.rng, (96, 118, 58), 0.15) * stage.light.on((0, 1, 0))
        start = stage.rng.uniform(3, 25)
        if not side.opens_at(start):
            stop = min([near for near, _ in side.openings if near > start], default=start + 30)
            lay(stage, strip(side.x(0.6), side.x(side.pavement * 0.55), start, stop - 1), grass, TREE)


def _patch(stage: Stage, plan: Plan, asphalt: np.ndarray) -> None:
    """Repairs, seams and manholes."""
    rng = stage.rng
    for _ in range(rng.integers(1, 7)):
        x, z = rng.uniform(plan.left.x(0), plan.right.x(0) - 1), rng.uniform(2.5, 30)
        wide, long = rng.uniform(0.4, 1.8), rng.uniform(0.8, 9)
        lay(stage, strip(x, x + wide, z, z + long), asphalt * rng.uniform(0.82, 1.1), ROAD)
    for _ in range(rng.integers(0, 4)):
        x, z = rng.uniform(plan.left.x(-0.6), plan.right.x(-0.6)), rng.uniform(3, 18)
        turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        round_lid = np.stack([x + 0.36 * np.cos(turn), z + 0.36 * np.sin(turn)], 1)
        lay(stage, round_lid, asphalt * 0.55, ROAD)
        lay(stage, (round_lid - [x, z]) * 0.82 + [x, z], asphalt * 0.72, ROAD)


def _mark(stage: Stage, plan: Plan, white: np.ndarray) -> None:
    """Lane markings, worn to a different degree in each scene."""
    rng = stage.rng
    worn = rng.uniform(0.5, 1.0)
    up = stage.light.on((0, 1, 0))
    white = white * worn + 110 * up * (1 - worn)
    yellow = np.array([205, 170, 60]) * up * worn + 110 * up * (1 - worn)
    end = plan.end - 9 if plan.end < FAR_M else 110.0
    dash, gap = rng.choice([2.0, 4.0]), rng.choice([2.0, 4.0, 5.0])
    z = rng.uniform(0, dash + gap)
    while z < end:
        lay(stage, strip(plan.center_line - 0.06, plan.center_line + 0.06, z, z + dash), white, ROAD)
        z += dash + gap
    edge_kind = rng.random()
    for side in plan.sides:
        edge = yellow if edge_kind < 0.45 else white
        lines = (0.28, 0.5) if edge_kind < 0.3 else (0.4,) if edge_kind < 0.7 else ()
        z = _NEAR_M
        for near, far in (*side.openings, (end, end)):
            for line in lines:
                if near > z:
                    lay(stage, strip(side.x(-line), side.x(-line + 0.1), z, near), edge, ROAD)
            z = far
        for near, far in side.openings[:2]:  # give-way dashes across the mouth of a side road
            for at in np.arange(near + 0.3, far - 0.5, 1.0):
                lay(stage, strip(side.x(0.1), side.x(0.35), at, at + 0.6), white, ROAD)
    if rng.random() < 0.22:
        _mark_crossing(stage, plan, rng.uniform(8, 24), white)
    if rng.random() < 0.3:
        _mark_arrow(stage, rng.uniform(5, 14), white)
    if plan.end < FAR_M:
        for at in np.arange(plan.left.x(-0.4), plan.center_line, 1.0):
            lay(stage, strip(at, at + 0.6, end + 0.2, end + 0.5), white, ROAD)


def _mark_crossing(stage: Stage, plan: Plan, z: float, white: np.ndarray) -> None:
    for at in np.arange(plan.left.x(-0.5), plan.right.x(-0.9), 1.1):
        lay(stage, strip(at, at + 0.55, z, z + 2.8), white, ROAD)
    for line in (z - 1.4, z + 4.0):
        for at in np.arange(plan.left.x(-0.4), plan.right.x(-0.6), 1.0):
            lay(stage, strip(at, at + 0.5, line, line + 0.2), white, ROAD)


def _mark_arrow(stage: Stage, z: float, white: np.ndarray) -> None:
    x = stage.rng.uniform(-0.3, 0.6)
    lay(stage, strip(x - 0.09, x + 0.09, z, z + 3.2), white, ROAD)
    lay(stage, np.array([[x - 0.45, z + 3.2], [x + 0.45, z + 3.2], [x, z + 5.0]]), white, ROAD)


def _grain(stage: Stage, plan: Plan) -> None:
    """Stains and tyre tracks along the road, slabs on the pavement, grain everywhere; fades with distance."""
    camera, canvas, rng = stage.camera, stage.canvas, stage.rng
    top = max(0, int(np.floor(camera.horizon)) + 2)
    if top >= camera.height:
        return
    rows = np.arange(top, camera.height, dtype=np.float32)[:, None]
    z = np.float32(camera.focal * camera.eye) / (rows - np.float32(camera.horizon))
    columns = np.arange(camera.width, dtype=np.float32)[None, :] - np.float32(camera.center)
    x = columns * (z / np.float32(camera.focal)) - np.float32(camera.bend) * z * z
    z_full = np.broadcast_to(z, x.shape)
    shift_x, shift_z = (float(shift) for shift in rng.uniform(0, NOISE_SIDE, 2))
    stains = _look_up(noise(6), x * 16 + shift_x, z_full * 3.5 + shift_z)
    grain = _look_up(noise(8, 150), x * 75 + shift_z, z_full * 34 + shift_x)
    near = np.clip(9 / z, 0.05, 1)
    factor = 1 + stains * rng.uniform(0.06, 0.2) + grain * near * rng.uniform(0.1, 0.24)
    for lane in (0.0, plan.center_line * 2):
        for wheel in (-0.75, 0.75):
            factor -= 0.07 * np.exp(-(((x - lane - wheel) / 0.28) ** 2))
    pavement = canvas.labels[top:] == PAVEMENT
    joint = np.minimum(np.abs(x / _SLAB_M % 1 - 0.5), np.abs(z / (_SLAB_M * 1.5) % 1 - 0.5)) < 0.035
    factor -= (pavement & joint) * (0.16 * near)
    image = canvas.image[top:]
    image[:] = np.clip(image * factor[:, :, None], 0, 255).astype(np.uint8)


def _look_up(texture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    wrapped = (x % NOISE_SIDE).astype(np.float32), (y % NOISE_SIDE).astype(np.float32)
    return cv2.remap(texture, wrapped[0], wrapped[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def cast_shadows(stage: Stage, hard: Sequence[np.ndarray], contact: Sequence[np.ndarray]) -> None:
    """Darkens the ground: ``hard`` are sun shadows, ``contact`` the dark under bodies; rings of (x, z)."""
    canvas, camera, light = stage.canvas, stage.camera, stage.light
    unit = camera.height / 360
    sunless = light.ambient * 0.98
    with_sun = light.on((0, 1, 0))
    for rings, factor, soft in (
        (hard if light.strength > 0.1 else (), sunless / with_sun, 0.8 + 2.5 * (1 - light.strength)),
        (contact, np.full(3, 0.4), 1.6),
    ):
        if not rings:
            continue
        mask = np.zeros(canvas.labels.shape, np.uint8)
        for ring in rings:
            world = flat(ring)
            if len(world) >= 3:
                ring_px = fixed_point(camera.project(world))
                cv2.fillPoly(mask, [ring_px], (255,), cv2.LINE_AA, SHIFT)
        top = max(0, int(camera.horizon))
        part = cv2.GaussianBlur(mask[top:], (0, 0), soft * unit).astype(np.float32)[:, :, None] / 255
        change = 1 + part * (factor - 1).astype(np.float32)
        canvas.image[top:] = (canvas.image[top:] * change).astype(np.uint8)


def shadows_of_tree(stage: Stage, x: float, z: float, height: float) -> list[np.ndarray]:
    """The dappled shadow of a crown, and that of its trunk."""
    sun, rng = stage.light.sun, stage.rng
    shift = sun[[0, 2]] / max(0.2, sun[1])
    stretch = 1 + float(np.hypot(*shift)) * 0.5
    rings = [shadow_of_box(stage, disc(x, z, 0.15, 0.15, 6), height * 0.6)]
    for _ in range(7):
        up, radius = height * rng.uniform(0.45, 0.95), height * rng.uniform(0.06, 0.13)
        at_x, at_z = (x, z) - shift * up + rng.normal(0, height * 0.12, 2)
        rings.append(
            disc(at_x, at_z, radius * stretch, radius * stretch, 9) + rng.normal(0, radius * 0.2, (9, 2))
        )
    return rings


def shadow_of_box(stage: Stage, footprint: np.ndarray, height: float) -> np.ndarray:
    """The ground that a prism of this footprint ``(N, 2)`` of (x, z) and height hides from the sun."""
    sun = stage.light.sun
    moved = footprint - sun[[0, 2]] / max(0.2, sun[1]) * height
    both = np.concatenate([footprint, moved]).astype(np.float32)
    return np.asarray(cv2.convexHull(both)[:, 0, :], float)
