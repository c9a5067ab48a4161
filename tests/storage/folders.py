"""Generated images and folders for the tests of this room."""

from pathlib import Path

import numpy as np
from PIL import Image

from unetpp_desktop.core.palette import Palette, shipped_palette
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project

SHAPE = (6, 9)


def camvid() -> Palette:
    return shipped_palette("camvid11")


def picture(shape: tuple[int, int] = SHAPE, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3), np.uint8)


def save_image(path: Path, pixels: np.ndarray | None = None, **options: object) -> Path:
    """Writes an image (a generated one of `SHAPE` by default) and makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture() if pixels is None else pixels).save(path, **options)
    return path


def image_folder(folder: Path, *names: str) -> Path:
    for name in names or ("a.png",):
        save_image(folder / name)
    return folder


def full(value: int, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    return np.full(shape, value, np.uint8)


def save_full(project: Project, name: str, label: int, origin: int, done: bool = False) -> Path:
    """Saves a mask of one class and one origin for the scene ``name``."""
    return project.save_mask(project.scene(name), full(label), full(origin), Provenance(done=done))
