"""Where an image lies in a widget: zoom and position, as plain values.

Widget coordinates are logical pixels with x to the right and y down, as Qt's are.
"""

from dataclasses import dataclass, replace
from math import ceil, floor

from unetpp_desktop.core.geometry import Rect

FIT_MARGIN = 16.0  # logical pixels left free on each side by `fitted`
LEAST_VISIBLE = 48.0  # logical pixels of the image that stay in the widget however far it is moved
LARGEST_SCALE = 64.0
ZOOM_STEP = 1.25


@dataclass(frozen=True)
class Viewport:
    """``scale`` is logical widget pixels per image pixel; (``left``, ``top``) is the image's corner."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """The image point under a widget point."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """The widget point of an image point."""
        return self.left + x * self.scale, self.top + y * self.scale

    def zoomed(self, scale: float, x: float, y: float) -> "Viewport":
        """At another scale, with the image point under the widget point (x, y) kept there."""
        image_x, image_y = self.to_image(x, y)
        return Viewport(scale, x - image_x * scale, y - image_y * scale)

    def moved(self, dx: float, dy: float) -> "Viewport":
        return replace(self, left=self.left + dx, top=self.top + dy)

    def held(self, image: tuple[int, int], widget: tuple[float, float]) -> "Viewport":
        """Moved just so far that part of the image can be seen; sizes are (height, width)."""
        height, width = image[0] * self.scale, image[1] * self.scale
        left = min(max(self.left, min(LEAST_VISIBLE, width) - width), widget[1] - min(LEAST_VISIBLE, width))
        top = min(max(self.top, min(LEAST_VISIBLE, height) - height), widget[0] - min(LEAST_VISIBLE, height))
        return replace(self, left=left, top=top)

    def widget_rect(self, rect: Rect, spread: int = 2) -> tuple[int, int, int, int]:
        """The whole widget pixels (x, y, width, height) that show ``rect``, ``spread`` more on each side.

        Smooth scaling mixes neighbouring pixels, hence the spread.
        """
        left, top = self.to_widget(rect.left, rect.top)
        right, bottom = self.to_widget(rect.right, rect.bottom)
        x, y = floor(left) - spread, floor(top) - spread
        return x, y, ceil(right) + spread - x, ceil(bottom) + spread - y


def fitted(image: tuple[int, int], widget: tuple[float, float]) -> Viewport:
    """The whole image in the middle of the widget, as large as it can be; sizes are (height, width)."""
    room_y, room_x = (max(1.0, side - 2 * FIT_MARGIN) for side in widget)
    scale = min(room_y / image[0], room_x / image[1], LARGEST_SCALE)
    return centred(scale, image, widget)


def centred(scale: float, image: tuple[int, int], widget: tuple[float, float]) -> Viewport:
    """The middle of the image in the middle of the widget; sizes are (height, width)."""
    return Viewport(scale, (widget[1] - image[1] * scale) / 2, (widget[0] - image[0] * scale) / 2)


def clamped_scale(scale: float, fit_scale: float) -> float:
    """Between a quarter of the fitting scale (or of 1, for small images) and `LARGEST_SCALE`."""
    return min(max(scale, min(fit_scale, 1.0) / 4), LARGEST_SCALE)


def pyramid_level(scale: float, levels: int) -> int:
    """Which of ``levels`` images, each half as large as the one before, to draw at ``scale`` device pixels.

    The smallest one that is not enlarged by more than a hair.
    """
    level = 0
    while level + 1 < levels and scale * 2 ** (level + 1) <= 1.001:
        level += 1
    return level
