"""Losses that measure overlap."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.overlap_losses import dice_loss, lovasz_loss

Loss = Callable[[Tensor, Tensor], Tensor]
both = pytest.mark.parametrize("loss", [dice_loss, lovasz_loss])


def certain(labels: Tensor, classes: int = 4) -> Tensor:
    """Logits of a network that is certain of ``labels``."""
    return 50.0 * torch.nn.functional.one_hot(labels, classes).movedim(-1, 1).float()


@both
def test_right_answers_cost_nothing_and_wrong_ones_everything(loss: Loss) -> None:
    labels = torch.randint(0, 4, (2, 5, 6), generator=torch.Generator().manual_seed(1))
    assert loss(certain(labels), labels) == pytest.approx(0, abs=1e-5)
    assert loss(certain((labels + 1) % 4), labels) == pytest.approx(1, abs=1e-5)


def test_of_hard_answers_they_are_dice_and_jaccard() -> None:
    chance = np.random.default_rng(0)
    truth, answer = (torch.from_numpy(chance.integers(0, 3, (1, 8, 9))) for _ in range(2))
    shared = np.array([float(((truth == c) & (answer == c)).sum()) for c in range(3)])
    sizes = np.array([[float((each == c).sum()) for c in range(3)] for each in (truth, answer)])
    assert dice_loss(certain(answer, 3), truth) == pytest.approx(
        1 - np.mean(2 * shared / sizes.sum(0)), abs=1e-4
    )
    jaccard = np.mean(shared / (sizes.sum(0) - shared))
    assert lovasz_loss(certain(answer, 3), truth) == pytest.approx(1 - jaccard, abs=1e-4)


@both
def test_void_pixels_get_no_gradient(loss: Loss) -> None:
    logits = torch.randn(1, 3, 4, 4, generator=torch.Generator().manual_seed(2)).requires_grad_()
    labels = torch.full((1, 4, 4), VOID)
    labels[0, 1, 2] = 2
    loss(logits, labels).backward()
    assert logits.grad is not None
    assert (logits.grad.abs().sum(1)[0] > 0).nonzero().tolist() == [[1, 2]]


@both
def test_a_batch_of_void_alone_teaches_nothing(loss: Loss) -> None:
    logits = torch.randn(1, 3, 4, 4).requires_grad_()
    value = loss(logits, torch.full((1, 4, 4), VOID))
    value.backward()
    assert value == 0
    assert logits.grad is not None
    assert not logits.grad.any()


def test_logits_that_are_no_numbers_give_a_loss_that_is_none() -> None:
    logits = torch.full((1, 3, 4, 4), torch.nan)
    assert lovasz_loss(logits, torch.zeros(1, 4, 4, dtype=torch.int64)).isnan()


def _sorted_lovasz(logits: Tensor, labels: Tensor) -> Tensor:
    """Algorithm 1 of arXiv 1705.08790 as it stands: every pixel by itself, in the order of the errors."""
    probabilities = logits.softmax(1).movedim(1, -1).flatten(0, -2)
    losses = []
    for index in labels.unique().tolist():
        there = (labels.flatten() == index).float()
        errors, order = (there - probabilities[:, index]).abs().sort(descending=True)
        jaccard = 1 - (there.sum() - there[order].cumsum(0)) / (there.sum() + (1 - there[order]).cumsum(0))
        losses.append((errors * jaccard.diff(prepend=jaccard.new_zeros(1))).sum())
    return torch.stack(losses).mean()


def test_counting_in_bins_comes_near_the_sorted_loss_and_its_gradient() -> None:
    generator = torch.Generator().manual_seed(4)
    labels = torch.randint(0, 5, (2, 48, 64), generator=generator)
    labels[:, :40] = 0  # classes of all sizes
    values, gradients = [], []
    for loss in (lovasz_loss, _sorted_lovasz):
        logits = (2 * torch.randn(2, 5, 48, 64, generator=generator.manual_seed(5))).requires_grad_()
        value = loss(logits, labels)
        values.append(value.item())
        gradients.append(*torch.autograd.grad(value, logits))
    assert values[0] == pytest.approx(values[1], abs=1e-3)
    ours, exact = gradients
    assert (ours - exact).norm() < 0.02 * exact.norm()
