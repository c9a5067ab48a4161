"""The plain way to run a U-Net++ in PyTorch: what the engines are measured against.

Eager, fp32, NCHW, batch norms computed on their own: the network as it was trained, called as every
tutorial calls one. Only `unetpp-desktop benchmark` uses it.
"""

from collections.abc import Callable

import numpy as np
import torch

from unetpp_desktop.nn.device import resolve_device
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.weights import classes_of, image_tensor, load_network, normalise


def plain_way(entry: ModelEntry, device: str, depth: int) -> Callable[[np.ndarray], np.ndarray]:
    """What labels an image ``uint8 (H, W, 3)`` at ``depth`` on ``device``: ``uint8 (H, W)``.

    Only the nodes that the depth needs are there, and the classes are found in the faster way
    (`classes_of`), so that neither is counted in favour of an engine.
    """
    place = resolve_device(device)
    network = load_network(entry).at_depth(depth).to(place)

    def labels(image: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            pixels = image_tensor(image, place).contiguous()  # NCHW
            return classes_of(network(normalise(pixels, entry.card), (depth,))[depth])

    return labels
