"""Whose masks a labels folder holds that is not the image folder's own.

Masks are called like their scenes, and scenes of two image folders may be called alike: the masks of one
would open as those of the other, and be written over. So the first mask that is saved in a labels folder
elsewhere notes in its ``.unetpp/image_folder.json`` which image folder it is for, and every other one is
refused while that exists.
"""

from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.json_files import read_json, readable_name, write_json
from unetpp_desktop.storage.bookkeeping import OWN_FOLDER, has_written
from unetpp_desktop.storage.scenes import Scene

_RECORD = Path(OWN_FOLDER) / "image_folder.json"


class OthersLabelsError(UserError):
    """The labels folder holds the masks of another image folder."""


class _RecordFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    folder: Path


def check_labels_folder(labels: Path, images: Path) -> None:
    """Raises `OthersLabelsError` where ``labels`` holds the masks of another image folder than ``images``.

    An image folder that no longer exists does not count: it was moved, or its drive is mounted elsewhere.
    Nor does anybody know whose masks they are that were written before there was a record. Raises
    `UserError` where the record is damaged.
    """
    recorded = _recorded(labels)
    owner = recorded or _owner_by_place(labels)
    if owner is None or _is_same(owner, images) or _is_gone(owner):
        return
    sentence = (
        f"{labels} holds the masks of {owner}, not those of {images}. "
        f"Choose another labels folder, such as {_free_folder(labels, images)}."
    )
    if recorded is not None:
        sentence += f" If both hold the same images, delete {labels / _RECORD} instead."
    raise OthersLabelsError(sentence)


def claim_labels_folder(own_folder: Path, images: Path, scenes: Iterable[Scene]) -> None:
    """To be called before masks of ``images`` are written: notes in ``own_folder`` whose they are.

    Where ``own_folder`` lies in ``images`` there is nothing to note; but a `WriteError` is raised where that
    folder has gone, or has none of the ``scenes`` any more, as where its drive was mounted: the masks would
    lie in a new folder, beside no images. Raises as `check_labels_folder` does, since another image folder
    may have been faster, and `UserError` where nothing can be written.
    """
    labels = own_folder.parent
    if labels == images:
        if not any(scene.image_path.exists() for scene in scenes):
            raise WriteError(
                f"Nothing can be saved in {images}: it has none of its images any more. Was it renamed, "
                "moved or unmounted? Bring it back and save again; nothing was lost.",
                "the image folder is gone",
            )
        return
    recorded = _recorded(labels)
    if recorded is not None and _is_same(recorded, images):
        return
    check_labels_folder(labels, images)
    write_json(labels / _RECORD, _RecordFile(folder=_as_recorded(images)))


def _recorded(labels: Path) -> Path | None:
    path = labels / _RECORD
    if not path.is_file():
        return None
    remedy = f"Delete it if the masks in {labels} are those of the images that you open."
    return read_json(path, _RecordFile, "a record of an image folder", remedy).folder


def _owner_by_place(labels: Path) -> Path | None:
    """The image folder whose own labels folder this is, unless it was used for another one before."""
    target = labels.resolve()
    is_own = target.name == "labels" and has_written(target.parent / OWN_FOLDER)
    return target.parent if is_own and not has_written(labels / OWN_FOLDER) else None


def _as_recorded(images: Path) -> Path:
    return Path(readable_name(str(images.resolve())))


def _is_same(owner: Path, images: Path) -> bool:
    try:
        return owner == _as_recorded(images) or owner.samefile(images)
    except OSError:
        return False


def _is_gone(owner: Path) -> bool:
    try:
        return not owner.is_dir()
    except OSError:  # it may not be looked at, so nobody can say that it is gone
        return False


def _free_folder(labels: Path, images: Path) -> Path:
    """A folder inside ``labels``, called like ``images``, that is not there yet."""
    first = labels / (images.name or "images")
    others = (first.with_name(f"{first.name}-{number}") for number in count(2))
    return next(path for path in chain((first,), others) if not path.exists())
