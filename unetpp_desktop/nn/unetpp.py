"""U-Net++: nested U-Nets of depth 1 to 4 that share one encoder.

Zhou et al., "UNet++: A Nested U-Net Architecture" (arXiv 1807.10165) and "UNet++: Redesigning Skip
Connections" (arXiv 1912.05074). Node X(i,j) of row i, column j is a convolution block on all earlier
nodes of its row and the upsampled X(i+1,j-1); X(i,0) is the encoder. Every X(0,j), j >= 1, has a 1x1
head of its own: the output of depth j.
"""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unetpp_desktop.nn.config import NetworkConfig, mirrors, missing
from unetpp_desktop.nn.joined import JoinedConvolution, Upsampling


class ConvolutionBlock(nn.Module):
    """Two 3x3 convolutions, each with norm and ReLU: ``(N, C_in, H, W)`` to ``(N, C_out, H, W)``.

    The input may come in several parts that together have C_in channels. With ``residual`` it is
    added before the last ReLU, brought to C_out channels by a 1x1 convolution. With ``dilation`` a 3x3
    convolution that is so much dilated stands beside the second one, and their sum counts. It begins at
    zero, so that a trained network that gets it says at first what it said without.
    """

    def __init__(
        self, channels_in: int, channels_out: int, residual: bool, batch_norm: bool, dilation: int = 0
    ) -> None:
        super().__init__()
        bias = not batch_norm  # a batch norm has a bias of its own
        self.conv1 = JoinedConvolution(channels_in, channels_out, bias)
        self.norm1 = nn.BatchNorm2d(channels_out) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=bias)
        self.norm2 = nn.BatchNorm2d(channels_out) if batch_norm else nn.Identity()
        self.dilated = (
            nn.Conv2d(channels_out, channels_out, 3, padding=dilation, dilation=dilation, bias=False)
            if dilation
            else None
        )
        self.shortcut = nn.Conv2d(channels_in, channels_out, 1) if residual else None

    def forward(self, *parts: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(*parts)), inplace=True)
        y = self.norm2(self.conv2(y) if self.dilated is None else self.conv2(y) + self.dilated(y))
        if self.shortcut is not None:
            y = y + self.shortcut(torch.cat(parts, 1))
        return F.relu(y, inplace=True)


def padded(images: Tensor) -> Tensor:
    """Images ``(N, 3, H, W)`` with what is missing to a multiple of 16 added below and on the right.

    It mirrors the image, where that is large enough, and else repeats its last row or column.
    """
    height, width = images.shape[-2:]
    below, right = missing(height), missing(width)
    if not below and not right:
        return images
    mode = "reflect" if mirrors(height, width) else "replicate"
    return F.pad(images, (0, right, 0, below), mode=mode)


def _key(row: int, column: int) -> str:
    return f"{row}_{column}"


class UNetPlusPlus(nn.Module):
    """The nested network of a `NetworkConfig`; `forward` gives the logits of the heads that are asked for."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        filters, depth = config.filters, config.depth
        residual, batch_norm = config.block == "residual", config.norm == "batch"
        self.nodes = nn.ModuleDict()
        self.ups = nn.ModuleDict()
        self.heads = nn.ModuleDict()
        for row in range(depth + 1):
            channels_in = filters[row - 1] if row else 3
            self.nodes[_key(row, 0)] = ConvolutionBlock(
                channels_in, filters[row], residual, batch_norm, config.dilation(row)
            )
        for column in range(1, depth + 1):
            for row in range(depth + 1 - column):
                self.ups[_key(row, column)] = Upsampling(filters[row + 1], filters[row])
                self.nodes[_key(row, column)] = ConvolutionBlock(
                    (column + 1) * filters[row], filters[row], residual, batch_norm
                )
            self.heads[str(column)] = nn.Conv2d(filters[0], config.classes, 1)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")  # He et al., arXiv 1502.01852
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        for module in self.modules():
            if isinstance(module, ConvolutionBlock) and module.dilated is not None:
                nn.init.zeros_(module.dilated.weight)

    def placed_on(self, device: torch.device) -> "UNetPlusPlus":
        """Moves this network to ``device`` in the channels-last layout, the faster one for convolutions."""
        self.to(device)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self

    @property
    def depth(self) -> int:
        return self.config.depth

    def forward(self, images: Tensor, heads: Iterable[int] | None = None) -> dict[int, Tensor]:
        """Logits per depth: ``{d: (N, classes, H, W)}`` for normalised images ``(N, 3, H, W)`` of any size.

        ``heads`` names the depths wanted (default: all); only the nodes that the deepest of them
        needs are computed.
        """
        wanted = sorted(heads) if heads is not None else range(1, self.depth + 1)
        height, width = images.shape[-2:]
        rows: list[list[Tensor]] = [[self.nodes[_key(0, 0)](padded(images))]]
        for depth in range(1, wanted[-1] + 1):
            rows.append([self.nodes[_key(depth, 0)](F.max_pool2d(rows[depth - 1][0], 2))])
            for column in range(1, depth + 1):
                row = depth - column
                upsampled = self.ups[_key(row, column)](rows[row + 1][column - 1])
                rows[row].append(self.nodes[_key(row, column)](*rows[row], upsampled))
        return {depth: self.heads[str(depth)](rows[0][depth])[..., :height, :width] for depth in wanted}

    def grown(self, config: NetworkConfig) -> "UNetPlusPlus":
        """A copy with the dilated convolutions that ``config`` adds; it says at first what this one says.

        Raises `ValueError` where that is not all it adds, see `NetworkConfig.grows_to`.
        """
        if not self.config.grows_to(config):
            raise ValueError("only dilated convolutions can be added")
        network = UNetPlusPlus(config)
        network.load_state_dict(network.state_dict() | self.state_dict())
        return network.train(self.training)

    def at_depth(self, depth: int) -> "UNetPlusPlus":
        """The pruned network: only the nodes with i + j <= ``depth``, with copies of the weights.

        Its head ``depth`` equals that of the full network exactly, because padding does not depend
        on the depth.
        """
        if not 1 <= depth <= self.depth:
            raise ValueError(f"depth {depth} is not in 1..{self.depth}")
        pruned = UNetPlusPlus(self.config.pruned(depth))
        weights = self.state_dict()
        pruned.load_state_dict({name: weights[name] for name in pruned.state_dict()})
        return pruned.train(self.training)
