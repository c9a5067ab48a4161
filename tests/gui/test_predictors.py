"""Whose turn it is to use a network."""

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from unetpp_desktop.core.errors import Cancelled
from unetpp_desktop.core.settings import Settings
from unetpp_desktop.gui.predictors import Predictors, Urgency


class _Queue:
    """Threads that want a turn, one after the other, while the first one holds it."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._threads: list[threading.Thread] = []
        self.predictors = Predictors(Settings(Path("unused")))
        self.served: list[str] = []

    def join(self, name: str, urgency: Urgency, let_go: threading.Event | None = None) -> threading.Event:
        """Returns what is to be set for this one to give up."""
        asked, gives_up = threading.Event(), threading.Event()

        def ask() -> None:
            asked.set()
            if gives_up.is_set():
                raise Cancelled

        def work() -> None:
            try:
                with self.predictors.turn(ask, urgency):
                    self.served.append(name)
                    if let_go is not None:
                        assert let_go.wait(10)
            except Cancelled:
                self.served.append(f"not {name}")

        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()
        assert asked.wait(10)  # it has the turn, or stands in the queue
        return gives_up

    def end(self) -> list[str]:
        self._qtbot.waitUntil(lambda: not any(thread.is_alive() for thread in self._threads))
        return self.served


@pytest.fixture
def queue(qtbot: QtBot) -> _Queue:
    return _Queue(qtbot)


def test_the_most_urgent_goes_first_and_of_what_a_person_asks_the_newest(queue: _Queue) -> None:
    let_go = threading.Event()
    queue.join("first", Urgency.AHEAD, let_go)
    queue.join("ahead", Urgency.AHEAD)
    queue.join("folder", Urgency.FOLDER)
    queue.join("folder after it", Urgency.FOLDER)
    queue.join("asked", Urgency.ASKED)
    queue.join("asked after it", Urgency.ASKED)
    let_go.set()
    assert queue.end() == ["first", "asked after it", "asked", "folder", "folder after it", "ahead"]


def test_who_gives_up_holds_nobody_up(queue: _Queue) -> None:
    let_go = threading.Event()
    queue.join("first", Urgency.FOLDER, let_go)
    queue.join("folder", Urgency.FOLDER)
    queue.join("asked", Urgency.ASKED).set()
    let_go.set()
    assert sorted(queue.end()) == ["first", "folder", "not asked"]


def test_a_turn_that_fails_is_over(queue: _Queue) -> None:
    with pytest.raises(ValueError, match="broken"), queue.predictors.turn(lambda: None):
        raise ValueError("broken")
    queue.join("after it", Urgency.AHEAD)
    assert queue.end() == ["after it"]
