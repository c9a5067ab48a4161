"""What is asked of each pixel, read from logits by PyTorch, on whatever device they lie."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from unetpp_desktop.nn.engine_predictor import Question
from unetpp_desktop.nn.predictor import NO_RANK, RANKS
from unetpp_desktop.nn.uncertainty import MOST_UNCERTAIN, head_weights


def answers_of(logits: Mapping[int, Tensor], depths: Sequence[int], question: Question) -> dict[int, Tensor]:
    """By depth, ``(planes, H, W)`` as ``question`` has them; overwrites the logits.

    ``logits`` are ``float32 (1, classes, H, W)`` of all depths that `heads_for` the question names.
    """
    return {depth: _answer(logits, depth, question) for depth in depths}


def _answer(logits: Mapping[int, Tensor], depth: int, question: Question) -> Tensor:
    scores = logits[depth][0]
    match question:
        case Question.LABELS:
            # max().indices is several times faster than argmax() on this layout
            return scores.max(0, keepdim=True).indices.to(torch.uint8)
        case Question.RANKED:
            return _ranked(scores)
        case Question.CONFIDENCES:
            # softmax at its largest place only: 1 / sum(exp(score - largest))
            return 1 / (scores - scores.max(0, keepdim=True).values).exp_().sum(0, keepdim=True)
        case Question.REVIEW:
            return _review(logits, depth)
        case Question.LOGITS:
            return scores


def _ranked(scores: Tensor) -> Tensor:
    """The first plane are the labels, which `topk` would not promise where two classes are equal."""
    ranked = torch.full((RANKS, *scores.shape[1:]), NO_RANK, dtype=torch.uint8, device=scores.device)
    for rank in range(min(RANKS, scores.shape[0])):
        likeliest = scores.max(0, keepdim=True).indices
        ranked[rank] = likeliest[0]
        scores.scatter_(0, likeliest, -torch.inf)
    return ranked


def _review(logits: Mapping[int, Tensor], depth: int) -> Tensor:
    """See `uncertainty`."""
    weighted = [weight * logits[number][0] for number, weight in enumerate(head_weights(depth), 1)]
    mixed = torch.stack(weighted).sum(0)
    ranked = _ranked(logits[depth][0])
    others = mixed.softmax(0).scatter_(0, ranked[:1].long(), 0)
    doubt = others.sum(0, keepdim=True).sqrt_().mul_(MOST_UNCERTAIN).round_()
    return torch.cat([ranked, doubt.to(torch.uint8)])
