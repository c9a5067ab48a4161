"""What stands on the ground, gathered before it is drawn from far to near."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from unetpp_desktop.storage.street.ground import shadow_of_box
from unetpp_desktop.storage.street.paint import Stage
from unetpp_desktop.storage.street.vehicles import Vehicle, draw_vehicle


@dataclass(frozen=True)
class Things:
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
