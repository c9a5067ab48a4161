"""What a U-Net++ costs, counted from its config alone."""

from unetpp_desktop.nn.config import SIZE_MULTIPLE, NetworkConfig


def multiply_adds(config: NetworkConfig, depth: int, size: tuple[int, int]) -> int:
    """Multiply-adds of one image of ``size`` (H, W) at ``depth``, of the convolutions and the head.

    Only the nodes that the depth needs; norms, ReLUs and pooling are not counted, the padding of the
    image is.
    """
    height, width = (side + -side % SIZE_MULTIPLE for side in size)
    filters = config.filters
    total = 0
    for row in range(depth + 1):
        pixels = (height >> row) * (width >> row)
        for column in range(depth + 1 - row):
            if column:
                channels_in = (column + 1) * filters[row]
                total += pixels * filters[row + 1] * filters[row]  # a pixel below makes 2 x 2 of this row
            else:
                channels_in = filters[row - 1] if row else 3
                if config.dilation(row):
                    total += pixels * 9 * filters[row] * filters[row]
            total += pixels * _block(config, channels_in, filters[row])
    return total + height * width * filters[0] * config.classes


def _block(config: NetworkConfig, channels_in: int, channels_out: int) -> int:
    """Of one pixel of a node: two 3x3 convolutions, and the 1x1 of a residual block's shortcut."""
    shortcut = channels_in * channels_out if config.block == "residual" else 0
    return 9 * channels_in * channels_out + 9 * channels_out * channels_out + shortcut
