"""The device that torch works on, and what is fast there."""

import ctypes
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.predictor import DEVICES

# Options of mallopt: M_MMAP_MAX, M_TRIM_THRESHOLD, M_TOP_PAD.
_KEEP_FREED = ((-4, 0), (-1, 1 << 30), (-2, 1 << 28))
_GLIBC_DEFAULTS = ((-4, 65536), (-1, 128 << 10), (-2, 128 << 10))

# Asked before anybody changes it: new threads begin with the number that was set last.
_USUAL_THREADS = torch.get_num_threads()

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


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """Lets glibc reuse big freed buffers instead of handing each back to the system.

    A training step frees and allocates gigabytes of activations; the page faults of fresh ones
    cost about a quarter of the step. At the end everything is handed back. Does nothing without
    glibc (mallopt(3), malloc_trim(3)).
    """
    c_library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if c_library is None or not hasattr(c_library, "mallopt"):
        yield
        return
    for option, value in _KEEP_FREED:
        c_library.mallopt(option, value)
    try:
        yield
    finally:
        for option, value in _GLIBC_DEFAULTS:
            c_library.mallopt(option, value)
        c_library.malloc_trim(0)


@contextmanager
def fastest_convolutions(device: torch.device) -> Iterator[None]:
    """Lets cuDNN try its ways to compute each convolution, and keep the fastest.

    That pays where the same shapes come again and again, as the crops of a training do.
    """
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = before or device.type == "cuda"
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before


def gpu_name(device: torch.device) -> str | None:
    """The GPU as its maker calls it, as far as torch knows it; None for a CPU."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return None if device.type == "cpu" else f"{device.type} of {platform.machine()}"


def use_cores(leave_one: bool) -> None:
    """Lets torch work in this thread on all cores, or on all but one: for work in the background."""
    wanted = max(1, _USUAL_THREADS - 1) if leave_one else _USUAL_THREADS
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)


def may_take_all_cores() -> bool:
    """Whether this thread may take all cores: the main one, or one beside it with a lower priority.

    Next to a window a thread of its own priority would make it late; one of a lower one takes what is left.
    Only Linux has a priority for each thread.
    """
    if threading.current_thread() is threading.main_thread():
        return True
    if sys.platform != "linux":
        return False
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    return own > os.getpriority(os.PRIO_PROCESS, os.getpid())
