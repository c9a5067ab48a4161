"""What people have checked in a folder; free of torch."""

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import HUMAN
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import StoredMask
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene


def with_known_pixels(project: Project, progress: Progress) -> tuple[list[Scene], tuple[str, ...]]:
    """The scenes with a class on at least one human pixel, and a sentence for each that cannot be read."""
    found, problems = [], []
    candidates = project.training_scenes()
    for index, scene in enumerate(candidates):
        progress(index, len(candidates), "reading corrections")
        try:
            stored = _usable_mask(project, scene)
            if stored is not None and (human_labels(stored) != VOID).any():
                read_image(scene.image_path)
                found.append(scene)
        except UserError as error:
            problems.append(str(error))
    return found, tuple(problems)


def image_and_mask(project: Project, scene: Scene) -> tuple[np.ndarray, StoredMask]:
    """The image ``uint8 (H, W, 3)`` and its `corrected_mask`."""
    stored = corrected_mask(project, scene)
    return read_image(scene.image_path), stored


def corrected_mask(project: Project, scene: Scene) -> StoredMask:
    """The mask of a scene that has one; `UserError` where it is not usable any more."""
    stored = _usable_mask(project, scene)
    if stored is None:
        raise UserError(f"{project.mask_path(scene)} was changed while it was being read. Try again.")
    return stored


def human_labels(stored: StoredMask) -> np.ndarray:
    """``uint8 (H, W)``: the classes of the pixels a person painted or checked, void elsewhere."""
    return np.where(np.isin(stored.origins, HUMAN), stored.labels, VOID).astype(np.uint8)


def _usable_mask(project: Project, scene: Scene) -> StoredMask | None:
    stored = project.load_mask(scene)
    return None if stored is None or stored.changed_outside else stored
