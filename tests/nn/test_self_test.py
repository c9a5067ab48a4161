"""Whether a reduced precision is used."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from unetpp_desktop.nn import self_test
from unetpp_desktop.nn.self_test import SelfTest

_SIDE = 100


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, which passes only where a fake network takes some."""
    monkeypatch.setattr(self_test, "LEAST_AGREEMENT", 0.995)
    now = [0.0]
    monkeypatch.setattr(self_test.time, "perf_counter", lambda: now[0])
    return now


def _network(clock: list[float], seconds: float, wrong: int = 0) -> Callable[[], np.ndarray]:
    """Says class 0 everywhere, but for so many pixels."""

    def labels() -> np.ndarray:
        clock[0] += seconds
        answer = np.zeros((_SIDE, _SIDE), np.uint8)
        answer.ravel()[:wrong] = 1
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
    assert test.finding(2) is None
    test.run(2, _network(clock, 1.0), _network(clock, seconds, wrong))
    finding = test.finding(2)
    assert finding is not None
    assert finding.pays is pays
    assert finding.speed == pytest.approx(1 / seconds)
    assert finding.agreement == pytest.approx(1 - wrong / _SIDE**2)
    assert test.finding(1) is None


def test_the_findings_are_kept_for_the_same_weights_and_machine(tmp_path: Path, clock: list[float]) -> None:
    SelfTest(tmp_path, "this").run(1, _network(clock, 1.0), _network(clock, 0.5))
    SelfTest(tmp_path, "this").run(2, _network(clock, 1.0), _network(clock, 0.5, 9999))
    again, other = SelfTest(tmp_path, "this"), SelfTest(tmp_path, "other")
    first, second = again.finding(1), again.finding(2)
    assert first is not None
    assert first.pays
    assert second is not None
    assert not second.pays
    assert other.finding(1) is None


@pytest.mark.parametrize("content", ["", "nonsense", '{"findings": {"this depth 1": 3}}'])
def test_a_broken_file_is_measured_anew(tmp_path: Path, clock: list[float], content: str) -> None:
    (tmp_path / "self-tests.json").write_text(content)
    test = SelfTest(tmp_path, "this")
    assert test.finding(1) is None
    test.run(1, _network(clock, 1.0), _network(clock, 0.5))
    assert SelfTest(tmp_path, "this").finding(1) == test.finding(1) is not None


def test_findings_that_cannot_be_kept_hold_for_now(tmp_path: Path, clock: list[float]) -> None:
    (tmp_path / "file").write_text("no folder")
    test = SelfTest(tmp_path / "file" / "below", "this")
    test.run(1, _network(clock, 1.0), _network(clock, 0.5))
    assert test.finding(1) is not None
