"""Joined convolutions and upsampling give what the plain layers give, gradients included."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unetpp_desktop.nn.joined import JoinedConvolution, Upsampling


def _leaves(*shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(3)
    return [torch.randn(shape, dtype=torch.float64, generator=generator).requires_grad_() for shape in shapes]


def _gradients(result: Tensor, layer: nn.Module, leaves: list[Tensor]) -> tuple[Tensor, ...]:
    weighted = (result * torch.linspace(-1, 1, result.numel(), dtype=result.dtype).view_as(result)).sum()
    return torch.autograd.grad(weighted, [*layer.parameters(), *leaves])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("channels", [(5,), (3, 2), (2, 2, 1, 4)])
def test_a_joined_convolution_is_the_convolution_of_what_is_joined(
    channels: tuple[int, ...], bias: bool
) -> None:
    layer = JoinedConvolution(sum(channels), 3, bias).double()
    parts = _leaves(*((2, count, 5, 7) for count in channels))
    ours = layer(*parts)
    plain = F.conv2d(torch.cat(parts, 1), layer.weight, layer.bias, padding=1)
    torch.testing.assert_close(ours, plain)
    torch.testing.assert_close(_gradients(ours, layer, parts), _gradients(plain, layer, parts))
    with torch.no_grad():
        torch.testing.assert_close(layer(*parts), plain)


def test_only_what_asks_for_a_gradient_needs_one() -> None:
    layer = JoinedConvolution(4, 3, bias=True).double()
    fixed, asking = _leaves((1, 2, 4, 4), (1, 2, 4, 4))
    fixed = fixed.detach()
    layer.weight.requires_grad_(False)
    layer(fixed, asking).sum().backward()
    assert asking.grad is not None
    assert fixed.grad is None
    assert layer.weight.grad is None


def test_upsampling_is_the_transposed_convolution() -> None:
    layer = Upsampling(6, 4).double()
    leaves = _leaves((2, 6, 3, 5))
    ours = layer(leaves[0])
    plain = F.conv_transpose2d(leaves[0], layer.weight, layer.bias, stride=2)
    torch.testing.assert_close(ours, plain)
    torch.testing.assert_close(_gradients(ours, layer, leaves), _gradients(plain, layer, leaves))
    with torch.no_grad():
        torch.testing.assert_close(layer(leaves[0]), plain)


def test_mixed_precision_gives_every_leaf_a_gradient_of_its_own_type() -> None:
    layer = JoinedConvolution(4, 3, bias=True)
    parts = [part.detach().float().requires_grad_() for part in _leaves((1, 2, 4, 4), (1, 2, 4, 4))]
    with torch.autocast("cpu", torch.bfloat16):
        result = layer(*parts)
    assert result.dtype == torch.bfloat16
    result.float().sum().backward()
    assert {leaf.grad.dtype for leaf in (layer.weight, *parts) if leaf.grad is not None} == {torch.float32}
