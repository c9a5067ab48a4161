"""Masks as they lie on the disk, also those that others write there, and what a session tells of them."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.gui.folders import SIZE
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project


def told_by(session: Session) -> list[str]:
    """The sentences that a session tells from now on."""
    told: list[str] = []
    session.notice.connect(lambda sentence, _level: told.append(sentence))
    return told


def stored_mask(project: Project | None, name: str = "0.png") -> StoredMask:
    """The mask of a scene, which has one."""
    assert project is not None
    stored = project.load_mask(project.scene(name))
    assert stored is not None
    return stored


def provenance_of(project: Project | None, name: str = "0.png") -> Provenance:
    """What the mask of a scene says of how it came to be."""
    provenance = stored_mask(project, name).provenance
    assert provenance is not None
    return provenance


def write_elsewhere(
    folder: Path, origin: Origin, value: int, provenance: Provenance, name: str = "0.png"
) -> None:
    """Gives a scene a mask of one class and one origin, as another window would."""
    project = Project.open(folder)
    labels = np.full(SIZE, value, np.uint8)
    project.save_mask(project.scene(name), labels, np.full(SIZE, origin, np.uint8), provenance)


def change_outside(folder: Path, name: str = "0.png") -> None:
    """Changes a mask as a drawing program would: our chunk is gone, and a row has another class."""
    path = folder / "labels" / name
    with Image.open(path) as image:
        pixels, table = np.array(image), image.getpalette()
    pixels[0] = 5
    changed = Image.fromarray(pixels, "P") if table is None else Image.fromarray(pixels)
    changed.putpalette(table or [])
    changed.save(path)
