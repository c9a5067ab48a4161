"""The composition of a street scene, from the sky to the camera's own bonnet."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.street.ground import cast_shadows, draw_ground
from unetpp_desktop.storage.street.light import choose_light, develop, draw_sky
from unetpp_desktop.storage.street.noise import noise_patch
from unetpp_desktop.storage.street.paint import BUILDING, TREE, Stage, blank_canvas, vary
from unetpp_desktop.storage.street.plan import FAR_M, choose_camera, choose_plan
from unetpp_desktop.storage.street.roadside import close_street, furnish, line_with_buildings
from unetpp_desktop.storage.street.things import Things
from unetpp_desktop.storage.street.traffic import drive, park, populate


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
    things = Things([], [], [])
    for side in plan.sides:
        line_with_buildings(stage, plan, side, things)
        furnish(stage, plan, side, things)
        park(stage, plan, side, things)
    if plan.end < FAR_M:
        close_street(stage, plan, things)
    drive(stage, plan, things)
    populate(stage, plan, things)
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
