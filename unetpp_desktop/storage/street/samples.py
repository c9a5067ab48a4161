"""Generated scenes on disk, laid out like CamVid."""

import re
from pathlib import Path

import cv2
import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.storage.street.scene import draw_scene

_FILE_VOID = 11  # void in the SegNet layout
_FOLDERS = _IMAGES, _MASKS = "train", "trainannot"
_LIST = "train.txt"
_OUR_NAME = re.compile(r"street_\d{4,}\.png")


def write_samples(
    folder: Path, count: int, seed: int, progress: Progress, height: int = 360, width: int = 480
) -> None:
    """Writes ``count`` scenes, those of the seeds ``seed``, ``seed + 1``, .., in the SegNet layout.

    ``train/street_0001.png``, the mask of the same name in ``trainannot/`` (class indexes, void
    is 11) and ``train.txt``, which lists the pairs relative to ``folder``. Scenes drawn there before are
    replaced, all of them. The list comes last and every file is written whole: where ``progress`` stops
    the work (`Cancelled`), complete files are left and no list. Raises `UserError` where the folder holds
    anything else, or cannot be written.
    """
    _check_target(folder)
    (folder / _LIST).unlink(missing_ok=True)
    lines = []
    for index in range(count):
        name = _name(index)
        progress(index, count, name)
        scene = draw_scene(seed + index, height, width)
        labels = np.where(scene.labels == VOID, np.uint8(_FILE_VOID), scene.labels)
        write_atomically(folder / _MASKS / name, _png(labels))
        write_atomically(folder / _IMAGES / name, _png(cv2.cvtColor(scene.image, cv2.COLOR_RGB2BGR)))
        lines.append(f"{_IMAGES}/{name} {_MASKS}/{name}\n")
    _remove_others(folder, count)
    write_atomically(folder / _LIST, "".join(lines).encode())
    progress(count, count, "")


def _remove_others(folder: Path, count: int) -> None:
    """Removes what was drawn before beyond the first ``count`` scenes."""
    names = {_name(index) for index in range(count)}
    for path in (path for part in _FOLDERS for path in _entries(folder / part) if path.name not in names):
        path.unlink()


def _name(index: int) -> str:
    return f"street_{index + 1:04d}.png"


def _check_target(folder: Path) -> None:
    """Scenes drawn before may be drawn anew; among others they would spoil a data set."""
    ours = [folder / _LIST, *(folder / name for name in _FOLDERS)]
    found = [path for path in _entries(folder) if path not in ours]
    for name in _FOLDERS:
        found += [path for path in _entries(folder / name) if not _OUR_NAME.fullmatch(path.name)]
    if found:
        raise UserError(f"{folder} holds other files ({found[0].name}). Choose a new or an empty folder.")


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError(f"{folder} cannot be used: {error.strerror}. Choose another folder.") from error


def _png(array: np.ndarray) -> bytes:
    """``uint8`` gray or BGR as a PNG file."""
    _, packed = cv2.imencode(".png", array)
    return packed.tobytes()
