"""Brightness, contrast and gamma of the scene on the screen; neither the file nor the network sees them."""

import numpy as np

from unetpp_desktop.gui.view_options import Light

_STRONGEST_CONTRAST = 4.0


def light_table(light: Light) -> np.ndarray:
    """``uint8 (256,)``: what every value of a channel is shown as.

    Gamma comes first and leaves black and white where they are. Contrast stretches about the middle, by up
    to 4 and down to a quarter; brightness then adds up to half of the range.
    """
    shades = (np.arange(256) / 255) ** (1 / light.gamma)
    shades = (shades - 0.5) * _STRONGEST_CONTRAST ** (light.contrast / 100) + 0.5 + light.brightness / 200
    table: np.ndarray = np.rint(shades.clip(0, 1) * 255).astype(np.uint8)
    return table
