"""The picture on the canvas: scene and overlay at every zoom."""

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.gui.layer import Layer
from unetpp_desktop.gui.mask_view import MaskView
from unetpp_desktop.gui.overlay import Overlay
from unetpp_desktop.gui.preview_layer import PreviewLayer
from unetpp_desktop.gui.scene_levels import SceneLevels
from unetpp_desktop.gui.view_options import Light, OverlayStyle
from unetpp_desktop.gui.viewport import Viewport, pyramid_level

_PREVIEWED = (OverlayStyle.AREAS, OverlayStyle.OUTLINES)
_DIMMED = QColor(150, 150, 150, 90)  # over the gray scene of the difference view: classes are often dark


class ScenePicture:
    """Images ready to be drawn; of the overlay only what changed is ever made anew."""

    def __init__(self, image: np.ndarray) -> None:
        self.size: tuple[int, int] = (image.shape[0], image.shape[1])
        self.light = Light()  # not of the gray scene, which is dimmed anyway
        self._images = SceneLevels(image)
        self._gray_images: dict[int, QImage] = {}  # by level, made when first drawn
        self._view: MaskView | None = None
        self._overlay: Layer | None = None
        self._preview: PreviewLayer | None = None

    @property
    def overlay(self) -> Layer | None:
        """What is drawn over the scene; None without a mask, and until its layer is made."""
        return self._overlay

    def shows(self, labels: np.ndarray) -> bool:
        """Whether this is the mask that was set last."""
        return self._view is not None and labels is self._view.labels

    @property
    def coarsest_image(self) -> QImage:
        """The scene at its smallest level, as it is shown."""
        if self._overlay is not None and self._overlay.over_gray:
            return self._gray_image(len(self._images) - 1)
        return self._images.image(len(self._images) - 1, self.light)

    @property
    def coarsest_overlay(self) -> QImage | None:
        """The class colours at the smallest level, opaque; None without a mask."""
        return None if self._overlay is None else self._overlay.images[-1]

    def set_mask(self, view: MaskView | None, layer: Layer | None) -> None:
        """Shows another mask, or the same in another way; with None no mask.

        Where there is no ``layer`` of it yet, `set_layer` follows. The preview has to be set again.
        """
        if layer is not None or view is None or not self.shows(view.labels):
            self._overlay = layer
        self._view = view
        self._preview = None

    def set_layer(self, view: MaskView, layer: Layer) -> None:
        """What draws ``view``, where that is still the one that was set last."""
        if view is self._view:
            self._overlay = layer

    def set_preview(self, predicted: np.ndarray | None, origins: np.ndarray, table: np.ndarray) -> None:
        """Shows ``predicted`` lightly where nobody has labelled the mask; with None nothing.

        ``origins``, ``uint8 (H, W)``, are those of the mask; ``predicted`` may be smaller than that.
        There is no preview over the views that show something of the mask over the gray scene.
        """
        self._preview = None
        if predicted is not None and self._view is not None and self._view.style in _PREVIEWED:
            self._preview = PreviewLayer(predicted, origins, table, self._view.style)

    def looks_like(self, view: MaskView) -> bool:
        """Whether ``view`` is what was set last, but for its colours."""
        return self._view is not None and self._view.looks_like(view)

    def set_colors(self, table: np.ndarray) -> None:
        if self._overlay is not None:
            self._overlay.set_table(table)
        if self._preview is not None:
            self._preview.set_table(table)

    def refresh(self, rect: Rect) -> Rect:
        """To be called after the pixels of ``rect`` changed; returns what is drawn otherwise now."""
        touched = rect
        if self._overlay is not None:
            self._overlay.refresh(rect)
            touched = self._overlay.touched(rect)
        return touched if self._preview is None else touched.union(self._preview.refresh(rect))

    def paint(self, painter: QPainter, viewport: Viewport, device_ratio: float, opacity: float) -> None:
        """Draws scene and mask in the painter's clip, which has to be set; pixels are crisp past 100 %."""
        self.paint_under(painter, viewport, device_ratio, self._overlay, opacity)
        if self._preview is not None and opacity > 0:
            self._preview.paint(painter, viewport, device_ratio, opacity)

    def paint_under(
        self,
        painter: QPainter,
        viewport: Viewport,
        device_ratio: float,
        overlay: Layer | None,
        opacity: float,
    ) -> None:
        """As `paint`, with the colours of something else over the scene, or of nothing."""
        scale = viewport.scale * device_ratio
        level = pyramid_level(scale, len(self._images))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.translate(viewport.left, viewport.top)
        painter.scale(viewport.scale * 2**level, viewport.scale * 2**level)
        if overlay is not None and overlay.over_gray and opacity > 0:
            painter.drawImage(0, 0, self._gray_image(level))
        else:
            shown = painter.clipBoundingRect()
            painter.drawImage(0, 0, self._images.image(level, self.light, shown))
        if overlay is not None and opacity > 0:
            # Lines and scattered pixels need more strength than areas to be seen.
            painter.setOpacity(opacity if isinstance(overlay, Overlay) else (1 + opacity) / 2)
            painter.drawImage(0, 0, overlay.images[level])
        painter.restore()

    def _gray_image(self, level: int) -> QImage:
        if level not in self._gray_images:
            gray = self._images.image(level, Light()).convertToFormat(QImage.Format.Format_Grayscale8)
            gray = gray.convertToFormat(QImage.Format.Format_RGB32)  # which is drawn three times as fast
            painter = QPainter(gray)
            painter.fillRect(gray.rect(), _DIMMED)
            painter.end()
            self._gray_images[level] = gray
        return self._gray_images[level]
