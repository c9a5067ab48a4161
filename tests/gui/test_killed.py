"""The program is killed in the middle of work: no mask is torn, and what was painted is there again."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from tests.gui.folders import new_session
from tests.gui.scripted_editing import take_step
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.changes import Content, content_of
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.storage.project import Project

ROOT = Path(__file__).parents[2]
SECOND = 1.0  # a stroke older than this must be on the disk


class Killed(NamedTuple):
    """Number and age in seconds, at the kill, of each step that was done."""

    steps: list[tuple[int, float]]


def _kill(folder: Path, seed: int, after: float) -> Killed:
    """Edits in another process, which is killed ``after`` so many seconds of work."""
    command = [sys.executable, "-m", "tests.gui.scripted_editing", str(folder), str(seed)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline()]
        time.sleep(after)
        killed_at = time.monotonic()
        child.kill()
        lines += child.stdout.readlines()
    steps = [line.split() for line in lines if line.endswith("\n")]
    return Killed([(int(number), killed_at - float(moment)) for number, moment in steps])


def _contents(shape: tuple[int, int], seed: int, steps: int) -> list[Content]:
    """What the mask held before the first step and after each."""
    document = MaskDocument(np.full(shape, VOID, np.uint8), np.full(shape, Origin.NONE, np.uint8))
    contents = [content_of(document.labels, document.origins)]
    for number in range(steps):
        take_step(document, seed, number)
        contents.append(content_of(document.labels, document.origins))
    return contents


def _check_recovery(folder: Path, jobs: Jobs, shape: tuple[int, int], seed: int, after: float) -> str:
    """Kills, starts again and compares; a line for the record."""
    killed = _kill(folder, seed, after)
    done = len(killed.steps)
    contents = _contents(shape, seed, done + 1)  # the last one may not have come to be told
    project = Project.open(folder)
    stored = project.load_mask(project.scenes[0])  # raises where it is torn
    saved = contents[0] if stored is None else content_of(stored.labels, stored.origins)
    assert saved in contents
    session = new_session(folder, jobs)
    document = session.document
    assert document is not None
    here = content_of(document.labels, document.origins)
    assert here in contents, "the mask is none that there ever was"
    recovered = max(place for place, content in enumerate(contents) if content == here)
    due = sum(age > SECOND for _, age in killed.steps)
    assert recovered >= due, f"{due - recovered} steps older than a second are lost"
    unsaved = done - max(place for place, content in enumerate(contents) if content == saved)
    document.go_to(0)
    if not document.history.forgotten:
        assert content_of(document.labels, document.origins) == contents[0]
    assert session.close_folder()
    lost = [age for number, age in killed.steps if number >= recovered]
    oldest = max(lost, default=0.0)
    return f"{after:.2f} s: {done} steps, {unsaved} not in the mask, {len(lost)} lost, oldest {oldest:.3f} s"


def _scene(folder: Path, shape: tuple[int, int]) -> Path:
    folder.mkdir()
    for name in ("0.png", "1.png"):
        Image.new("RGB", shape[::-1], (90, 120, 60)).save(folder / name)
    return folder


@pytest.mark.parametrize(("seed", "after"), [(0, 0.0), (2, 0.25), (3, 0.5), (5, 1.3)])
def test_a_kill_loses_nothing_older_than_a_second(
    tmp_path: Path, jobs: Jobs, seed: int, after: float
) -> None:
    shape = (300, 400)
    print(_check_recovery(_scene(tmp_path / "scenes", shape), jobs, shape, seed, after))


@pytest.mark.slow
def test_fifty_kills_lose_nothing_older_than_a_second(tmp_path: Path, jobs: Jobs) -> None:
    random = np.random.default_rng(6)
    shape = (1500, 2000)  # a save takes about as long as the pause between two of them
    for turn in range(50):
        folder = _scene(tmp_path / str(turn), shape)
        print(_check_recovery(folder, jobs, shape, turn, float(random.uniform(0, 2.5))))
