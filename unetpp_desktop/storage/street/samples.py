"""Generated scenes on disk, laid out like CamVid."""

from pathlib import Path

import cv2
import numpy as np

from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.storage.street.scene import draw_scene

_FILE_VOID = 11  # void in the SegNet layout


def write_samples(
    folder: Path, count: int, seed: int, progress: Progress, height: int = 360, width: int = 480
) -> None:
    """Writes ``count`` scenes, those of the seeds ``seed``, ``seed + 1``, .., in the SegNet layout.

    ``train/street_0001.png``, the mask of the same name in ``trainannot/`` (class indexes, void
    is 11) and ``train.txt``, which lists the pairs relative to ``folder``. The list comes last and
    every file is written whole: where ``progress`` stops the work (`Cancelled`), complete files
    are left and no list. Raises `UserError` where the folder cannot be written.
    """
    lines = []
    for index in range(count):
        name = f"street_{index + 1:04d}.png"
        progress(index, count, name)
        scene = draw_scene(seed + index, height, width)
        labels = np.where(scene.labels == VOID, np.uint8(_FILE_VOID), scene.labels)
        write_atomically(folder / "trainannot" / name, _png(labels))
        write_atomically(folder / "train" / name, _png(cv2.cvtColor(scene.image, cv2.COLOR_RGB2BGR)))
        lines.append(f"train/{name} trainannot/{name}\n")
    write_atomically(folder / "train.txt", "".join(lines).encode())
    progress(count, count, "")


def _png(array: np.ndarray) -> bytes:
    """``uint8`` gray or BGR as a PNG file."""
    _, packed = cv2.imencode(".png", array)
    return packed.tobytes()
