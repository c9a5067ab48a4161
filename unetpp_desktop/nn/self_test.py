"""Whether a reduced precision pays on this machine: measured once, and kept.

Reduced precision is used only where it is faster here, and at those depths only where it gives the
same class as fp32 for nearly all pixels, borders included.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import read_json, write_json

LEAST_AGREEMENT = 0.995
"""Share of the pixels that must get the same class as in fp32."""

_FILE = "self-tests.json"
_RUNS = 3
_MOST_KEPT = 100

Labels = Callable[[], np.ndarray]
"""Labels of one image at all depths, ``uint8 (depths, H, W)``."""


class Findings(BaseModel):
    """What a self-test came to: how many times as fast, and the agreement at depth 1, 2 and so on."""

    model_config = ConfigDict(frozen=True)

    speed: float
    agreement: tuple[float, ...]

    def pays(self, depth: int) -> bool:
        return self.speed > 1 and self.agreement[depth - 1] >= LEAST_AGREEMENT


class _Kept(BaseModel):
    findings: dict[str, Findings] = {}


class SelfTest:
    """The test of one combination of weights, precision, engine and processor, called ``key``."""

    def __init__(self, folder: Path, key: str) -> None:
        self._path, self._key = folder / _FILE, key
        self.findings: Findings | None = self._known().get(key)

    def run(self, exact: Labels, reduced: Labels) -> None:
        """Compares both on one image and times them in turns; keeps the findings where it can."""
        agreement = (exact() == reduced()).mean(axis=(1, 2))
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(_RUNS):
            for labels, times in zip((exact, reduced), seconds, strict=True):
                start = time.perf_counter()
                labels()
                times.append(time.perf_counter() - start)
        speed = statistics.median(seconds[0]) / statistics.median(seconds[1])
        self.findings = Findings(speed=speed, agreement=tuple(map(float, agreement)))
        self._keep(self.findings)

    def _keep(self, findings: Findings) -> None:
        latest = list({**self._known(), self._key: findings}.items())[-_MOST_KEPT:]
        try:
            write_json(self._path, _Kept(findings=dict(latest)))
        except UserError:
            return  # then the next start measures again

    def _known(self) -> dict[str, Findings]:
        try:
            return read_json(self._path, _Kept, "findings", "Delete it.").findings
        except UserError:
            return {}  # none yet, or a broken file: measuring again takes a second
