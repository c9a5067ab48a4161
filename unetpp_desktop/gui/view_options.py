"""How the scene is shown, beyond zoom and position."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ViewOptions:
    """What the user chose to see; kept between two starts."""

    minimap: bool = True  # the whole scene in a corner, where not all of it is in view
    pixel_grid: bool = True  # lines between the pixels where these are large
