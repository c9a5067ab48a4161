"""Convolution of joined tensors, and upsampling, with the gradients that a training step computes fastest.

The nodes of U-Net++ join many tensors, each of which goes into several nodes. Left to autograd, the
gradient of a joined tensor is computed in one piece and cut up, and that of a transposed convolution
takes a slow path of oneDNN: `bench.trainer` measures what both cost. Without gradients the plain
layers do the same.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class JoinedConvolution(nn.Conv2d):
    """A 3x3 convolution with padding 1 on tensors ``(N, C_k, H, W)`` joined by channels."""

    def __init__(self, channels_in: int, channels_out: int, bias: bool) -> None:
        super().__init__(channels_in, channels_out, 3, padding=1, bias=bias)

    def forward(self, *parts: Tensor) -> Tensor:
        if len(parts) == 1 or not torch.is_grad_enabled():
            return super().forward(parts[0] if len(parts) == 1 else torch.cat(parts, 1))
        result: Tensor = _JoinedFunction.apply(self.weight, *parts)  # type: ignore[no-untyped-call]
        return result if self.bias is None else result + self.bias.to(result.dtype)[:, None, None]


class Upsampling(nn.ConvTranspose2d):
    """A transposed 2x2 convolution with stride 2: ``(N, C_in, H, W)`` to ``(N, C_out, 2H, 2W)``."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__(channels_in, channels_out, 2, stride=2)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        if not torch.is_grad_enabled():
            return super().forward(x, output_size)
        # The four pixels that one becomes are four 1x1 convolutions, put beside each other.
        weight = self.weight.permute(2, 3, 1, 0).reshape(-1, self.in_channels, 1, 1)
        bias = None if self.bias is None else self.bias.repeat(4)
        pixels = F.conv2d(x, weight, bias).permute(0, 2, 3, 1)
        count, height, width, _ = pixels.shape
        pixels = pixels.reshape(count, height, width, 2, 2, -1).transpose(2, 3)
        return pixels.reshape(count, 2 * height, 2 * width, -1).permute(0, 3, 1, 2)


class _JoinedFunction(torch.autograd.Function):
    """3x3 convolution with padding 1; each part's gradient comes from its own slice of the weight."""

    @staticmethod
    def forward(context: Any, weight: Tensor, *parts: Tensor) -> Tensor:
        joined = torch.cat(parts, 1)
        context.save_for_backward(weight, joined)
        context.channels = [part.shape[1] for part in parts]
        return F.conv2d(joined, weight, padding=1)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        weight, joined = (tensor.to(gradient.dtype) for tensor in context.saved_tensors)  # that of autocast
        wanted_of_weight, *wanted = context.needs_input_grad
        pieces = zip(
            joined.split(context.channels, 1), weight.split(context.channels, 1), wanted, strict=True
        )
        return (
            _gradient(gradient, joined, weight, of_weight=True) if wanted_of_weight else None,
            *(
                _gradient(
                    gradient, part, piece.contiguous(memory_format=torch.channels_last), of_weight=False
                )
                if is_wanted
                else None
                for part, piece, is_wanted in pieces
            ),
        )


def _gradient(gradient: Tensor, x: Tensor, weight: Tensor, of_weight: bool) -> Tensor:
    """The gradient of the weight or of ``x``; only the shape of the other one is looked at then."""
    found: tuple[Tensor, ...] = torch.ops.aten.convolution_backward(
        gradient, x, weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [not of_weight, of_weight, False]
    )
    return found[1 if of_weight else 0]
