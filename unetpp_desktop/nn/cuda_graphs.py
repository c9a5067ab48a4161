"""Images of a size that comes again, on an NVIDIA GPU: pinned copies, and all kernels started at once.

A network of this kind starts hundreds of short kernels for each image. The second image of a size has
them recorded as a CUDA graph (torch.cuda.CUDAGraph), which later ones replay. The memory that images and
answers are copied through is pinned once for each graph: to pin it for each image costs more than it saves
(PyTorch's "guide on good usage of non_blocking and pin_memory").
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np
import torch
from torch import Tensor

from unetpp_desktop.nn.tiles import Answers
from unetpp_desktop.nn.weights import pixels_of

_MOST_GRAPHS = 4  # each keeps memory for all that it computes
_MOST_SEEN = 64

Compute = Callable[[Tensor], dict[int, Tensor]]
"""Answers by depth for an image ``uint8 (H, W, 3)``, all on the GPU; never waits for it."""


class CudaGraphs:
    """The graphs used last. Where one cannot be recorded, none is any more, and ``problem`` says why."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._seen: OrderedDict[Hashable, None] = OrderedDict()
        self._graphs: OrderedDict[Hashable, _Recorded] = OrderedDict()
        self.problem = ""

    def run(self, key: Hashable, image: np.ndarray, compute: Compute) -> Answers:
        """What ``compute`` says of an image ``uint8 (H, W, 3)``; the same ``key``, the same computation.

        To be called in inference mode. Raises `torch.OutOfMemoryError` where the memory does not suffice.
        """
        recorded = self._graphs.get(key)
        if recorded is None and key in self._seen and not self.problem:
            recorded = self._record(key, image, compute)
        if recorded is not None:
            self._graphs.move_to_end(key)
            return recorded(image)
        self._seen[key] = None
        if len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)
        pixels = pixels_of(image).to(self._device)
        return {depth: planes.cpu().numpy() for depth, planes in compute(pixels).items()}

    def clear(self) -> None:
        """Lets go of all graphs and their memory."""
        self._graphs.clear()

    def _record(self, key: Hashable, image: np.ndarray, compute: Compute) -> "_Recorded | None":
        while len(self._graphs) >= _MOST_GRAPHS:
            self._graphs.popitem(last=False)  # first let go of the memory of an old one
        try:
            self._graphs[key] = _Recorded(image.shape, self._device, compute)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            self.problem = (str(error).splitlines() or ["no reason given"])[0]
            self.clear()
            return None
        return self._graphs[key]


class _Recorded:
    """One computation for images of one shape."""

    def __init__(self, shape: tuple[int, ...], device: torch.device, compute: Compute) -> None:
        self._image = torch.empty(shape, dtype=torch.uint8, pin_memory=True)
        self._pixels = torch.zeros(shape, dtype=torch.uint8, device=device)
        aside = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(aside):
            compute(self._pixels)  # the libraries prepare themselves now, which cannot be recorded
        torch.cuda.current_stream(device).wait_stream(aside)
        self._graph = torch.cuda.CUDAGraph()
        # Other threads, such as that of a training, may allocate memory meanwhile.
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            self._found = compute(self._pixels)
        self._answers = {
            depth: torch.empty(planes.shape, dtype=planes.dtype, pin_memory=True)
            for depth, planes in self._found.items()
        }

    def __call__(self, image: np.ndarray) -> Answers:
        self._image.copy_(pixels_of(image))
        self._pixels.copy_(self._image, non_blocking=True)
        self._graph.replay()
        for depth, planes in self._found.items():
            self._answers[depth].copy_(planes, non_blocking=True)
        torch.cuda.current_stream(self._pixels.device).synchronize()
        return {depth: planes.numpy().copy() for depth, planes in self._answers.items()}
