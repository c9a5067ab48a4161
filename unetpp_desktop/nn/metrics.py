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
