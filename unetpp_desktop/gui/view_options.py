"""How the scene is shown, beyond zoom and position."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field


class OverlayStyle(StrEnum):
    """What of the mask is drawn over the scene; the values are remembered."""

    AREAS = "areas"
    OUTLINES = "outlines"
    DIFFERENCE = "difference"  # from what the model predicts
    UNCERTAINTY = "uncertainty"  # of the model, where nobody has decided yet


LIGHT_REACH = 100
"""How far brightness and contrast go to both sides of 0."""

STRONGEST_GAMMA = 4.0
"""The weakest one is its reciprocal."""

# The ranges are checked where what follows is read from a file.
_Signed = Annotated[int, Field(ge=-LIGHT_REACH, le=LIGHT_REACH)]
_Gamma = Annotated[float, Field(ge=1 / STRONGEST_GAMMA, le=STRONGEST_GAMMA)]
_Percent = Annotated[int, Field(ge=0, le=100)]


@dataclass(frozen=True)
class Light:
    """In which light the scene is shown; the default is as it is in the file."""

    brightness: _Signed = 0
    contrast: _Signed = 0
    gamma: _Gamma = 1.0  # above 1 the dark becomes lighter


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
    least_uncertainty: _Percent = 20  # how likely a class is wrong that is shown as uncertain
    light: Light = Light()
    comparing: bool = False  # whether there are panes beside the canvas
    panes: tuple[Compared, ...] = (Compared(), Compared(predicted=True))
