"""How the scene is shown, beyond zoom and position."""

from dataclasses import dataclass
from enum import StrEnum


class OverlayStyle(StrEnum):
    """What of the mask is drawn over the scene; the values are remembered."""

    AREAS = "areas"
    OUTLINES = "outlines"
    DIFFERENCE = "difference"  # from what the model predicts
    UNCERTAINTY = "uncertainty"  # of the model, where nobody has decided yet


@dataclass(frozen=True)
class Light:
    """In which light the scene is shown; the default is as it is in the file."""

    brightness: int = 0  # -100 to 100
    contrast: int = 0  # -100 to 100
    gamma: float = 1.0  # above 1 the dark becomes lighter


MOST_PANES = 3
"""Beside the canvas."""


@dataclass(frozen=True)
class Compared:
    """What a pane beside the canvas shows: the image alone, or what a model predicts for it."""

    predicted: bool = False
    model: str | None = None  # whose prediction, by name; None: that of the model chosen


@dataclass(frozen=True)
class ViewOptions:
    """What the user chose to see; kept between two starts."""

    minimap: bool = True  # the whole scene in a corner, where not all of it is in view
    pixel_grid: bool = True  # lines between the pixels where these are large
    style: OverlayStyle = OverlayStyle.AREAS
    least_uncertainty: int = 20  # percent: how likely a class is wrong that is shown as uncertain
    light: Light = Light()
    comparing: bool = False  # whether there are panes beside the canvas
    panes: tuple[Compared, ...] = (Compared(), Compared(predicted=True))
