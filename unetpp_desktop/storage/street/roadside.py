"""What lines a street: houses, gardens, fences, lamp posts, signs and trees."""

from functools import partial

import numpy as np

from unetpp_desktop.storage.street import street_furniture as furniture
from unetpp_desktop.storage.street.buildings import choose_house, draw_front, draw_house
from unetpp_desktop.storage.street.ground import shadow_of_box, shadows_of_tree
from unetpp_desktop.storage.street.paint import Stage, disc, vary
from unetpp_desktop.storage.street.plan import Plan, Side
from unetpp_desktop.storage.street.things import Things
from unetpp_desktop.storage.street.vegetation import draw_tree


def line_with_buildings(stage: Stage, plan: Plan, side: Side, things: Things) -> None:
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


def furnish(stage: Stage, plan: Plan, side: Side, things: Things) -> None:
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


def close_street(stage: Stage, plan: Plan, things: Things) -> None:
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


def _plant_garden(stage: Stage, side: Side, near: float, far: float, things: Things) -> None:
    rng = stage.rng
    bare = rng.random() < 0.5
    for _ in range(max(1, int((far - near) / 3.5))):
        x, z = side.x(side.pavement + rng.uniform(1.5, 5)), rng.uniform(near, far)
        if z > 6:
            height = rng.uniform(5, 11)
            things.add(far + 0.5, partial(draw_tree, stage, x, z, height, bare))
            things.shadows.extend(shadows_of_tree(stage, x, z, height))
    _fence(stage, side, max(near, 2), far, things)


def _fence(stage: Stage, side: Side, near: float, far: float, things: Things) -> None:
    rng = stage.rng
    x = side.x(side.pavement + 0.1)
    if rng.random() < 0.35:
        draw = partial(furniture.draw_railing, stage, x, near, far, vary(rng, (60, 64, 66), 0.3))
    else:
        color = vary(rng, ((150, 104, 80), (130, 110, 84), (168, 160, 148))[int(rng.integers(3))], 0.15)
        draw = partial(furniture.draw_garden_wall, stage, x, near, far, rng.uniform(0.8, 1.9), color)
    things.add(far - 0.01, draw)
