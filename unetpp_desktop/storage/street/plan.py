"""The plan of a street: where kerbs, side roads and building lines run."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.storage.street.paint import Camera

FAR_M = 170.0


@dataclass(frozen=True)
class Side:
    """One side of the street; ``sign`` is -1 to the left of the camera and +1 to the right."""

    sign: int
    kerb: float  # distance of the kerb from the camera's path, metres
    pavement: float  # width, metres
    openings: tuple[tuple[float, float], ...]  # side roads, from z to z

    def x(self, beyond_kerb: float) -> float:
        """The x of a line this far behind the kerb (negative: on the road)."""
        return self.sign * (self.kerb + beyond_kerb)

    def opens_at(self, z: float) -> bool:
        return any(near <= z <= far for near, far in self.openings)


@dataclass(frozen=True)
class Plan:
    """The street of one scene."""

    left: Side
    right: Side
    center_line: float  # x between the two directions of traffic
    end: float  # z of the T-junction's far kerb, or FAR_M

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.left, self.right


def choose_camera(rng: np.random.Generator, height: int, width: int) -> Camera:
    """A camera behind a windscreen."""
    reference = float(np.sqrt(height * width / 0.75))  # the width of a 4:3 image of this area
    return Camera(
        height=height,
        width=width,
        focal=reference * rng.uniform(0.9, 1.2),
        horizon=height * rng.uniform(0.42, 0.54),
        center=width * rng.uniform(0.4, 0.6),
        eye=rng.uniform(1.3, 1.7),
        bend=0.0 if rng.random() < 0.4 else rng.uniform(-0.0011, 0.0011),
    )


def choose_plan(rng: np.random.Generator) -> Plan:
    """Traffic keeps left: the camera's lane is the left one."""
    lane = rng.uniform(2.9, 3.6)
    bays = rng.uniform(0, 2.2) * (rng.random() < 0.5)
    left = _choose_side(rng, -1, lane / 2 + bays)
    right = _choose_side(rng, 1, lane * 1.5 + rng.uniform(0, 2.4))
    end = rng.uniform(26, 60) if rng.random() < 0.18 else FAR_M
    return Plan(left, right, lane / 2, end)


def _choose_side(rng: np.random.Generator, sign: int, kerb: float) -> Side:
    openings = []
    z = rng.uniform(8, 70)
    while z < 120:
        width = rng.uniform(6, 10)
        openings.append((z, z + width))
        z += width + rng.uniform(30, 70)
    return Side(sign, kerb, rng.uniform(1.8, 4.2), tuple(openings))
