"""Fixtures of the tests of saving."""

from pathlib import Path

import pytest

from tests.gui.folders import new_session, write_scenes
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_scenes(tmp_path / "scenes", ["0.png", "1.png", "2.png"])


@pytest.fixture
def session(folder: Path, jobs: Jobs) -> Session:
    session = new_session(folder, jobs)
    session.set_diameter(1)
    return session
