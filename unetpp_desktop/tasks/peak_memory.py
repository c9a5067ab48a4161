"""How much memory a prediction takes, measured in a process of its own."""

import multiprocessing
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

import numpy as np

from unetpp_desktop.nn.registry import open_model
from unetpp_desktop.tasks.contenders import Contender, opened

_TIMES = 2  # a second image may take more than the first
_MIB = 2**20


def peak_memory(model: Path, contender: Contender, device: str, image: np.ndarray) -> float | None:
    """MiB that opening the model in ``model`` and labelling ``image`` take at most.

    Above the idle process, in which the engine is imported and nothing opened; on an NVIDIA GPU,
    the memory of the GPU that torch holds. None where the system cannot tell, or kills the process.
    """
    context = multiprocessing.get_context("spawn")  # a fresh interpreter: nothing is inherited
    with ProcessPoolExecutor(1, context, _ignore_interrupts) as pool, suppress(BrokenProcessPool):
        return pool.submit(_measured, model, contender, device, image).result()
    return None


def _ignore_interrupts() -> None:
    """Ctrl-C stops the process that asked; this one ends with it, without a traceback of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _measured(model: Path, contender: Contender, device: str, image: np.ndarray) -> float | None:
    entry = open_model(model)
    if contender.engine == "openvino":
        import openvino  # noqa: F401
    else:
        import torch
    _forget_peak()
    idle = _status("VmRSS")
    labels = opened(entry, contender, device)
    for _ in range(_TIMES):
        labels(image)
    if contender.engine != "openvino" and device == "cuda":
        return torch.cuda.max_memory_reserved() / _MIB
    peak = _status("VmHWM")
    return None if idle is None or peak is None else (peak - idle) / _MIB


def _forget_peak() -> None:
    """Lets Linux count the peak anew: importing an engine may take more for a moment than it keeps."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # proc(5)


def _status(name: str) -> int | None:
    """VmRSS (now) or VmHWM (peak) of this process in bytes, proc(5); elsewhere the peak for both.

    Not getrusage on Linux: there a process inherits the peak of the one that started it.
    """
    if sys.platform == "linux":
        lines = Path("/proc/self/status").read_text().splitlines()
        line = next(line for line in lines if line.startswith(f"{name}:"))
        return 1024 * int(line.split()[1])
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return None
