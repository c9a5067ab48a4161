"""How good the masks of a set of scenes are against the annotator's seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from unetpp_desktop.nn.metrics import ConfusionMatrix

_MOST_POINTS = 1000  # of a curve in a report


@dataclass(frozen=True)
class Curve:
    """Seconds, and mIoU and pixel accuracy (fractions of 1) of the whole set at each of them."""

    seconds: tuple[float, ...]
    miou: tuple[float, ...]
    pixel_accuracy: tuple[float, ...]

    def seconds_to(self, figures: Sequence[float], wanted: float) -> float | None:
        """When ``figures``, one for each of the seconds, first reach ``wanted``; None: never."""
        return next((at for at, value in zip(self.seconds, figures, strict=True) if value >= wanted), None)

    def thinned(self) -> "Curve":
        """At most a thousand points, the first and the last among them."""
        count = len(self.seconds)
        if count <= _MOST_POINTS:
            return self
        places = np.unique(np.linspace(0, count - 1, _MOST_POINTS).round().astype(int)).tolist()
        rows = (self.seconds, self.miou, self.pixel_accuracy)
        return Curve(*(tuple(row[place] for place in places) for row in rows))


@dataclass
class Scoreboard:
    """Counts all scenes together, and again only what a change has touched."""

    classes: int
    _matrix: ConfusionMatrix = field(init=False)
    _points: list[tuple[float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._matrix = ConfusionMatrix(self.classes)

    def add(self, labels: np.ndarray, truth: np.ndarray) -> None:
        """Another scene, ``uint8 (H, W)`` both, as it is before anybody works on it."""
        self._matrix.add(labels, truth)

    def change(self, before: np.ndarray, after: np.ndarray, truth: np.ndarray) -> None:
        """A part of a scene has changed, ``uint8 (h, w)`` each."""
        former = ConfusionMatrix(self.classes)
        former.add(before, truth)
        self._matrix.counts -= former.counts
        self._matrix.add(after, truth)

    def note(self, seconds: float) -> None:
        """What the figures are now becomes a point of the curve."""
        self._points.append((seconds, self._matrix.miou(), self._matrix.pixel_accuracy()))

    def curve(self) -> Curve:
        seconds, miou, accuracy = zip(*self._points, strict=True)
        return Curve(seconds, miou, accuracy)
