"""A preview over the scene: what the model says of the pixels that have no label yet."""

import numpy as np
from PySide6.QtGui import QPainter

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.layer import Layer
from unetpp_desktop.gui.outlines import Outlines
from unetpp_desktop.gui.overlay import Overlay
from unetpp_desktop.gui.view_options import OverlayStyle
from unetpp_desktop.gui.viewport import Viewport, pyramid_level

_SHARE = 0.55  # of the opacity of a mask


class PreviewLayer:
    """Areas or outlines, like those of the mask; where a label comes, the preview goes.

    It is as fine as what was predicted, which may be smaller than the scene.
    """

    def __init__(
        self, predicted: np.ndarray, origins: np.ndarray, table: np.ndarray, style: OverlayStyle
    ) -> None:
        """``predicted`` is ``uint8 (h, w)``, ``origins`` ``uint8 (H, W)``; see `refresh`."""
        self._predicted = predicted
        self._origins = origins
        (height, width), (rows, columns) = origins.shape, predicted.shape
        self._down, self._across = height / rows, width / columns  # pixels of the scene per one of these
        # Of each pixel here the one of the scene that lies in its middle.
        self._rows = ((np.arange(rows) + 0.5) * self._down).astype(np.intp)
        self._columns = ((np.arange(columns) + 0.5) * self._across).astype(np.intp)
        self._labels = np.empty_like(predicted)
        self._choose(full_rect(predicted.shape))
        kind = Outlines if style is OverlayStyle.OUTLINES else Overlay
        self._layer: Layer = kind(self._labels, table)

    def set_table(self, table: np.ndarray) -> None:
        """The colours have changed."""
        self._layer.set_table(table)

    def refresh(self, rect: Rect) -> Rect:
        """To be called after the origins of ``rect`` changed; returns what is drawn otherwise now."""
        here = Rect(
            int(rect.top / self._down),
            int(rect.left / self._across),
            int(np.ceil(rect.bottom / self._down)),
            int(np.ceil(rect.right / self._across)),
        ).intersection(full_rect(self._predicted.shape))
        self._choose(here)
        self._layer.refresh(here)
        touched = self._layer.touched(here)
        return Rect(
            int(touched.top * self._down),
            int(touched.left * self._across),
            int(np.ceil(touched.bottom * self._down)),
            int(np.ceil(touched.right * self._across)),
        )

    def paint(self, painter: QPainter, viewport: Viewport, device_ratio: float, opacity: float) -> None:
        """Draws it lightly in the painter's clip; ``opacity`` is that of a mask."""
        images = self._layer.images
        scale = viewport.scale * device_ratio * self._down
        level = pyramid_level(scale, len(images))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.translate(viewport.left, viewport.top)
        painter.scale(viewport.scale * self._across * 2**level, viewport.scale * self._down * 2**level)
        is_area = isinstance(self._layer, Overlay)
        painter.setOpacity(_SHARE * (opacity if is_area else (1 + opacity) / 2))
        painter.drawImage(0, 0, images[level])
        painter.restore()

    def _choose(self, rect: Rect) -> None:
        rows, columns = self._rows[rect.top : rect.bottom], self._columns[rect.left : rect.right]
        free = self._origins[rows[:, None], columns] == Origin.NONE
        self._labels[rect.slices] = np.where(free, self._predicted[rect.slices], np.uint8(VOID))
