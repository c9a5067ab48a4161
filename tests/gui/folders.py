"""Small folders of scenes, and sessions on them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.settings import Settings
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.remembered import Remembered
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project

SIZE = (24, 32)  # height, width


def write_scenes(folder: Path, names: Sequence[str]) -> Path:
    """Writes a small image for each name; returns ``folder``."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", SIZE[::-1], (number % 256, 90, 160)).save(path)
    return folder


def write_mask(project: Project, name: str, origin: Origin, done: bool = False) -> None:
    """Gives a scene a mask of class 3 with one origin everywhere."""
    labels = np.full(SIZE, 3, np.uint8)
    origins = np.full(SIZE, origin, np.uint8)
    project.save_mask(project.scene(name), labels, origins, Provenance(done=done))


def new_session(folder: Path, jobs: Jobs) -> Session:
    """A session with ``folder`` open."""
    session = Session(Settings(folder / "settings.json"), Remembered(), jobs)
    assert session.open_folder(folder)
    return session


def paint(session: Session, x: int, y: int, value: int) -> None:
    """A dab of a class with the tool in the hand, at an image pixel."""
    session.set_class(value)
    session.strokes.begin((x + 0.5, y + 0.5))
    session.strokes.end((x + 0.5, y + 0.5))


def labels_of(session: Session) -> np.ndarray:
    """The labels of the open scene as they are now."""
    assert session.document is not None
    return session.document.labels
