"""What enters the loss."""

import numpy as np
import torch
import torch.nn.functional as F

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.losses import class_weights, distillation_loss, supervised_loss


def test_void_pixels_get_no_gradient() -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    labels = torch.full((1, 4, 4), VOID)
    labels[0, 1, 2] = 2
    supervised_loss({1: logits}, labels, torch.ones(3), (1.0,)).backward()
    touched = logits.grad.abs().sum(1)[0] > 0
    assert touched.nonzero().tolist() == [[1, 2]]


def test_a_batch_without_any_known_pixel_teaches_nothing() -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    loss = supervised_loss({1: logits, 2: logits}, torch.full((1, 4, 4), VOID), torch.ones(3), (1.0, 1.0))
    loss.backward()
    assert float(loss.detach()) == 0
    assert not logits.grad.any()


def test_rare_classes_weigh_more_up_to_the_cap() -> None:
    weights = class_weights(np.array([10000, 100, 1, 0]), cap=3.0)
    assert weights.tolist() == [torch.tensor(0.1).item(), 1.0, 3.0, 1.0]


def test_heads_are_weighted() -> None:
    right, wrong = torch.tensor([[[[9.0]], [[-9.0]]]]), torch.tensor([[[[-9.0]], [[9.0]]]])
    labels = torch.zeros((1, 1, 1), dtype=torch.long)
    mostly_right = supervised_loss({1: wrong, 2: right}, labels, torch.ones(2), (0.1, 1.0))
    mostly_wrong = supervised_loss({1: wrong, 2: right}, labels, torch.ones(2), (1.0, 0.1))
    assert mostly_right < mostly_wrong


def test_the_deepest_head_teaches_the_others_and_learns_nothing_from_it() -> None:
    torch.manual_seed(0)
    logits = {depth: torch.randn(1, 3, 4, 4, requires_grad=True) for depth in (1, 2, 3)}
    before = distillation_loss(logits, (0.3, 0.5, 1.0))
    before.backward()
    assert logits[3].grad is None
    moved = {1: logits[1] - 0.5 * logits[1].grad, 2: logits[2] - 0.5 * logits[2].grad, 3: logits[3]}
    assert distillation_loss(moved, (0.3, 0.5, 1.0)) < before


def test_one_head_alone_has_no_teacher() -> None:
    assert distillation_loss({1: torch.randn(1, 3, 4, 4)}, (1.0,)) == 0


def test_the_loss_is_the_weighted_mean_over_known_pixels_and_waits_for_no_device() -> None:
    torch.manual_seed(0)
    logits, weights = torch.randn(2, 3, 8, 8), torch.tensor([0.5, 1.0, 3.0])
    labels = torch.randint(0, 3, (2, 8, 8))
    labels[0, :3] = VOID
    expected = F.cross_entropy(logits, labels, weights, ignore_index=VOID)
    assert torch.allclose(supervised_loss({1: logits}, labels, weights, (1.0,)), expected)
    # Tensors without values: asking them anything raises, as asking a GPU would make it wait.
    empty = [tensor.to("meta") for tensor in (logits, labels, weights)]
    assert supervised_loss({1: empty[0]}, empty[1], empty[2], (1.0,)).shape == ()
