"""Which precision each depth of an open model is computed in."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from unetpp_desktop.core.geometry import middle_rect
from unetpp_desktop.nn.explanation import DepthChoice, PrecisionWhy
from unetpp_desktop.nn.int8 import DepthLoss
from unetpp_desktop.nn.memory import MemoryShort
from unetpp_desktop.nn.self_test import SelfTest

_TESTED_SIDE = 320  # pixels; the self-test looks at the middle of an image
_LEAST_TESTED_SIDE = 128  # pixels; how fast and how good something is on less says nothing of a scene

LabelsIn = Callable[[np.ndarray, str], np.ndarray]
"""Labels ``uint8 (H, W)`` of an image in a precision, at the depth in question."""


class Precisions:
    """The precision of each depth: the one asked for, or bf16 where a self-test finds that it pays.

    The second image at a depth decides about that depth, once per machine and model. The first is
    not to wait for that, and a small one says too little. Where the memory does not suffice for it, the
    depth stays in fp32. Where the user has switched INT8 on, having seen ``int8``, what it brings
    and costs, it is taken wherever it is the fastest.
    """

    def __init__(self, asked: str, test: SelfTest | None, int8: Mapping[int, DepthLoss]) -> None:
        self._asked, self._test, self._int8 = asked, test, int8
        self._answered = set[int]()
        self._short = set[int]()

    def at(self, depth: int) -> str:
        return self.choice(depth).precision

    def groups(self, depths: Iterable[int]) -> dict[str, tuple[int, ...]]:
        """``depths`` by the precision that they are computed in."""
        groups: dict[str, tuple[int, ...]] = {}
        for depth in depths:
            precision = self.at(depth)
            groups[precision] = (*groups.get(precision, ()), depth)
        return groups

    def settle(self, image: np.ndarray, depths: Sequence[int], labels: Callable[[int], LabelsIn]) -> bool:
        """Tests those of ``depths`` that still have to be; whether there was one."""
        if self._asked != "auto" or self._test is None:
            return False
        due = [
            depth
            for depth in depths
            if depth in self._answered and self.choice(depth).why is PrecisionWhy.UNTESTED
        ]
        self._answered.update(depths)
        if not due or min(image.shape[:2]) < _LEAST_TESTED_SIDE:
            return False
        piece = image[middle_rect(image.shape, _TESTED_SIDE).slices]
        for depth in due:
            try:
                self._run(self._test, depth, piece, labels(depth))
            except MemoryShort:
                self._short.add(depth)
        return True

    @staticmethod
    def _run(test: SelfTest, depth: int, piece: np.ndarray, labels: LabelsIn) -> None:
        test.run(depth, lambda: labels(piece, "fp32"), lambda: labels(piece, "bf16"))

    def choice(self, depth: int) -> DepthChoice:
        """The precision of a depth, and why."""
        if self._asked != "auto":
            return DepthChoice(depth, self._asked, PrecisionWhy.ASKED)
        finding = None if self._test is None else self._test.finding(depth)
        loss = self._int8.get(depth)
        if loss is not None and loss.speed > (finding.speed if finding is not None and finding.pays else 1):
            return DepthChoice(depth, "int8", PrecisionWhy.SWITCHED_ON, "int8", loss.speed, loss.agreement)
        if self._test is None:
            return DepthChoice(depth, "fp32", PrecisionWhy.NOTHING_LESS)
        if finding is None:
            why = PrecisionWhy.MEMORY_SHORT if depth in self._short else PrecisionWhy.UNTESTED
            return DepthChoice(depth, "fp32", why, "bf16")
        if finding.pays:
            return DepthChoice(depth, "bf16", PrecisionWhy.PAYS, "bf16", finding.speed, finding.agreement)
        why = PrecisionWhy.SLOWER if finding.agrees else PrecisionWhy.DIFFERS
        return DepthChoice(depth, "fp32", why, "bf16", finding.speed, finding.agreement)

    def words(self, depths: Iterable[int]) -> str:
        """All precisions in words: fp32, or bf16 at depth 3, 4, else fp32."""
        groups = self.groups(depths)
        if len(groups) == 1:
            return next(iter(groups))
        reduced = [
            f"{precision} at depth {', '.join(map(str, group))}"
            for precision, group in groups.items()
            if precision != "fp32"
        ]
        return ", ".join([*reduced, "else fp32"]) if "fp32" in groups else ", ".join(reduced)
