"""How good a labelling is, counted as CamVid's papers do."""

from collections.abc import Sequence

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.card import DepthMetrics


class ConfusionMatrix:
    """One confusion matrix over a whole set of scenes; pixels whose true class is void are left out.

    ``counts`` is ``int64 (classes, classes + 1)``: rows are true classes, columns predicted ones,
    the last column counts pixels that were predicted void.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self.counts = np.zeros((classes, classes + 1), np.int64)

    def add(self, labels: np.ndarray, truth: np.ndarray) -> None:
        """Counts one scene: predicted ``labels`` and true classes, ``uint8 (H, W)`` both."""
        known = truth != VOID
        predicted = np.minimum(labels[known], self.classes).astype(np.int64)
        cells = truth[known].astype(np.int64) * (self.classes + 1) + predicted
        self.counts += np.bincount(cells, minlength=self.counts.size).reshape(self.counts.shape)

    def join(self, part: int, whole: int) -> None:
        """From now on pixels of ``whole`` that were answered as ``part`` were answered right."""
        self.counts[whole, whole] += self.counts[whole, part]
        self.counts[whole, part] = 0

    def iou(self) -> np.ndarray:
        """``float64 (classes,)``: intersection over union; NaN for a class neither present nor predicted."""
        right = np.diag(self.counts[:, : self.classes])
        union = self.counts.sum(1) + self.counts[:, : self.classes].sum(0) - right
        with np.errstate(invalid="ignore"):
            return right / np.where(union, union, np.nan)

    def miou(self) -> float:
        """Mean of the classes' IoU; 0 where nothing was counted."""
        values = self.iou()
        return float(np.nanmean(values)) if not np.isnan(values).all() else 0.0

    def pixel_accuracy(self) -> float:
        total = self.counts.sum()
        return float(np.trace(self.counts[:, : self.classes]) / total) if total else 0.0

    def figures(self, names: Sequence[str], scenes: int, data: str) -> DepthMetrics:
        """The figures of this matrix, for a card or a report."""
        iou = {
            name: None if np.isnan(value) else float(value)
            for name, value in zip(names, self.iou(), strict=True)
        }
        return DepthMetrics(
            miou=self.miou(), pixel_accuracy=self.pixel_accuracy(), iou=iou, scenes=scenes, data=data
        )


TRIMAP_PIXELS = 3
"""Half the width of the band along the true boundaries in which `BoundaryAccuracy` counts."""


def boundary_band(truth: np.ndarray) -> np.ndarray:
    """``bool (H, W)``: pixels at most `TRIMAP_PIXELS` (in x and y) from a boundary between two true classes.

    A boundary with void is none: what lies behind it is not known.
    """
    band = np.zeros(truth.shape, np.bool_)
    known = truth != VOID
    for near, far in (
        ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
        ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
    ):
        differs = (truth[near] != truth[far]) & known[near] & known[far]
        band[near] |= differs
        band[far] |= differs
    for axis in (0, 1):
        for _ in range(TRIMAP_PIXELS - 1):  # the pixels on both sides of a boundary are the first
            band = _widened(band, axis)
    band &= known
    return band


def _widened(band: np.ndarray, axis: int) -> np.ndarray:
    wide = band.copy()
    source, target = np.moveaxis(band, axis, 0), np.moveaxis(wide, axis, 0)
    target[1:] |= source[:-1]
    target[:-1] |= source[1:]
    return wide


class BoundaryAccuracy:
    """Share of right pixels along the boundaries (trimap: Kohli et al., IJCV 2009; here 3 pixels wide)."""

    def __init__(self) -> None:
        self._right = self._all = 0

    def add(self, labels: np.ndarray, truth: np.ndarray) -> None:
        """Counts one scene: predicted ``labels`` and true classes, ``uint8 (H, W)`` both."""
        band = boundary_band(truth)
        self._right += int(np.count_nonzero((labels == truth) & band))
        self._all += int(np.count_nonzero(band))

    def value(self) -> float | None:
        """A fraction of 1; None where the scenes have no boundary."""
        return self._right / self._all if self._all else None


class Calibration:
    """Expected calibration error with 15 bins of equal width (Guo et al., arXiv 1706.04599)."""

    _BINS = 15

    def __init__(self) -> None:
        self._pixels = np.zeros(self._BINS, np.int64)
        self._right = np.zeros(self._BINS, np.int64)
        self._confidence = np.zeros(self._BINS)

    def add(self, labels: np.ndarray, confidences: np.ndarray, truth: np.ndarray) -> None:
        """Counts one scene: labels and true classes ``uint8 (H, W)``, confidences ``float32 (H, W)``."""
        known = truth != VOID
        confidence = confidences[known].astype(np.float64)
        place = np.minimum((confidence * self._BINS).astype(np.int64), self._BINS - 1)
        right = (labels == truth)[known]
        self._pixels += np.bincount(place, minlength=self._BINS)
        self._right += np.bincount(place[right], minlength=self._BINS)
        self._confidence += np.bincount(place, weights=confidence, minlength=self._BINS)

    def value(self) -> float:
        """Mean distance between confidence and accuracy, each bin weighted by its pixels."""
        total = self._pixels.sum()
        return float(np.abs(self._confidence - self._right).sum() / total) if total else 0.0
