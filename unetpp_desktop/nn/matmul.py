"""How fast a device multiplies matrices: the measure of how much of it an engine makes use."""

import os
import time
from collections.abc import Callable

import torch

from unetpp_desktop.nn.device import resolve_device, trains_faster_in_bf16

_SIDES = {"cpu": 2048, "cuda": 8192, "mps": 4096}
_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def matmul_precisions(device: str) -> tuple[str, ...]:
    """Those that PyTorch multiplies in with the help of the hardware.

    Not bf16 where oneDNN is held to older instructions: it is emulated then, and takes minutes.
    """
    held_back = os.environ.get("ONEDNN_MAX_CPU_ISA", "") not in ("", "ALL", "DEFAULT")
    if held_back or not trains_faster_in_bf16(resolve_device(device)):
        return ("fp32",)
    return ("fp32", "bf16")


def matmul(device: str, precision: str) -> Callable[[], float]:
    """What multiplies two large square matrices once and says how fast: in GFLOP/s."""
    place = resolve_device(device)
    side = _SIDES[place.type]
    left, right = (torch.randn(side, side, device=place, dtype=_TYPES[precision]) for _ in range(2))

    def rate() -> float:
        start = time.perf_counter()
        product = left @ right
        product[0, 0].item()  # a GPU answers when it has finished
        return 2 * side**3 / (time.perf_counter() - start) / 1e9

    return rate
