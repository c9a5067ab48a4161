"""Losses that measure overlap, as the IoU does, where cross-entropy counts pixels."""

import torch
from torch import Tensor

from unetpp_desktop.core.palette import VOID


def dice_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """One minus the soft Dice of a batch, mean over its classes (Milletari et al., arXiv 1606.04797).

    ``logits`` is ``(N, classes, H, W)``, ``labels`` ``int64 (N, H, W)``; void pixels do not enter,
    nor do classes that the batch does not hold.
    """
    probabilities, truth = _known(logits, labels)
    there = torch.nn.functional.one_hot(truth, logits.shape[1]).to(probabilities)
    present = there.sum(0) > 0
    shared = (probabilities * there).sum(0)[present]
    total = (probabilities.sum(0) + there.sum(0))[present]
    return (1 - 2 * shared / total).mean() if present.any() else probabilities.sum() * 0.0


def lovasz_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """The Lovasz extension of the Jaccard loss of each class of a batch, mean over its classes.

    Berman et al., "The Lovasz-Softmax loss" (arXiv 1705.08790), algorithm 1. Shapes as in
    `dice_loss`. It sorts all pixels once per class.
    """
    probabilities, truth = _known(logits, labels)
    losses = []
    for index in torch.unique(truth).tolist():
        there = (truth == index).to(probabilities)
        errors, order = (there - probabilities[:, index]).abs().sort(descending=True)
        missing = there.sum() - there[order].cumsum(0)  # pixels of the class that are not yet wrong
        union = there.sum() + (1 - there[order]).cumsum(0)
        jaccard = 1 - missing / union
        steps = torch.cat((jaccard[:1], jaccard[1:] - jaccard[:-1]))
        losses.append((errors * steps).sum())
    return torch.stack(losses).mean() if losses else probabilities.sum() * 0.0


def _known(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities ``float32 (pixels, classes)`` and classes ``int64 (pixels,)`` of what is not void."""
    known = labels != VOID
    return logits.float().softmax(1).movedim(1, -1)[known], labels[known]
