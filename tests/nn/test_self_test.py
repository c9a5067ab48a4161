"""Whether a reduced precision is used."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from unetpp_desktop.nn import self_test
from unetpp_desktop.nn.self_test import SelfTest

_DEPTHS, _SIDE = 2, 100


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, which passes only where a fake network takes some."""
    monkeypatch.setattr(self_test, "LEAST_AGREEMENT", 0.995)
    now = [0.0]
    monkeypatch.setattr(self_test.time, "perf_counter", lambda: now[0])
    return now


def _network(clock: list[float], seconds: float, wrong: int = 0) -> Callable[[], np.ndarray]:
    """Says class 0 everywhere, but for so many pixels of the last depth."""

    def labels() -> np.ndarray:
        clock[0] += seconds
        answer = np.zeros((_DEPTHS, _SIDE, _SIDE), np.uint8)
        answer[-1].ravel()[:wrong] = 1
        return answer

    return labels


@pytest.mark.parametrize(
    ("seconds", "wrong", "pays"),
    [(0.5, 0, True), (0.5, 50, True), (0.5, 51, False), (1.0, 0, False), (2.0, 0, False)],
)
def test_it_is_used_where_it_is_faster_and_says_the_same(
    tmp_path: Path, clock: list[float], seconds: float, wrong: int, pays: bool
) -> None:
    test = SelfTest(tmp_path, "this")
    assert test.findings is None
    test.run(_network(clock, 1.0), _network(clock, seconds, wrong))
    assert test.findings is not None
    assert test.findings.pays(2) is pays
    assert test.findings.pays(1) is (seconds < 1)
    assert test.findings.speed == pytest.approx(1 / seconds)
    assert test.findings.agreement == pytest.approx((1, 1 - wrong / _SIDE**2))


def test_the_findings_are_kept_for_the_same_weights_and_machine(tmp_path: Path, clock: list[float]) -> None:
    SelfTest(tmp_path, "this").run(_network(clock, 1.0), _network(clock, 0.5))
    again, other = SelfTest(tmp_path, "this"), SelfTest(tmp_path, "other")
    assert again.findings is not None
    assert again.findings.pays(1)
    assert other.findings is None


@pytest.mark.parametrize("content", ["", "nonsense", '{"findings": {"this": 3}}'])
def test_a_broken_file_is_measured_anew(tmp_path: Path, clock: list[float], content: str) -> None:
    (tmp_path / "self-tests.json").write_text(content)
    test = SelfTest(tmp_path, "this")
    assert test.findings is None
    test.run(_network(clock, 1.0), _network(clock, 0.5))
    assert SelfTest(tmp_path, "this").findings == test.findings


def test_findings_that_cannot_be_kept_hold_for_now(tmp_path: Path, clock: list[float]) -> None:
    (tmp_path / "file").write_text("no folder")
    test = SelfTest(tmp_path / "file" / "below", "this")
    test.run(_network(clock, 1.0), _network(clock, 0.5))
    assert test.findings is not None
