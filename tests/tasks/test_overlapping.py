"""Three steps on three threads: in order, overlapping, and what happens when one fails."""

import threading
from collections.abc import Sequence

import pytest

from unetpp_desktop.core.errors import Cancelled
from unetpp_desktop.tasks.overlapping import overlapping


class _Steps:
    """Counts up to ``count``; each step notes what it got."""

    def __init__(self, count: int) -> None:
        self.numbers = iter(range(count))
        self.prepared: list[int] = []
        self.worked: list[int] = []
        self.finished: list[int] = []
        self.fails: dict[str, int] = {}

    def take(self) -> int | None:
        return next(self.numbers, None)

    def prepare(self, number: int) -> int:
        return self._note("prepare", self.prepared, number)

    def work(self, number: int) -> int:
        return self._note("work", self.worked, number)

    def finish(self, number: int) -> None:
        self._note("finish", self.finished, number)

    def run(self) -> None:
        overlapping(
            self.take,
            self.prepare,
            lambda numbers: [self.work(number) for number in numbers],
            self.finish,
            lambda: None,
        )

    def _note(self, step: str, notes: list[int], number: int) -> int:
        if self.fails.get(step) == number:
            raise ValueError(step)
        notes.append(number)
        return number


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_everything_goes_through_all_steps_in_its_order(count: int) -> None:
    steps = _Steps(count)
    steps.run()
    assert steps.prepared == steps.worked == steps.finished == list(range(count))


@pytest.mark.parametrize("count", [0, 1, 7, 8])
def test_several_are_worked_on_at_once_and_the_rest_at_the_end(count: int) -> None:
    steps, groups = _Steps(count), list[list[int]]()

    def work(numbers: Sequence[int]) -> Sequence[int]:
        groups.append(list(numbers))
        return numbers

    overlapping(steps.take, steps.prepare, work, steps.finish, lambda: None, 2)
    assert groups == [list(range(first, min(first + 2, count))) for first in range(0, count, 2)]
    assert steps.finished == list(range(count))


def test_one_is_prepared_and_one_finished_while_one_is_worked_on() -> None:
    together = threading.Barrier(3, timeout=10)
    steps = _Steps(5)
    seen: list[int] = []

    def prepare(number: int) -> int:
        if number == 2:
            together.wait()
        return number

    def work(number: int) -> int:
        if number == 1:
            together.wait()
        return number

    def finish(number: int) -> None:
        if number == 0:
            together.wait()
        seen.append(number)

    overlapping(steps.take, prepare, lambda numbers: map(work, numbers), finish, lambda: None)
    assert seen == list(range(5))


def test_little_is_prepared_ahead() -> None:
    steps = _Steps(100)
    most = 0

    def work(number: int) -> int:
        nonlocal most
        most = max(most, len(steps.prepared) - number)
        return number

    overlapping(steps.take, steps.prepare, lambda numbers: map(work, numbers), steps.finish, lambda: None)
    assert most <= 4


@pytest.mark.parametrize("step", ["prepare", "work"])
def test_what_was_worked_on_is_finished_when_a_step_fails(step: str) -> None:
    steps = _Steps(30)
    steps.fails = {step: 7}
    with pytest.raises(ValueError, match=step):
        steps.run()
    assert steps.finished == steps.worked == list(range(7))


@pytest.mark.parametrize("number", [3, 29])
def test_a_failure_to_finish_ends_the_work(number: int) -> None:
    steps = _Steps(30)
    steps.fails = {"finish": number}
    with pytest.raises(ValueError, match="finish"):
        steps.run()
    assert steps.finished == list(range(number))
    assert len(steps.worked) <= number + 4


def test_waiting_for_what_is_prepared_can_be_cancelled() -> None:
    """As where the images lie on a slow disk."""
    go_on = threading.Event()
    steps = _Steps(2)

    def prepare(number: int) -> int:
        assert go_on.wait(10)
        return number

    def cancel() -> None:
        go_on.set()
        raise Cancelled

    with pytest.raises(Cancelled):
        overlapping(steps.take, prepare, lambda numbers: map(steps.work, numbers), steps.finish, cancel)
    assert steps.worked == steps.finished == []
