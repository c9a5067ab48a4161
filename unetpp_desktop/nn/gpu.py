"""Whether there is a GPU that PyTorch can use, asked of the system before PyTorch is imported."""

import ctypes
import platform
import sys
from functools import cache

_CUDA_LIBRARIES = {"linux": "libcuda.so.1", "win32": "nvcuda.dll"}


@cache
def gpu_present() -> bool:
    """Whether the system has an Apple GPU, or an NVIDIA driver that sees a GPU.

    Whether the installed PyTorch can use it is another question, which `gpu_usable` asks.
    """
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    name = _CUDA_LIBRARIES.get(sys.platform)
    if name is None:
        return False
    try:
        driver = ctypes.CDLL(name)
    except OSError:
        return False
    count = ctypes.c_int(0)
    found: bool = driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
    return found and count.value > 0


def gpu_usable() -> bool:
    """Whether the installed PyTorch can use a GPU of the system; imports it where there is one.

    Beside a driver there may be a PyTorch for CPUs alone, or one that needs a newer driver. Importing
    takes a while: call this from a background thread.
    """
    if not gpu_present():
        return False
    from unetpp_desktop.nn.device import resolve_device

    return resolve_device("auto").type != "cpu"
