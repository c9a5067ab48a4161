"""Whether there is a GPU that PyTorch may use, found out without importing PyTorch."""

import ctypes
import platform
import sys
from functools import cache

_CUDA_LIBRARIES = {"linux": "libcuda.so.1", "win32": "nvcuda.dll"}


@cache
def gpu_present() -> bool:
    """Whether the system has an Apple GPU, or an NVIDIA driver that sees a GPU.

    Whether the installed PyTorch can use it is another question, which only importing it answers.
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
