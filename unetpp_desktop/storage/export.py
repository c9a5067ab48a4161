"""A project's masks for other programs.

Both exports take the scenes that are marked as done, on request also those that are not, and never
those that are excluded. They write into a new or empty folder outside the project, and say in
``classes.json`` what the values mean.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.storage.class_tables import write_class_file
from unetpp_desktop.storage.foreign import describe_strays
from unetpp_desktop.storage.images import as_plain_png
from unetpp_desktop.storage.png import compress_indexes, indexed_png
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene

_IMAGES = "train"
_MASKS = "trainannot"


@dataclass(frozen=True)
class ExportReport:
    """How many masks were written, and one sentence for each scene that was left out or altered."""

    written: int
    skipped: tuple[str, ...]


def export_camvid(
    project: Project, folder: Path, progress: Progress, include_unchecked: bool = False
) -> ExportReport:
    """Writes SegNet's layout of CamVid: ``train/``, ``trainannot/``, ``train.txt``, ``classes.json``.

    Images become RGB PNGs. Masks are indexed PNGs whose value is the class, and one more than
    the last class for void (11 with CamVid's classes). ``include_unchecked`` takes scenes that are
    not done too, predicted pixels included. Where nothing is to be exported, nothing is written. Raises
    `UserError` where ``folder`` is not empty, lies in the project or cannot be written.
    """
    _check_target(project, folder)
    void = len(project.palette)
    skipped: list[str] = []
    lines: list[str] = []
    names = {_mask_name(project, scene) for scene in project.scenes}
    for scene, mask_name, labels in _masks(project, progress, include_unchecked, skipped):
        name = _listable(mask_name, names)
        names.add(name)
        if name != mask_name:
            skipped.append(f"{scene.name} is called {name} there: lists of files cannot hold its name.")
        try:
            image = as_plain_png(scene.image_path)
        except UserError as error:
            skipped.append(f"{scene.name} was left out: {error}")
            continue
        if not lines:  # first: else what an export that is stopped leaves is read as CamVid's own classes
            write_class_file(folder / "classes.json", project.palette, void)
        write_atomically(folder / _IMAGES / name, image)
        indexes = np.where(labels == VOID, void, labels).astype(np.uint8)
        _write_indexes(project, folder / _MASKS / name, indexes)
        quote = '"' if any(character.isspace() for character in name) else ""
        lines.append(f"{quote}/{_IMAGES}/{name}{quote} {quote}/{_MASKS}/{name}{quote}\n")
    if lines:
        write_atomically(folder / f"{_IMAGES}.txt", "".join(lines).encode(errors="surrogateescape"))
    return ExportReport(len(lines), tuple(skipped))


def export_index_png(
    project: Project, folder: Path, progress: Progress, include_unchecked: bool = False
) -> ExportReport:
    """Writes indexed PNGs, named like our masks, whose value is the class and 255 void; ``classes.json``.

    ``include_unchecked`` and errors as for `export_camvid`.
    """
    _check_target(project, folder)
    skipped: list[str] = []
    written = 0
    for _scene, name, labels in _masks(project, progress, include_unchecked, skipped):
        if not written:
            write_class_file(folder / "classes.json", project.palette, VOID)
        _write_indexes(project, folder / name, labels)
        written += 1
    return ExportReport(written, tuple(skipped))


def _listable(name: str, taken: Collection[str]) -> str:
    """``name`` without what ends a line of ``train.txt``, or a name in it, too early; none of ``taken``."""
    plain = re.sub(r'["\\\n]', "_", name)
    if plain == name:
        return name
    stem, _, suffix = plain.rpartition(".")
    others = (f"{stem}-{number}.{suffix}" for number in count(2))
    return next(other for other in chain((plain,), others) if other not in taken)


def _check_target(project: Project, folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file. Choose a folder to export to.")
    for taken in (project.folder, project.labels_folder):
        if folder.resolve().is_relative_to(taken.resolve()):
            raise UserError(
                f"{folder} lies in {taken}: choose a folder outside, or it becomes part of the project."
            )
    if folder.is_dir() and any(folder.iterdir()):
        raise UserError(f"{folder} is not empty. Choose a new or an empty folder to export to.")


def _masks(
    project: Project, progress: Progress, include_unchecked: bool, skipped: list[str]
) -> Iterator[tuple[Scene, str, np.ndarray]]:
    """Scene, name of its mask file and labels of each scene to export; ``skipped`` gets the sentences."""
    total = len(project.scenes)
    for number, scene in enumerate(project.scenes):
        progress(number, total, scene.name)
        if project.is_excluded(scene):
            skipped.append(f"{scene.name} was left out: it is excluded.")
            continue
        reason = _reason_to_skip(project.state(scene), include_unchecked)
        if reason is not None:
            skipped.append(f"{scene.name} was left out: {reason}.")
            continue
        try:
            stored = project.load_mask(scene)
        except UserError as error:
            skipped.append(f"{scene.name} was left out: {error}")
            continue
        if stored is None:  # deleted since its state was read
            skipped.append(f"{scene.name} was left out: it has no mask.")
            continue
        if stored.strays:
            skipped.append(f"{scene.name} has {describe_strays(stored.strays)}; they were written as void.")
        yield scene, _mask_name(project, scene), stored.labels
    progress(total, total, "")


def _mask_name(project: Project, scene: Scene) -> str:
    return project.mask_path(scene).relative_to(project.labels_folder).as_posix()


def _reason_to_skip(state: SceneState, include_unchecked: bool) -> str | None:
    if state is SceneState.NONE:
        return "it has no mask"
    if state is SceneState.CHANGED_OUTSIDE:
        return "its mask is damaged, or was changed by another program and nobody has decided about it"
    if state is SceneState.UNREADABLE:
        return "its image cannot be read"
    if state is SceneState.DONE or include_unchecked:
        return None
    return "it is not marked as done"


def _write_indexes(project: Project, path: Path, indexes: np.ndarray) -> None:
    height, width = indexes.shape
    idat = compress_indexes(indexes)
    write_atomically(path, indexed_png((height, width), project.palette.colors(), idat))
