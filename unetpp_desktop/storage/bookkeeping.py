"""What a project remembers besides its masks: all of it lies in one folder, ``.unetpp``.

``project.json`` holds the palette. ``written.jsonl`` holds one line ``["scene", "mask"]`` for each
mask that we wrote: with it, a file that lost our chunk is known to be ours and changed outside. It is
a file of its own that only grows, because rewriting the project file for each of 12,000
pre-labelled scenes would write gigabytes. So a mask that is no longer ours, because the file of
somebody else came back, gets one more line, ``["scene", null]``; the last line of a scene counts.
``originals/`` holds copies of masks that others made, from before we first wrote over them. Whose the
masks in a labels folder elsewhere are, `labels_owner` keeps there.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes, write_atomically
from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.core.palette import Palette

OWN_FOLDER = ".unetpp"
_PROJECT_FILE = "project.json"
_WRITTEN_FILE = "written.jsonl"


class _ProjectFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    palette: Palette


def read_palette(own_folder: Path) -> Palette | None:
    """The palette that the masks were labelled with; None before the first one was saved.

    Raises `UserError` where the project file is damaged.
    """
    path = own_folder / _PROJECT_FILE
    if not path.is_file():
        return None
    remedy = "Mend it, or move it away to begin with the default palette."
    return read_json(path, _ProjectFile, "a project file", remedy).palette


def write_palette(own_folder: Path, palette: Palette) -> None:
    """Records ``palette`` in the project file; `UserError` where it cannot be written."""
    write_json(own_folder / _PROJECT_FILE, _ProjectFile(palette=palette))


def holds_our_masks(folder: Path) -> bool:
    """Whether ``folder`` holds masks of some project: its ``labels``, or a labels folder chosen elsewhere."""
    if folder.name == "labels" and (folder.parent / OWN_FOLDER).is_dir():
        return True
    return has_written(folder / OWN_FOLDER) and not (folder / "labels").is_dir()


def has_written(own_folder: Path) -> bool:
    """Whether masks of ours were written whose list lies in ``own_folder``."""
    return (own_folder / _WRITTEN_FILE).is_file()


def read_written(own_folder: Path) -> dict[str, str]:
    """Mask file by scene name for every mask that we wrote; torn lines of a crash are passed over.

    Raises `UserError` where the list cannot be read.
    """
    if not has_written(own_folder):
        return {}
    written: dict[str, str] = {}
    for line in read_bytes(own_folder / _WRITTEN_FILE).splitlines():
        try:
            scene, mask = json.loads(line)
        except ValueError:
            continue
        if mask is None:
            written.pop(str(scene), None)
        else:
            written[str(scene)] = str(mask)
    return written


def add_written(own_folder: Path, scene: str, mask: str) -> None:
    """Adds ``scene`` to what `read_written` returns; `UserError` where that fails."""
    _append_written(own_folder, scene, mask)


def forget_written(own_folder: Path, scene: str) -> None:
    """Takes ``scene`` out of what `read_written` returns; `UserError` where that fails."""
    _append_written(own_folder, scene, None)


def _append_written(own_folder: Path, scene: str, mask: str | None) -> None:
    path = own_folder / _WRITTEN_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            # The line break comes first: a line that a crash has torn then spoils only itself.
            stream.write(b"\n" + json.dumps([scene, mask]).encode())
    except OSError as error:
        raise UserError(
            f"{path} could not be written: {error.strerror or error}. "
            "Make its folder writable or free some space, and try again."
        ) from error


def keep_original(own_folder: Path, mask_path: Path, mask: str) -> None:
    """Copies the file at ``mask_path`` to ``originals/MASK``, or ``MASK-2`` .. beside earlier copies.

    Raises `UserError` where it cannot be copied.
    """
    content = read_bytes(mask_path)
    target = own_folder / "originals" / mask
    copy, number = target, 1
    while copy.exists():
        if read_bytes(copy) == content:
            return
        number += 1
        copy = target.with_name(f"{target.stem}-{number}{target.suffix}")
    write_atomically(copy, content)
