"""How doubtful a predicted class is, found in the same pass of the network.

A network of depth d has a head at each depth up to d. Their logits are mixed, each head weighing four
times as much as the one above it, and the uncertainty is what the mixture gives to all classes but the
predicted one:

    p = softmax(sum_k w_k z_k),  w_k proportional to 4^k,  uncertainty = sqrt(sum_{c != label} p_c)

That is a geometric mean of the heads' probabilities (a product of experts: Hinton, Neural Computation
2002), so heads that disagree with the label raise it. At depth 1 it is one minus the probability of the
label. The square root spreads the small values, of which there are many, over the 256 steps of a byte.

The entropy of the mean head plus the heads' Jensen-Shannon divergence finds fewer of the errors, because the
shallow heads are often wrong where the deepest is right. The ratio of the weights was chosen on scenes of
the training data.
"""

from collections.abc import Sequence

import numpy as np

from unetpp_desktop.nn.card import ModelCard

MOST_UNCERTAIN = 255
"""The uncertainty ``uint8`` of a pixel whose class is certainly another one; 0 is certainly right."""

_RATIO = 4.0


def head_weights(depth: int, ratio: float = _RATIO) -> tuple[float, ...]:
    """What each head, 1 to ``depth``, weighs in the mixture: ``ratio`` times the one above, in all 1."""
    weights = [ratio**number for number in range(1, depth + 1)]
    return tuple(weight / sum(weights) for weight in weights)


def own_error_rates() -> np.ndarray:
    """``float32 (256,)``: how probable the mixture itself holds an error at each uncertainty."""
    return np.square(np.arange(MOST_UNCERTAIN + 1, dtype=np.float32) / MOST_UNCERTAIN)


def spread(rates: Sequence[float]) -> np.ndarray:
    """``float32 (256,)``: the error rates of a card at each uncertainty."""
    places = np.linspace(0, MOST_UNCERTAIN, len(rates))
    return np.interp(np.arange(MOST_UNCERTAIN + 1), places, rates).astype(np.float32)


def error_rates(card: ModelCard, depth: int) -> np.ndarray:
    """``float32 (256,)``: how probable an error is at each uncertainty of a model, never falling.

    As measured where the card says so, else as the network itself holds it. ``error_rates(card,
    depth)[prediction.uncertainty]`` is a map of error probabilities.
    """
    calibration = card.calibration.get(str(depth))
    return own_error_rates() if calibration is None else spread(calibration.error_rates)
