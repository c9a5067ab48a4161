"""Jobs: one thread, throttled reports, exactly one end, always on the GUI thread."""

import sys
import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Failed, Job, Jobs, JobState, RemainingTime, Succeeded


def _ends(job: Job) -> list[Any]:
    ends: list[Any] = []
    job.ended.connect(ends.append)
    return ends


def _until_stopped(progress: Progress) -> None:
    number = 0
    while True:
        number += 1
        progress(number % 1000, 1000, "turning")
        threading.Event().wait(0.001)


def test_the_value_of_the_work_arrives_on_the_gui_thread(qtbot: QtBot, jobs: Jobs) -> None:
    got: list[tuple[int, int]] = []
    work_thread: list[int] = []

    def work(_progress: Progress) -> int:
        work_thread.append(threading.get_ident())
        return 41 + 1

    job = jobs.start("adding", work, lambda value: got.append((value, threading.get_ident())))
    ends = _ends(job)
    qtbot.waitUntil(lambda: bool(ends))
    assert got == [(42, threading.get_ident())]
    assert work_thread != [threading.get_ident()]
    assert ends == [Succeeded(42)]
    assert job.state is JobState.ENDED
    assert jobs.active == []


def test_reports_are_thinned_out_and_the_last_one_arrives(qtbot: QtBot, jobs: Jobs) -> None:
    seen: list[tuple[int, int, str]] = []

    def work(progress: Progress) -> None:
        for number in range(5001):
            progress(number, 5000, f"scene {number}")

    job = jobs.start("counting", work)
    job.progressed.connect(lambda *report: seen.append(report))
    ends = _ends(job)
    qtbot.waitUntil(lambda: bool(ends))
    assert len(seen) < 500
    assert seen[-1] == (5000, 5000, "scene 5000")
    assert (job.done, job.total, job.note) == (5000, 5000, "scene 5000")


def test_a_cancelled_job_ends_once_and_calls_nobody(qtbot: QtBot, jobs: Jobs) -> None:
    succeeded: list[object] = []
    job = jobs.start("turning", _until_stopped, succeeded.append)
    ends = _ends(job)
    qtbot.waitUntil(lambda: job.done > 0)
    job.cancel()
    job.cancel()
    assert job.state is JobState.CANCELLING
    qtbot.waitUntil(lambda: bool(ends))
    job.cancel()
    qtbot.wait(100)
    assert len(ends) == 1
    assert isinstance(ends[0], Cancelled)
    assert succeeded == []


def test_what_a_job_misses_after_it_was_given_up_is_not_told(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[str] = []
    jobs.failed.connect(told.append)
    taken_away = threading.Event()

    def work(_progress: Progress) -> None:
        taken_away.wait()
        raise UserError("weights.safetensors does not exist.")

    job = jobs.start("comparing", work)
    ends = _ends(job)
    job.cancel()
    taken_away.set()
    qtbot.waitUntil(lambda: bool(ends))
    assert isinstance(ends[0], Cancelled)
    assert told == []


class _Receiver(QObject):
    def __init__(self, values: list[str]) -> None:
        super().__init__()
        self._values = values

    def take(self, value: str) -> None:
        self._values.append(f"{value} {self.objectName()}")


def test_a_value_for_an_object_that_is_gone_is_dropped(qtbot: QtBot, jobs: Jobs) -> None:
    values: list[str] = []
    receivers = [_Receiver(values), _Receiver(values)]
    go_on = threading.Event()

    def work(_progress: Progress) -> str:
        go_on.wait()
        return "hello"

    started = [jobs.start("greeting", work, receiver.take) for receiver in receivers]
    ends = [_ends(job) for job in started]
    delete(receivers[0])
    go_on.set()
    qtbot.waitUntil(lambda: all(ends))
    assert ends == [[Succeeded("hello")], [Succeeded("hello")]]
    assert values == ["hello "]


def test_a_paused_job_stands_still_until_it_is_resumed(qtbot: QtBot, jobs: Jobs) -> None:
    steps: list[int] = []

    def work(progress: Progress) -> None:
        for number in range(10**9):
            progress(number, 0, "")
            steps.append(number)
            threading.Event().wait(0.001)

    job = jobs.start("stepping", work)
    qtbot.waitUntil(lambda: len(steps) > 3)
    job.pause()
    assert job.state is JobState.PAUSED
    qtbot.wait(50)
    standing = len(steps)
    qtbot.wait(100)
    assert len(steps) == standing
    job.resume()
    qtbot.waitUntil(lambda: len(steps) > standing)
    assert job.state is JobState.RUNNING


def test_a_paused_job_can_be_cancelled(qtbot: QtBot, jobs: Jobs) -> None:
    job = jobs.start("turning", _until_stopped)
    ends = _ends(job)
    job.pause()
    job.cancel()
    qtbot.waitUntil(lambda: bool(ends))
    assert isinstance(ends[0], Cancelled)


def test_what_the_user_can_mend_is_announced_as_a_sentence(qtbot: QtBot, jobs: Jobs) -> None:
    sentences: list[str] = []
    jobs.failed.connect(sentences.append)

    def work(_progress: Progress) -> None:
        raise UserError("town/a.png is broken. Open it with another program.")

    ends = _ends(jobs.start("reading", work))
    qtbot.waitUntil(lambda: bool(ends))
    assert sentences == ["town/a.png is broken. Open it with another program."]
    assert isinstance(ends[0], Failed)


def test_a_bug_goes_to_the_excepthook(qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[BaseException] = []

    def catch(_type: type[BaseException], error: BaseException, _traceback: object) -> None:
        caught.append(error)

    monkeypatch.setattr(sys, "excepthook", catch)

    def work(_progress: Progress) -> None:
        raise ZeroDivisionError("a bug")

    ends = _ends(jobs.start("dividing", work))
    qtbot.waitUntil(lambda: bool(ends))
    assert [str(error) for error in caught] == ["a bug"]


def test_shutdown_ends_every_job(jobs: Jobs) -> None:
    ends = [_ends(jobs.start(f"turning {number}", _until_stopped)) for number in range(3)]
    assert jobs.wait_all(5000)
    assert [len(end) for end in ends] == [1, 1, 1]
    assert jobs.active == []


def test_shutdown_does_not_wait_for_work_that_hangs(qtbot: QtBot) -> None:
    jobs = Jobs()
    hanging, let_go = threading.Event(), threading.Event()

    def work(_progress: Progress) -> None:
        hanging.set()
        let_go.wait()

    ends = _ends(jobs.start("hanging", work))
    qtbot.waitUntil(hanging.is_set)
    assert not jobs.wait_all(50)
    let_go.set()
    qtbot.waitUntil(lambda: not any(job.thread_is_alive for job in jobs.active))
    qtbot.wait(50)
    assert ends == []


def test_python_switches_threads_faster_while_jobs_run(qtbot: QtBot, jobs: Jobs) -> None:
    usual = sys.getswitchinterval()
    assert usual > 0.001
    job = jobs.start("turning", _until_stopped)
    assert sys.getswitchinterval() < usual
    ends = _ends(job)
    job.cancel()
    qtbot.waitUntil(lambda: bool(ends))
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_many_short_jobs_leave_nothing_behind(qtbot: QtBot, jobs: Jobs) -> None:
    ended: list[object] = []

    def short(_progress: Progress) -> int:
        return 1

    for _ in range(50):
        jobs.start("short", short).ended.connect(ended.append)
    qtbot.waitUntil(lambda: len(ended) == 50)
    qtbot.waitUntil(lambda: not jobs.findChildren(Job))
    qtbot.waitUntil(lambda: not any(thread.name == "job: short" for thread in threading.enumerate()))


def test_the_time_left_follows_the_pace() -> None:
    remaining = RemainingTime()
    assert remaining.seconds(0.0) is None
    for second in range(11):
        remaining.report(float(second), second * 2, 100)
    assert remaining.seconds(10.0) == pytest.approx(40.0)
    assert remaining.seconds(15.0) == pytest.approx(35.0)


def test_a_new_phase_has_its_own_pace() -> None:
    remaining = RemainingTime()
    for second in range(5):
        remaining.report(float(second), second, 10)
    remaining.report(5.0, 0, 300)
    assert remaining.seconds(5.0) is None
    remaining.report(6.0, 100, 300)
    assert remaining.seconds(6.0) == pytest.approx(2.0)


def test_a_quiet_job_is_not_shown_and_its_value_and_failure_arrive_all_the_same(
    qtbot: QtBot, jobs: Jobs
) -> None:
    shown: list[object] = []
    jobs.job_started.connect(shown.append)
    jobs.job_ended.connect(lambda: shown.append("ended"))
    values: list[int] = []
    sentences: list[str] = []
    jobs.failed.connect(sentences.append)

    def fail(_progress: Progress) -> None:
        raise UserError("The disk is full.")

    jobs.start_quietly("quiet", lambda _progress: 3, values.append)
    jobs.start_quietly("broken", fail)
    assert jobs.active == []
    qtbot.waitUntil(lambda: values == [3] and sentences == ["The disk is full."])
    assert shown == []


def test_quiet_jobs_end_with_the_window(qtbot: QtBot) -> None:
    jobs = Jobs()
    job = jobs.start_quietly("turning", _until_stopped)
    qtbot.waitUntil(lambda: job.thread_is_alive)
    assert jobs.wait_all(5000)
    assert not job.thread_is_alive
    assert job.state is JobState.ENDED
