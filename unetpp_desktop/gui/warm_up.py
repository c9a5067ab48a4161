"""Loading torch beside a living window."""

import ctypes
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

_FIRST = ("libc10.so", "libtorch_cpu.so", "libtorch.so", "libshm.so", "libtorch_python.so")
_PARTS = ("torch._C", "torch", "unetpp_desktop.tasks.finetune")


def warm_up(between: Callable[[], None]) -> None:
    """Imports torch in pieces on the calling thread; ``between`` is called between two of them.

    Python keeps its lock while the system loads a library, for torch some hundred megabytes. So on
    Linux the libraries are loaded before, by the system's own dlopen, called without the lock. The
    import then finds them in place.
    """
    if "torch" in sys.modules:
        return
    if sys.platform == "linux":
        _load_libraries(between)
    for part in _PARTS:
        between()
        if part != "torch._C":
            importlib.import_module(part)


def _load_libraries(between: Callable[[], None]) -> None:
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for name in _FIRST:
        between()
        library = Path(spec.origin).parent / "lib" / name
        if library.exists():
            dlopen(bytes(library), ctypes.RTLD_GLOBAL | 2)  # 2: RTLD_NOW, all symbols at once
