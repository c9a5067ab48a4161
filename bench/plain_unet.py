"""A plain U-Net (Ronneberger et al., arXiv 1505.04597), trained as ours is: what nesting is worth.

It has the encoder (with its dilated convolutions), the blocks and the upsampling of our U-Net++, but only the
nodes on the way up from the bottom, and one head. `equal_filters` makes it wider, until it takes as many
multiply-adds.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import torch.nn.functional as F
from torch import Tensor, nn

from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.cost import multiply_adds
from unetpp_desktop.nn.joined import Upsampling
from unetpp_desktop.nn.unetpp import ConvolutionBlock, UNetPlusPlus, padded

_TRAINED_BY = ("trainer", "learner", "weights")


class PlainUNet(UNetPlusPlus):
    """The deepest way down and up; `forward` gives the logits of its one head."""

    def __init__(self, config: NetworkConfig) -> None:
        nn.Module.__init__(self)
        self.config = config
        filters, depth, batch_norm = config.filters, config.depth, config.norm == "batch"
        residual = config.block == "residual"
        self.down = nn.ModuleList(
            ConvolutionBlock(channels_in, filters[row], residual, batch_norm, config.dilation(row))
            for row, channels_in in enumerate((3, *filters[:-1]))
        )
        self.widen = nn.ModuleList(Upsampling(filters[row + 1], filters[row]) for row in range(depth))
        self.up = nn.ModuleList(
            ConvolutionBlock(2 * filters[row], filters[row], residual, batch_norm) for row in range(depth)
        )
        self.head = nn.Conv2d(filters[0], config.classes, 1)
        self._initialise()

    def forward(self, images: Tensor, heads: Iterable[int] | None = None) -> dict[int, Tensor]:  # noqa: ARG002
        height, width = images.shape[-2:]
        rows = [self.down[0](padded(images))]
        for block in self.down[1:]:
            rows.append(block(F.max_pool2d(rows[-1], 2)))
        x = rows[-1]
        for row in reversed(range(self.depth)):
            x = self.up[row](rows[row], self.widen[row](x))
        return {self.depth: self.head(x)[..., :height, :width]}


@contextmanager
def in_place_of_ours() -> Iterator[None]:
    """Lets `unetpp_desktop.tasks.train` train this network."""
    with ExitStack() as stack:
        for module in _TRAINED_BY:
            stack.enter_context(patch(f"unetpp_desktop.nn.{module}.UNetPlusPlus", PlainUNet))
        yield


def plain_multiply_adds(config: NetworkConfig, size: tuple[int, int]) -> int:
    """Multiply-adds of a plain U-Net on an image of ``size`` (H, W), a multiple of 16; plain blocks."""
    height, width = size
    filters, total = config.filters, 0
    for row, channels in enumerate(filters):
        pixels = (height >> row) * (width >> row)
        channels_in = filters[row - 1] if row else 3
        second = 2 if config.dilation(row) else 1  # convolutions of as many channels as the row has
        total += pixels * 9 * (channels_in * channels + second * channels * channels)
        if row < config.depth:
            total += pixels * (
                9 * (2 * channels * channels + channels * channels) + filters[row + 1] * channels
            )
    return total + height * width * filters[0] * config.classes


def equal_filters(config: NetworkConfig) -> NetworkConfig:
    """The widest plain U-Net, its rows in the same proportions, that takes no more than our U-Net++."""
    size = (256, 256)
    work = multiply_adds(config, config.depth, size)
    widest = config
    for first in range(config.filters[0], 4 * config.filters[0]):
        filters = tuple(round(first * channels / config.filters[0]) for channels in config.filters)
        candidate = config.model_copy(update={"filters": filters})
        if plain_multiply_adds(candidate, size) <= work:
            widest = candidate
    return widest
