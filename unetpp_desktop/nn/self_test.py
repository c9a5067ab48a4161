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
_MOST_KEPT = 400

Labels = Callable[[], np.ndarray]
"""Labels of one image at one depth, ``uint8 (H, W)``."""


class Finding(BaseModel):
    """What a self-test of one depth came to: how many times as fast as fp32, the share of equal labels."""

    model_config = ConfigDict(frozen=True)

    speed: float
    agreement: float

    @property
    def agrees(self) -> bool:
        return self.agreement >= LEAST_AGREEMENT

    @property
    def pays(self) -> bool:
        return self.speed > 1 and self.agrees


class _Kept(BaseModel):
    findings: dict[str, Finding] = {}


class SelfTest:
    """The tests of one combination of model, precision, looks, engine and processor, called ``key``."""

    def __init__(self, folder: Path, key: str) -> None:
        self._path, self._key = folder / _FILE, key
        self._findings = self._known()

    def finding(self, depth: int) -> Finding | None:
        """What is known of a depth; None where it was not tested yet."""
        return self._findings.get(self._name(depth))

    def run(self, depth: int, exact: Labels, reduced: Labels) -> None:
        """Compares both on one image and times them in turns; keeps the finding where it can."""
        agreement = float((exact() == reduced()).mean())
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(_RUNS):
            for labels, times in zip((exact, reduced), seconds, strict=True):
                start = time.perf_counter()
                labels()
                times.append(time.perf_counter() - start)
        speed = statistics.median(seconds[0]) / statistics.median(seconds[1])
        self._keep(depth, Finding(speed=speed, agreement=agreement))

    def _name(self, depth: int) -> str:
        return f"{self._key} depth {depth}"

    def _keep(self, depth: int, finding: Finding) -> None:
        added = {self._name(depth): finding}
        self._findings |= added
        latest = list({**self._known(), **added}.items())[-_MOST_KEPT:]
        try:
            write_json(self._path, _Kept(findings=dict(latest)))
        except UserError:
            return  # then the next start measures again

    def _known(self) -> dict[str, Finding]:
        try:
            return read_json(self._path, _Kept, "findings", "Delete it.").findings
        except UserError:
            return {}  # none yet, or a broken file: measuring again takes a second
