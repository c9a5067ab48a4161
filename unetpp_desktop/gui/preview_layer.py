"""A preview over the scene: what the model says of the pixels that have no label yet."""

import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.layer import Layer
from unetpp_desktop.gui.outlines import Outlines
from unetpp_desktop.gui.overlay import Overlay
from unetpp_desktop.gui.view_options import OverlayStyle


class PreviewLayer:
    """Areas or outlines, like those of the mask; where a label comes, the preview goes."""

    def __init__(
        self, predicted: np.ndarray, origins: np.ndarray, table: np.ndarray, style: OverlayStyle
    ) -> None:
        """``predicted`` and ``origins`` are ``uint8 (H, W)``; the latter may change, see `refresh`."""
        self._predicted = predicted
        self._origins = origins
        self._labels = np.empty_like(predicted)
        self._choose(full_rect(predicted.shape))
        kind = Outlines if style is OverlayStyle.OUTLINES else Overlay
        self.layer: Layer = kind(self._labels, table)

    def refresh(self, rect: Rect) -> Rect:
        """To be called after the origins of ``rect`` changed; returns what is drawn otherwise now."""
        self._choose(rect)
        self.layer.refresh(rect)
        return self.layer.touched(rect)

    def _choose(self, rect: Rect) -> None:
        free = self._origins[rect.slices] == Origin.NONE
        self._labels[rect.slices] = np.where(free, self._predicted[rect.slices], np.uint8(VOID))
