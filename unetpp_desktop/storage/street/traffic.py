"""What moves along a street, or has stopped there: vehicles, pedestrians, cyclists."""

from functools import partial

import numpy as np

from unetpp_desktop.storage.street.ground import shadow_of_box
from unetpp_desktop.storage.street.paint import Stage, disc
from unetpp_desktop.storage.street.people import draw_cyclist, draw_pedestrian
from unetpp_desktop.storage.street.plan import FAR_M, Plan, Side
from unetpp_desktop.storage.street.things import Things
from unetpp_desktop.storage.street.vehicles import choose_vehicle


def park(stage: Stage, plan: Plan, side: Side, things: Things) -> None:
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


def drive(stage: Stage, plan: Plan, things: Things) -> None:
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


def populate(stage: Stage, plan: Plan, things: Things) -> None:
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
