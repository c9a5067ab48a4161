"""How often pixels of each uncertainty are wrong, counted on true masks; see `uncertainty`."""

import numpy as np

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.uncertainty import MOST_UNCERTAIN, own_error_rates

_PLACES = 33  # what a card holds: one rate every eight steps
_DOUBT = 20.0  # pixels of each uncertainty that go by what the network itself holds


class ErrorCounts:
    """Pixels by uncertainty: ``counts`` is ``int64 (2, 256)``, those with the right class and the wrong ones.

    From them come the expected calibration error (Guo et al., arXiv 1706.04599, of the probability of an
    error, in bins of equal width) and the area under the ROC curve.
    """

    _BINS = 15

    def __init__(self) -> None:
        self.counts = np.zeros((2, MOST_UNCERTAIN + 1), np.int64)

    def add(self, labels: np.ndarray, uncertainty: np.ndarray, truth: np.ndarray) -> None:
        """Counts one scene, ``uint8 (H, W)`` each; pixels whose true class is void are left out."""
        known = truth != VOID
        wrong = (labels != truth)[known]
        for row, chosen in zip(self.counts, (~wrong, wrong), strict=True):
            row += np.bincount(uncertainty[known][chosen], minlength=MOST_UNCERTAIN + 1)

    def calibration_error(self, rates: np.ndarray) -> float:
        """Mean distance of ``rates``, ``float (256,)``, from the shares of wrong pixels; 0 without pixels."""
        pixels, wrong = self.counts.sum(0), self.counts[1]
        if not pixels.sum():
            return 0.0
        place = np.minimum((rates * self._BINS).astype(np.int64), self._BINS - 1)
        apart = np.bincount(place, weights=pixels * rates - wrong, minlength=self._BINS)
        return float(np.abs(apart).sum() / pixels.sum())

    def error_rates(self) -> tuple[float, ...]:
        """What a card holds: the shares of wrong pixels, made to rise (isotonic regression), at some places.

        Where hardly a pixel was counted, the rates are what the network itself holds.
        """
        pixels = self.counts.sum(0) + _DOUBT
        rates = rising((self.counts[1] + _DOUBT * own_error_rates()) / pixels, pixels)
        places = np.linspace(0, MOST_UNCERTAIN, _PLACES).round().astype(np.int64)
        return tuple(float(rate) for rate in rates[places])


def rising(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The never falling ``float64 (N,)`` nearest to ``values`` by weighted squares.

    Pool adjacent violators (Barlow et al., Statistical Inference under Order Restrictions, 1972).
    """
    blocks: list[tuple[float, float, int]] = []  # mean, weight, length
    for value, weight in zip(values.astype(np.float64), weights.astype(np.float64), strict=True):
        mean, total, length = float(value), float(weight), 1
        while blocks and blocks[-1][0] >= mean:
            before, its_weight, its_length = blocks.pop()
            mean = (before * its_weight + mean * total) / (its_weight + total)
            total, length = total + its_weight, length + its_length
        blocks.append((mean, total, length))
    means, lengths = [block[0] for block in blocks], [block[2] for block in blocks]
    return np.repeat(means, lengths)


def area_under_roc(right: np.ndarray, wrong: np.ndarray) -> float:
    """How often a wrong pixel scores higher than a right one, of equal scores half; NaN where one is missing.

    ``right`` and ``wrong`` are ``int (N,)``: how many pixels have each score, lowest score first.
    """
    pairs = float(right.sum()) * float(wrong.sum())
    below = np.cumsum(right) - right
    return float((wrong * (below + right / 2.0)).sum() / pairs) if pairs else float("nan")


def blocks_of(count: int, gap: int) -> tuple[range, range]:
    """Two blocks of ``count`` neighbouring scenes: to fit on and to measure on, ``gap`` scenes between."""
    middle = count // 2
    return range(middle - gap // 2), range(middle + gap - gap // 2, count)
