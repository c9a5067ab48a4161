"""Fixtures of the tests of journals."""

from pathlib import Path

import pytest

from tests.gui.folders import new_session, write_scenes
from tests.gui.journals.restarts import Start
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_scenes(tmp_path / "scenes", ["0.png", "1.png", "sub/2.png"])


@pytest.fixture
def start(folder: Path, jobs: Jobs) -> Start:
    """Another start of the program: a new session on the same folder."""

    def new() -> Session:
        session = new_session(folder, jobs)
        session.set_diameter(1)
        return session

    return new
