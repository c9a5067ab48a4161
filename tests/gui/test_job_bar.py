"""The jobs in the status bar."""

import threading

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.job_bar import JobBar, time_left_text
from unetpp_desktop.gui.jobs import Jobs


def _texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def _turning(progress: Progress) -> None:
    while True:
        progress(212, 468, "town/a.png")
        threading.Event().wait(0.002)


def test_time_left_in_words() -> None:
    assert time_left_text(64.2) == "1:04 left"
    assert time_left_text(8.0) == "0:08 left"
    assert time_left_text(3723) == "1:02:03 left"


def test_a_long_job_is_shown_and_can_be_cancelled(qtbot: QtBot, jobs: Jobs) -> None:
    bar = JobBar(jobs)
    qtbot.addWidget(bar)
    assert not bar.isVisibleTo(None)
    job = jobs.start("Pre-label 468 scenes", _turning)
    qtbot.waitUntil(lambda: "Pre-label 468 scenes  212/468" in _texts(bar))
    cancel = next(button for button in bar.findChildren(QAbstractButton) if button.isVisible())
    assert cancel.toolTip() == "Cancel: Pre-label 468 scenes"
    with qtbot.waitSignal(job.ended):
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_a_short_job_does_not_flicker(qtbot: QtBot, jobs: Jobs) -> None:
    bar = JobBar(jobs)
    qtbot.addWidget(bar)
    seen: list[str] = []
    with qtbot.waitSignal(jobs.start("short", lambda progress: progress(1, 1, "")).ended):
        seen += _texts(bar)
    qtbot.wait(400)
    assert seen + _texts(bar) == []


def test_more_than_two_jobs_are_counted(qtbot: QtBot, jobs: Jobs) -> None:
    bar = JobBar(jobs)
    qtbot.addWidget(bar)
    for number in range(4):
        jobs.start(f"job {number}", _turning)
    qtbot.waitUntil(lambda: "+2 more" in _texts(bar))
    assert sum("212/468" in text for text in _texts(bar)) == 2


def test_a_paused_job_says_so(qtbot: QtBot, jobs: Jobs) -> None:
    bar = JobBar(jobs)
    qtbot.addWidget(bar)
    job = jobs.start("Train", _turning)
    qtbot.waitUntil(bar.isVisible)
    job.pause()
    assert "paused" in _texts(bar)
    job.cancel()
    assert "stopping" in _texts(bar)
