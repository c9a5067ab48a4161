"""The device that torch works on, and what is fast there."""

import ctypes
import os
import sys

import torch

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.predictor import DEVICES

_REMEDIES = {
    "cuda": "torch sees no NVIDIA GPU. Install a CUDA build of torch and a driver, or choose the device cpu.",
    "mps": "torch sees no Apple GPU. Choose the device cpu.",
}


def resolve_device(name: str) -> torch.device:
    """The torch device for one of `DEVICES`; "auto" takes CUDA, then MPS, then the CPU.

    Raises `UserError` where the device is unknown or missing on this machine.
    """
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(candidate for candidate in ("cuda", "mps", "cpu") if present[candidate])
    if name not in present:
        raise UserError(f"There is no device {name}. Choose one of {', '.join(DEVICES)}.")
    if not present[name]:
        raise UserError(f"The device {name} is not available: {_REMEDIES[name]}")
    return torch.device(name)


def trains_faster_in_bf16(device: torch.device) -> bool:
    """Whether bf16 autocast pays: a CPU without hardware for it is 3-4 times slower than in fp32."""
    if device.type == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return device.type == "cuda" and torch.cuda.is_bf16_supported()


def keep_freed_memory() -> None:
    """Tells glibc to reuse big freed buffers instead of handing each back to the system.

    A training step frees and allocates gigabytes of activations; the page faults of fresh ones
    cost about a quarter of the step. Does nothing without glibc (mallopt(3)).
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    m_trim_threshold, m_top_pad, m_mmap_max = -1, -2, -4
    mallopt(m_mmap_max, 0)
    mallopt(m_trim_threshold, 1 << 30)
    mallopt(m_top_pad, 1 << 28)


def leave_a_core_free() -> None:
    """Lets torch work on all cores but one in this thread; for work in the background of a window."""
    torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
