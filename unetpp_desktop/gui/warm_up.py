"""Loading torch, or the engine that labels, beside a living window."""

import ctypes
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from unetpp_desktop.nn.predictor import uses_openvino

_TORCH = ("libc10.so", "libtorch_cpu.so", "libtorch.so", "libshm.so", "libtorch_python.so")
_OPENVINO = ("libtbb.so.*", "libopenvino.so.*", "libopenvino_intel_cpu_plugin.so")


def warm_up(between: Callable[[], None]) -> None:
    """Loads torch's libraries on the calling thread, before its first import; ``between`` is called often.

    Python keeps its lock while ``import`` has the system load a library, and torch's are some
    hundred megabytes: the window would stand still for 0.2 s, from a slow disk for seconds. The
    system's own dlopen, called without the lock, does it first; the import then finds them in place.
    Does nothing elsewhere than on Linux, and where torch is imported already.
    """
    _load("torch", "lib", _TORCH, between)


def warm_up_engine(device: str, between: Callable[[], None]) -> None:
    """The same for the engine that labels on ``device``, one of `unetpp_desktop.nn.predictor.DEVICES`."""
    if uses_openvino(device):
        _load("openvino", "libs", _OPENVINO, between)
    else:
        warm_up(between)


def _load(package: str, folder: str, libraries: Sequence[str], between: Callable[[], None]) -> None:
    if sys.platform != "linux" or package in sys.modules:
        return
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for pattern in libraries:
        between()
        for library in (Path(spec.origin).parent / folder).glob(pattern):
            dlopen(bytes(library), os.RTLD_NOW | os.RTLD_LOCAL)
