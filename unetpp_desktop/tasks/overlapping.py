"""Three steps for each of many things: one is prepared and one is finished while one is worked on."""

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Ready = TypeVar("Ready")
Worked = TypeVar("Worked")

_AHEAD = 1  # waiting between two steps, beside what is in them: large images take memory
_ASK_WHILE_WAITING_S = 0.05


class _End:
    """Behind the last thing; with ``error``, where a step failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def overlapping(
    take: Callable[[], Item | None],
    prepare: Callable[[Item], Ready],
    work: Callable[[Sequence[Ready]], Iterable[Worked]],
    finish: Callable[[Worked], None],
    ask: Callable[[], None],
    at_once: int = 1,
) -> None:
    """Prepares, works on and finishes what ``take`` gives, in its order, until that is None.

    ``work`` gets ``at_once`` things, at the end perhaps fewer, and gives as many. It runs on the
    calling thread, ``take`` and ``prepare`` on a second one, ``finish`` on a third; at most one thing
    waits between two steps. ``ask`` is called on the calling thread while it waits and may raise.
    Whatever is raised in a step ends all of them and is raised here; what was worked on by then is
    finished first, unless it is ``finish`` that failed.
    """
    steps = _Steps(take, prepare, finish)
    with steps:
        while ready := steps.next_ready(at_once, ask):
            for worked in work(ready):
                steps.hand_over(worked, ask)


class _Steps(Generic[Item, Ready, Worked]):
    """The two threads beside the working one, and what lies between them."""

    def __init__(
        self,
        take: Callable[[], Item | None],
        prepare: Callable[[Item], Ready],
        finish: Callable[[Worked], None],
    ) -> None:
        self._take, self._prepare, self._finish = take, prepare, finish
        self._ready: queue.Queue[tuple[Ready] | _End] = queue.Queue(_AHEAD)
        self._worked: queue.Queue[tuple[Worked] | _End] = queue.Queue(_AHEAD)
        self._all_ready = False  # on the working thread: nothing comes any more
        self._stopped = threading.Event()
        self._failure: BaseException | None = None  # of the finishing step
        self._threads = [
            threading.Thread(target=run, name=f"{name} beside the work", daemon=True)
            for name, run in (("preparing", self._prepare_all), ("finishing", self._finish_all))
        ]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._stopped.set()
        self._worked.put(_End())  # the finishing thread always makes room
        for thread in self._threads:
            thread.join()
        if error is None and self._failure is not None:
            raise self._failure

    def next_ready(self, most: int, ask: Callable[[], None]) -> list[Ready]:
        """The next ``most`` that are prepared, fewer before the end. Raises what a step has raised."""
        found: list[Ready] = []
        while len(found) < most and (ready := self._one_ready(ask)) is not None:
            found += ready
        return found

    def _one_ready(self, ask: Callable[[], None]) -> tuple[Ready] | None:
        if self._all_ready:
            return None
        while self._failure is None:
            try:
                ready = self._ready.get(timeout=_ASK_WHILE_WAITING_S)
            except queue.Empty:
                ask()
                continue
            if not isinstance(ready, _End):
                return ready
            if ready.error is not None:
                raise ready.error
            self._all_ready = True
            return None
        raise self._failure

    def hand_over(self, worked: Worked, ask: Callable[[], None]) -> None:
        while True:
            try:
                self._worked.put((worked,), timeout=_ASK_WHILE_WAITING_S)
                return
            except queue.Full:
                ask()

    def _prepare_all(self) -> None:
        try:
            while not self._stopped.is_set() and (item := self._take()) is not None:
                self._offer((self._prepare(item),))
            self._offer(_End())
        except BaseException as error:
            self._offer(_End(error))

    def _offer(self, ready: tuple[Ready] | _End) -> None:
        while not self._stopped.is_set():
            try:
                self._ready.put(ready, timeout=_ASK_WHILE_WAITING_S)
                return
            except queue.Full:
                continue

    def _finish_all(self) -> None:
        while not isinstance(worked := self._worked.get(), _End):
            if self._failure is not None:
                continue  # makes room for whoever still works
            try:
                self._finish(worked[0])
            except BaseException as error:
                self._failure = error
