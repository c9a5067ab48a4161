"""Batch norms folded into the convolutions before them."""

from copy import deepcopy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from unetpp_desktop.nn.unetpp import ConvolutionBlock, UNetPlusPlus


def folded(network: UNetPlusPlus) -> UNetPlusPlus:
    """A copy of a network in evaluation mode, in which no batch norm is computed any more.

    It says the same but for rounding, in less time: norms take no pass over the values of their own.
    """
    copy = deepcopy(network)
    for block in copy.modules():
        if isinstance(block, ConvolutionBlock):
            block.norm1 = _folded(block.conv1, block.norm1)
            block.norm2 = _folded(block.conv2, block.norm2, block.dilated)
    return copy


def _folded(
    convolution: nn.Conv2d, norm: nn.BatchNorm2d | nn.Identity, added: nn.Conv2d | None = None
) -> nn.BatchNorm2d | nn.Identity:
    """Changes ``convolution`` so that it does what ``norm`` did; returns what is left of the norm.

    What is ``added`` to the convolution before the norm is changed as well.
    """
    if not isinstance(norm, nn.BatchNorm2d):
        return norm
    fused = fuse_conv_bn_eval(convolution, norm)
    if added is not None:
        assert norm.running_var is not None
        factors = norm.weight / (norm.running_var + norm.eps).sqrt()
        added.weight = nn.Parameter(added.weight * factors[:, None, None, None])
    convolution.weight, convolution.bias = fused.weight, fused.bias
    return nn.Identity()
