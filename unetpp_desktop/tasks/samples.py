"""The sample scenes that ship with the program: first run, tour and tests use them."""

import shutil
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.resources import data_folder


def samples_folder() -> Path:
    """A CamVid data set of eight drawn scenes with exact masks.

    Made by ``unetpp-desktop samples resources/samples --count 8 --seed 19``.
    """
    return data_folder("resources") / "samples"


def copy_samples(folder: Path) -> Path:
    """Copies the images of the sample scenes, without their masks, into ``folder``; returns it.

    Files that are there already stay, so that labels of an earlier visit still fit. Raises
    `UserError` where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for image in sorted((samples_folder() / "train").iterdir()):
            if not (folder / image.name).exists():
                shutil.copyfile(image, folder / image.name)
    except OSError as error:
        raise UserError(
            f"The sample scenes could not be copied to {folder}: {error.strerror or error}. "
            "Free some space there, or make the folder writable."
        ) from error
    return folder
