"""The composition of a street scene, from the sky to the camera's own bonnet."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.street import street_furniture as furniture
from unetpp_desktop.storage.street.buildings import choose_house, draw_front, draw_house
from unetpp_desktop.storage.street.ground import cast_shadows, draw_ground, shadow_of_box, shadows_of_tree
from unetpp_desktop.storage.street.light import choose_light, develop, draw_sky
from unetpp_desktop.storage.street.paint import BUILDING, TREE, Stage, blank_canvas, disc, noise_patch, vary
from unetpp_desktop.storage.street.people import draw_cyclist, draw_pedestrian
from unetpp_desktop.storage.street.plan import FAR_M, Plan, Side, choose_camera, choose_plan
from unetpp_desktop.storage.street.vegetation import draw_tree
from unetpp_desktop.storage.street.vehicles import Vehicle, choose_vehicle, draw_vehicle


def draw_scene(seed: int, height: int = 360, width: int = 480) -> "StreetScene":
    """A street as its driver sees it, with its exact mask.

    The same seed and size give the same bytes. The classes are those of the palette ``camvid11``;
    void is the camera's own bonnet, far clutter, and the few things that CamVid has no class for.
    """
    rng = np.random.default_rng(seed)
    light = choose_light(rng)
    camera = choose_camera(rng, height, width)
    plan = choose_plan(rng)
    stage = Stage(blank_canvas(height, width), camera, light, rng)
    draw_sky(stage)
    _draw_backdrop(stage)
    things = _Things([], [], [])
    for side in plan.sides:
        _line_with_buildings(stage, plan, side, things)
        _furnish(stage, plan, side, things)
        _park(stage, plan, side, things)
    if plan.end < FAR_M:
        _close_street(stage, plan, things)
    _drive(stage, plan, things)
    _populate(stage, plan, things)
    draw_ground(stage, plan)
    cast_shadows(stage, things.shadows, things.contacts)
    for _, draw in sorted(things.drawings, key=lambda drawing: -drawing[0]):
        draw()
    if rng.random() < 0.3:
        _draw_bonnet(stage)
    image, labels = stage.canvas.image, stage.canvas.labels
    if rng.random() < 0.4:  # countries that keep right
        image, labels = np.ascontiguousarray(image[:, ::-1]), np.ascontiguousarray(labels[:, ::-1])
    return StreetScene(develop(rng, image, light), labels)


def _draw_backdrop(stage: Stage) -> None:
    """What closes the view at the horizon: far roofs and far trees."""
    rng, camera, canvas = stage.rng, stage.camera, stage.canvas
    haze = np.array([150, 155, 160])
    x = -0.1 * camera.width
    while x < camera.width:
        wide, tall = rng.uniform(0.03, 0.12) * camera.width, rng.uniform(0.015, 0.06) * camera.height
        ring = np.array(
            [
                (x, camera.horizon + 3),
                (x, camera.horizon - tall),
                (x + wide, camera.horizon - tall * rng.uniform(0.8, 1.2)),
                (x + wide, camera.horizon + 3),
            ]
        )
        canvas.polygon(
            ring, vary(rng, (120, 108, 100), 0.2) * stage.light.ambient * 0.7 + haze * 0.2, BUILDING
        )
        x += wide * rng.uniform(0.8, 1.5)
    profile = noise_patch(rng, 2, camera.width, 7)[0]
    tops = camera.horizon - camera.height * (0.025 + rng.uniform(0.04, 0.14) * np.clip(profile, -0.1, 1))
    ring = np.concatenate(
        [
            np.stack([np.arange(camera.width), tops], 1),
            [[camera.width, camera.horizon + 3], [0, camera.horizon + 3]],
        ]
    )
    canvas.polygon(ring, vary(rng, (78, 86, 66), 0.15) * stage.light.ambient * 0.8 + haze * 0.15, TREE)


def _line_with_buildings(stage: Stage, plan: Plan, side: Side, things: "_Things") -> None:
    rng = stage.rng
    z = rng.uniform(-6, 4)
    green = rng.uniform(0.0, 0.36)  # the share of gardens
    setback = rng.uniform(0, 1.0) if rng.random() < 0.6 else rng.uniform(3, 7)
    end = min(plan.end - 8, 130.0)
    sun, street = stage.light.sun, plan.right.x(0) - plan.left.x(0) + 2 * side.pavement
    sunlit_above = 9.5 - street * sun[1] / max(0.1, abs(sun[0]))  # the houses across throw a shadow this high
    free = True
    while z < end:
        opening = next(((near, far) for near, far in side.openings if near - 1 <= z < far), None)
        if opening is not None:
            z, free = opening[1] + 1.2, True
            continue
        stop = min([near - 1.0 for near, _ in side.openings if near > z], default=1e9)
        length = min(rng.uniform(6, 16), stop - z, end + 6 - z)
        if length < 2.5:
            z += max(0.5, length + 0.5)
            continue
        if rng.random() < green and length > 5:
            _plant_garden(stage, side, z, z + length, things)
            free = True
        else:
            corner = any(abs(far + 1.2 - z) < 0.01 for _, far in side.openings)
            line = side.x(side.pavement + setback)
            house = choose_house(rng, line, side.sign, z, z + length, corner, free, sunlit_above)
            free = False
            if house.far > 2.5:
                things.add(house.far, partial(draw_house, stage, house))
                things.shadows.append(shadow_of_box(stage, house.footprint, house.style.height))
            if setback > 2 and z > 2:
                _fence(stage, side, z, z + length, things)
        gap = 0.0 if rng.random() < 0.75 else rng.uniform(0.5, 4)
        free = free or gap > 0
        z += length + gap


def _plant_garden(stage: Stage, side: Side, near: float, far: float, things: "_Things") -> None:
    rng = stage.rng
    bare = rng.random() < 0.5
    for _ in range(max(1, int((far - near) / 3.5))):
        x, z = side.x(side.pavement + rng.uniform(1.5, 5)), rng.uniform(near, far)
        if z > 6:
            height = rng.uniform(5, 11)
            things.add(far + 0.5, partial(draw_tree, stage, x, z, height, bare))
            things.shadows.extend(shadows_of_tree(stage, x, z, height))
    _fence(stage, side, max(near, 2), far, things)


def _fence(stage: Stage, side: Side, near: float, far: float, things: "_Things") -> None:
    rng = stage.rng
    x = side.x(side.pavement + 0.1)
    if rng.random() < 0.35:
        draw = partial(furniture.draw_railing, stage, x, near, far, vary(rng, (60, 64, 66), 0.3))
    else:
        color = vary(rng, ((150, 104, 80), (130, 110, 84), (168, 160, 148))[int(rng.integers(3))], 0.15)
        draw = partial(furniture.draw_garden_wall, stage, x, near, far, rng.uniform(0.8, 1.9), color)
    things.add(far - 0.01, draw)


def _furnish(stage: Stage, plan: Plan, side: Side, things: "_Things") -> None:
    rng = stage.rng
    end = min(plan.end, 90.0)
    spacing = rng.uniform(20, 38)
    for z in np.arange(rng.uniform(6, 20), end, spacing):
        if not side.opens_at(z):
            x = side.x(0.45)
            things.add(z, partial(furniture.draw_lamp_post, stage, x, z, -side.sign))
            things.shadows.append(shadow_of_box(stage, disc(x, z, 0.09, 0.09, 6), 8))
    for _ in range(rng.integers(2, 7)):
        z = rng.uniform(9, 45)
        if z < end and not side.opens_at(z):
            draw = furniture.draw_traffic_light if rng.random() < 0.3 else furniture.draw_sign
            things.add(z, partial(draw, stage, side.x(rng.uniform(0.3, 0.9)), z))
    if rng.random() < 0.2:
        start = rng.uniform(5, 20)
        for z in np.arange(start, start + rng.uniform(4, 14), 1.8):
            if not side.opens_at(z):
                things.add(z, partial(furniture.draw_bollard, stage, side.x(0.4), z))
    if rng.random() < 0.2:
        start = rng.uniform(4, 30)
        color = vary(rng, (120, 124, 126), 0.2)
        for z in np.arange(start, start + rng.uniform(6, 24), 2.0):
            if not (side.opens_at(z) or side.opens_at(z + 2)) and z < end - 10:
                things.add(z + 2, partial(furniture.draw_railing, stage, side.x(0.3), z, z + 1.95, color))
    if rng.random() < 0.4:
        z = rng.uniform(7, 30)
        if not side.opens_at(z):
            things.add(z, partial(furniture.draw_bin, stage, side.x(rng.uniform(0.5, 1.4)), z))
    if rng.random() < 0.45:
        bare = rng.random() < 0.5
        for z in np.arange(rng.uniform(8, 20), end, rng.uniform(9, 18)):
            if not side.opens_at(z):
                height = rng.uniform(5, 9)
                things.add(z, partial(draw_tree, stage, side.x(0.9), z, height, bare))
                things.shadows.extend(shadows_of_tree(stage, side.x(0.9), z, height))


def _park(stage: Stage, plan: Plan, side: Side, things: "_Things") -> None:
    """Parked cars along the kerb, if the road is wide enough for them."""
    rng = stage.rng
    if rng.random() < 0.4 or side.kerb < 3.0:
        return
    z = rng.uniform(4.4, 22)
    for _ in range(rng.integers(2, 10)):
        if not (side.opens_at(z) or side.opens_at(z - 4) or side.opens_at(z + 4)) and z < plan.end - 12:
            heading = (0.0 if side.sign < 0 else np.pi) + rng.normal(0, 0.03)
            things.add_vehicle(stage, choose_vehicle(rng, side.x(-1.05), z, heading, moving=False))
        z += rng.uniform(5.2, 8)


def _drive(stage: Stage, plan: Plan, things: "_Things") -> None:
    rng = stage.rng
    end = min(plan.end - 8, 100.0)
    ahead = rng.uniform(9, 40)
    for _ in range(rng.integers(0, 4)):
        if ahead < end:
            things.add_vehicle(
                stage, choose_vehicle(rng, rng.uniform(-0.3, 0.4), ahead, rng.normal(0, 0.02), True)
            )
        ahead += rng.uniform(9, 30)
    coming = rng.uniform(5.5, 35)
    for _ in range(rng.integers(0, 5)):
        if coming < end:
            x = plan.center_line * 2 + rng.uniform(-0.2, 0.3)
            things.add_vehicle(stage, choose_vehicle(rng, x, coming, np.pi + rng.normal(0, 0.02), True))
        coming += rng.uniform(9, 30)
    if plan.end < FAR_M and rng.random() < 0.6:
        z = plan.end - rng.choice([2.0, 5.5])
        things.add_vehicle(
            stage, choose_vehicle(rng, rng.uniform(-8, 8), z, rng.choice([-1, 1]) * np.pi / 2, True)
        )


def _populate(stage: Stage, plan: Plan, things: "_Things") -> None:
    rng = stage.rng
    for side in plan.sides:
        for _ in range(rng.integers(0, 5)):
            z = rng.uniform(6, 36)
            x = side.x(rng.uniform(0.5, max(0.6, side.pavement - 0.3)))
            for _ in range(2 if rng.random() < 0.3 else 1):
                things.add(z, partial(draw_pedestrian, stage, x, z))
                things.contacts.append(disc(x, z, 0.22, 0.18, 8))
                things.shadows.append(shadow_of_box(stage, disc(x, z, 0.2, 0.15, 6), 1.7))
                x, z = x + 0.55, z + 0.1
    if rng.random() < 0.15:
        x, z = rng.uniform(plan.left.x(-0.5), plan.right.x(-0.5)), rng.uniform(10, 30)
        things.add(z, partial(draw_pedestrian, stage, x, z))
    for _ in range(rng.integers(0, 3)):
        z = rng.uniform(7, 32)
        own_lane = rng.random() < 0.6
        x = plan.left.x(-0.7) if own_lane else plan.right.x(-0.7)
        things.add(z, partial(draw_cyclist, stage, x, z, bool(rng.random() < 0.15)))
        things.contacts.append(disc(x, z, 0.2, 0.6, 8))


def _close_street(stage: Stage, plan: Plan, things: "_Things") -> None:
    """The houses across a T-junction."""
    rng = stage.rng
    x, z = -45.0, plan.end + rng.uniform(2, 4)
    while x < 45:
        wide = rng.uniform(7, 15)
        if rng.random() < 0.12:
            things.add(
                z,
                partial(draw_tree, stage, x + wide / 2, z + 1, rng.uniform(7, 11), bool(rng.random() < 0.5)),
            )
        else:
            things.add(z, partial(draw_front, stage, choose_house(rng, z, 1, x, x + wide, False, False, 0.0)))
        x += wide


def _draw_bonnet(stage: Stage) -> None:
    height, width = stage.canvas.labels.shape
    rise = stage.rng.uniform(0.03, 0.1)
    x = np.linspace(0, 1, 24)
    y = 1 - rise * np.clip(1 - ((x - stage.rng.uniform(0.4, 0.75)) / 0.62) ** 2, 0, 1) ** 0.5
    ring = np.concatenate([np.stack([x * width, y * height], 1), [[width + 1, height + 1], [-1, height + 1]]])
    color = vary(stage.rng, (40, 46, 58), 0.3)
    stage.canvas.polygon(ring, color, VOID)
    stage.canvas.polygon(
        np.concatenate([ring[4:18], ring[17:3:-1] + np.array([0, 0.006 * height])]), color * 1.7, VOID
    )


@dataclass(frozen=True)
class StreetScene:
    """A generated scene: ``image`` uint8 (H, W, 3) RGB, ``labels`` uint8 (H, W), 0..10 or void."""

    image: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class _Things:
    """What stands on the ground: drawings with their depth, and the shadows they throw."""

    drawings: list[tuple[float, Callable[[], None]]]
    shadows: list[np.ndarray]
    contacts: list[np.ndarray]

    def add(self, z: float, draw: Callable[[], None]) -> None:
        self.drawings.append((float(z), draw))

    def add_vehicle(self, stage: Stage, vehicle: Vehicle) -> None:
        self.add(vehicle.z, partial(draw_vehicle, stage, vehicle))
        self.contacts.append(vehicle.footprint)
        self.shadows.append(shadow_of_box(stage, vehicle.footprint, vehicle.body.top * 0.9))
