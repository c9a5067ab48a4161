"""Loading torch beside a living window."""

import ctypes
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

_LIBRARIES = ("libc10.so", "libtorch_cpu.so", "libtorch.so", "libshm.so", "libtorch_python.so")


def warm_up(between: Callable[[], None]) -> None:
    """Loads torch's libraries on the calling thread, before its first import; ``between`` is called often.

    Python keeps its lock while ``import`` has the system load a library, and torch's are some
    hundred megabytes: the window would stand still for 0.2 s, from a slow disk for seconds. The
    system's own dlopen, called without the lock, does it first; the import then finds them in place.
    Does nothing elsewhere than on Linux, and where torch is imported already.
    """
    if sys.platform != "linux" or "torch" in sys.modules:
        return
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for name in _LIBRARIES:
        between()
        library = Path(spec.origin).parent / "lib" / name
        if library.exists():
            dlopen(bytes(library), os.RTLD_NOW | os.RTLD_LOCAL)
