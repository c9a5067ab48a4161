"""What a fine-tuning minimises: the corrections, and the root's answers where nobody corrected."""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID


def correction_loss(
    logits: Mapping[int, Tensor],
    labels: Tensor,
    origins: Tensor,
    weights: Tensor,
    head_weights: Sequence[float],
    painted_weight: float,
) -> Tensor:
    """Cross-entropy of every head over the pixels whose class a person gave or checked.

    ``logits`` holds ``(N, classes, H, W)`` per depth; ``labels`` and ``origins`` are ``int64 (N, H, W)``.
    A pixel without a class does not enter. Others weigh as ``weights`` says of their class, painted
    ones ``painted_weight`` times as much. Depth d counts ``head_weights[d - 1]``, in all 1.
    """
    importance = _importance(labels, weights, human(origins))
    importance = torch.where(origins == Origin.PAINTED, importance * painted_weight, importance)
    return _cross_entropy(logits, labels, importance, head_weights)


def replay_loss(
    logits: Mapping[int, Tensor],
    labels: Tensor,
    places: Tensor,
    classes: Tensor,
    weights: Tensor,
    head_weights: Sequence[float],
) -> Tensor:
    """Cross-entropy of every head over what the root learnt before: ``places``, ``bool (N, H, W)``.

    Only ``classes``, ``int64 (n,)``, compete: those that the root and its data know. What has been a
    class of its own since counts to one of them in the base data, and is not to be unlearnt. The rest as in
    `correction_loss`.
    """
    numbers = torch.full((256,), VOID, dtype=torch.int64, device=labels.device)
    numbers[classes] = torch.arange(len(classes), device=labels.device)
    again = numbers[labels]
    importance = _importance(again, weights[classes], places)
    return _cross_entropy(
        {depth: scores[:, classes] for depth, scores in logits.items()}, again, importance, head_weights
    )


def _importance(labels: Tensor, weights: Tensor, places: Tensor) -> Tensor:
    known = (labels != VOID) & places
    return weights[torch.where(known, labels, 0)] * known


def _cross_entropy(
    logits: Mapping[int, Tensor], labels: Tensor, importance: Tensor, head_weights: Sequence[float]
) -> Tensor:
    total = importance.sum().clamp(min=1e-6)
    losses = [
        head_weights[depth - 1]
        * (F.cross_entropy(scores.float(), labels, ignore_index=VOID, reduction="none") * importance).sum()
        for depth, scores in logits.items()
    ]
    return torch.stack(losses).sum() / total / sum(head_weights[depth - 1] for depth in logits)


def human(origins: Tensor) -> Tensor:
    """``bool (N, H, W)``: pixels whose class a person gave or checked."""
    found = torch.zeros_like(origins, dtype=torch.bool)
    for origin in HUMAN:
        found |= origins == origin
    return found


def unchecked(origins: Tensor) -> Tensor:
    """``bool (N, H, W)``: pixels of the scene about which no person has said anything.

    ``origins`` is void where a crop reaches beyond its scene.
    """
    return ~human(origins) & (origins != VOID)


def keeping_loss(
    logits: Mapping[int, Tensor],
    base: Mapping[int, Tensor],
    places: Tensor,
    classes: Tensor,
    head_weights: Sequence[float],
) -> Tensor:
    """How far the answers moved from the root's: mean Kullback-Leibler divergence over ``places``.

    Learning without forgetting (Li and Hoiem, arXiv 1606.09282). ``base`` are the root's logits,
    shaped like ``logits``; ``places`` is ``bool (N, H, W)``. Only ``classes``, ``int64 (n,)``, are
    compared: those that the root knows.
    """
    count = places.sum().clamp(min=1)
    losses = []
    for depth, scores in logits.items():
        asked = F.log_softmax(scores[:, classes].float(), 1)
        known = F.log_softmax(base[depth][:, classes].float(), 1)
        moved = F.kl_div(asked, known, reduction="none", log_target=True).sum(1)
        losses.append(head_weights[depth - 1] * (moved * places).sum())
    return torch.stack(losses).sum() / count / sum(head_weights[depth - 1] for depth in logits)
