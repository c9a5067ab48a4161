"""Generated street scenes: a data source that needs no camera and comes with exact masks."""

from unetpp_desktop.storage.street.samples import write_samples
from unetpp_desktop.storage.street.scene import StreetScene, draw_scene

__all__ = ["StreetScene", "draw_scene", "write_samples"]
