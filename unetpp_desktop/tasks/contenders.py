"""The ways to label an image that a benchmark compares: engines, precisions, depths, and the plain way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.predictor import open_predictor, uses_openvino
from unetpp_desktop.nn.registry import ModelEntry

PLAIN = "plain"
"""In place of an engine: PyTorch as everybody calls it, see `nn.plain`."""

_PRECISIONS = {"openvino": ("fp32", "bf16", "int8"), "torch": ("fp32", "bf16")}

Labels = Callable[[np.ndarray], np.ndarray]
"""Labels ``uint8 (H, W)`` of an image ``uint8 (H, W, 3)``."""


@dataclass(frozen=True)
class Contender:
    """An engine or `PLAIN`, the precision that it is made to use, and a depth: a row of a benchmark."""

    engine: str
    precision: str
    depth: int

    @property
    def words(self) -> str:
        return f"{self.engine} {self.precision}, depth {self.depth}"


def device_of(device: str, engine: str) -> str:
    """The device (cpu, cuda or mps) that `open_predictor` takes for these."""
    if uses_openvino(device, engine):
        return "cpu"
    from unetpp_desktop.nn.device import resolve_device

    return resolve_device(device).type


def opened(entry: ModelEntry, contender: Contender, device: str) -> Labels:
    """A contender with a network of its own, ready to label; it looks once, as the plain way does."""
    if contender.engine == PLAIN:
        from unetpp_desktop.nn.plain import plain_way

        return plain_way(entry, device, contender.depth)
    predictor = open_predictor(entry, device, contender.engine, contender.precision, looks=1)
    return lambda image: predictor.predict(image, contender.depth).labels


def all_opened(
    entry: ModelEntry, device: str, engine: str, depths: Sequence[int]
) -> tuple[dict[Contender, Labels], list[str]]:
    """The plain way and each precision of an engine, or of all engines ("auto"), at each depth.

    Also gives a sentence for what is left out. Raises `UserError` where the engine is missing or does
    not work on the device (cpu, cuda or mps).
    """
    from unetpp_desktop.nn.device import resolve_device, trains_faster_in_bf16

    has_bf16 = trains_faster_in_bf16(resolve_device(device))
    found: dict[Contender, Labels] = {}
    left_out: list[str] = []
    for name, precision in [(PLAIN, "fp32"), *_ways(device, engine)]:
        if precision == "bf16" and not has_bf16:
            left_out.append(f"{name} {precision}: this device has no hardware for it.")
            continue
        try:
            found |= {
                way: opened(entry, way, device) for way in (Contender(name, precision, d) for d in depths)
            }
        except UserError as error:
            if precision == "fp32":
                raise
            left_out.append(f"{name} {precision}: {error}")
    return dict(sorted(found.items(), key=lambda item: item[0].depth)), left_out


def _ways(device: str, engine: str) -> list[tuple[str, str]]:
    if engine == "auto":
        both = device == "cpu" and find_spec("openvino") is not None
        engines = ("openvino", "torch") if both else ("torch",)
    else:
        engines = (engine,)
    return [(name, precision) for name in engines for precision in _PRECISIONS[name]]
