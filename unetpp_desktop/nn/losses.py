"""The loss of deep supervision."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from unetpp_desktop.core.palette import VOID


def class_weights(pixels: np.ndarray, cap: float) -> Tensor:
    """Square roots of median-frequency weights (Eigen and Fergus, arXiv 1411.4734), at most ``cap``.

    ``pixels`` is ``(classes,)``, the number of training pixels of each class; a class without any
    gets weight 1. Returns ``float32 (classes,)``.
    """
    counts = np.asarray(pixels, np.float64)
    present = counts > 0
    weights = np.ones(len(counts))
    if present.any():
        weights[present] = np.sqrt(np.median(counts[present]) / counts[present]).clip(max=cap)
    return torch.tensor(weights, dtype=torch.float32)


def supervised_loss(
    logits: dict[int, Tensor], labels: Tensor, weights: Tensor, head_weights: Sequence[float]
) -> Tensor:
    """Cross-entropy of every head, weighted per class and per head.

    ``logits`` holds ``(N, classes, H, W)`` per depth, ``labels`` is ``int64 (N, H, W)``; void pixels
    do not enter. ``head_weights[d - 1]`` belongs to depth d; the sum is divided by their total.
    """
    known = labels != VOID
    # Asking whether there is any known pixel would make the processor wait for a GPU in every step.
    importance = (weights[torch.where(known, labels, 0)] * known).sum().clamp(min=1e-6)
    losses = [
        head_weights[depth - 1]
        * F.cross_entropy(scores.float(), labels, weights, ignore_index=VOID, reduction="sum")
        for depth, scores in logits.items()
    ]
    return torch.stack(losses).sum() / importance / sum(head_weights[depth - 1] for depth in logits)


def distillation_loss(logits: dict[int, Tensor], head_weights: Sequence[float]) -> Tensor:
    """What the shallower heads lack of the deepest one's answer (Phuong and Lampert, ICCV 2019).

    Cross-entropy of each shallower head with the probabilities of the deepest, which does not learn
    from it, over all pixels: void ones teach as well. ``logits`` holds ``(N, classes, H, W)`` per
    depth; ``head_weights[d - 1]`` belongs to depth d; the sum is divided by the total of all heads.
    """
    deepest = max(logits)
    answer = logits[deepest].detach().float().softmax(1)
    total = sum(head_weights[depth - 1] for depth in logits)
    losses = [
        head_weights[depth - 1] * F.cross_entropy(scores.float(), answer)
        for depth, scores in logits.items()
        if depth != deepest
    ]
    return torch.stack(losses).sum() / total if losses else answer.new_zeros(())
