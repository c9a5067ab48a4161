"""Which images of a folder are scenes, and how their masks are called."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from unetpp_desktop.storage.images import IMAGE_SUFFIXES

FolderFilter = Callable[[Path, frozenset[str]], frozenset[str]]
"""Given a folder and the names of its sub-folders: those of them that hold no scenes."""


@dataclass(frozen=True)
class Scene:
    """One image of a project.

    ``name`` is its path relative to the project's folder, with forward slashes. ``given_mask_path``
    is its mask in a recognised data set, which is read but never written.
    """

    name: str
    image_path: Path
    given_mask_path: Path | None = None


def _all_folders(_folder: Path, _names: frozenset[str]) -> frozenset[str]:
    return frozenset()


def list_image_names(
    folder: Path, excluded: frozenset[Path] = frozenset(), without: FolderFilter = _all_folders
) -> tuple[str, ...]:
    """The images below ``folder`` as relative names with forward slashes, in natural order.

    Hidden files and folders, the ``excluded`` folders (resolved paths) and those that ``without``
    names are left out; linked folders are followed unless they lead back into ``folder``. Of several
    links to one folder the first counts, real folders before links and else in natural order.
    Sub-folders that cannot be read are left out. No image is opened. Raises OSError where
    ``folder`` itself cannot be read.
    """
    root = folder.resolve()
    names: list[str] = []
    followed: set[Path] = set()

    def visit(place: str, prefix: str) -> None:
        with os.scandir(place) as listing:
            entries = [entry for entry in listing if not entry.name.startswith(".")]
        folders = {entry.name: entry for entry in entries if _is_folder(entry)}
        names.extend(prefix + entry.name for entry in entries if _is_image(entry, folders))
        entered = folders.keys() - without(Path(place), frozenset(folders))
        # In a fixed order: it decides by which of several links to a folder its scenes are called.
        for name in sorted(entered, key=lambda name: (folders[name].is_symlink(), natural_key(name))):
            if _may_enter(folders[name], root, excluded, followed):
                try:
                    visit(folders[name].path, f"{prefix}{name}/")
                except OSError:
                    continue

    visit(str(folder), "")
    return tuple(sorted(names, key=natural_key))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_image(entry: os.DirEntry[str], folders: Mapping[str, object]) -> bool:
    suffix = "".join(entry.name.rpartition(".")[1:]).lower()
    return suffix in IMAGE_SUFFIXES and entry.name not in folders


def _may_enter(entry: os.DirEntry[str], root: Path, excluded: frozenset[Path], followed: set[Path]) -> bool:
    target = Path(entry.path).resolve()
    if target in excluded:
        return False
    if not entry.is_symlink():
        return True
    if target in followed or target.is_relative_to(root) or root.is_relative_to(target):
        return False
    followed.add(target)
    return True


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A sorting key that counts: ``a2`` comes before ``a10``; case matters only between equals."""
    stem = name.rpartition(".")[0] or name  # or a.png would follow a10.png
    parts = re.split(r"([0-9]+)", stem.casefold().replace("/", "\x00"))
    counted = tuple(
        (0, int(part), "") if part.isdigit() and part.isascii() else (1, 0, part) for part in parts
    )
    return counted, name


def mask_names(scene_names: Iterable[str], written: Mapping[str, str]) -> dict[str, str]:
    """The mask file of each scene, relative to the labels folder: ``town/a.jpg`` -> ``town/a.png``.

    Scenes that differ only in extension (or in case, for file systems that do not tell the two
    apart) get ``a_jpg.png`` and ``a_png.png``. A name that was once ``written`` for a scene stays,
    also when a twin appears later. While its image is away, only an image that comes in its place alone
    gets it, as ``a.png`` for ``a.jpg``, which was converted, as a rule. Of several scenes that
    ``written`` gives one name, the last of those that are there keeps it.
    """
    names = tuple(dict.fromkeys(scene_names))
    there = frozenset(names)
    keepers = {mask.casefold(): name for name, mask in written.items() if name in there}
    chosen = {name: written[name] for name in keepers.values()}
    taken = {mask.casefold() for mask in chosen.values()}
    left = {mask.casefold(): _split(name)[0].casefold() for name, mask in written.items()}
    folded = {name: _split(name)[0].casefold() for name in names}
    stems = Counter(folded[name] for name in names)
    open_names = [name for name in names if name not in chosen]
    # Scenes without a twin first: their plain name must not be taken by a twin's longer one.
    for has_twin in (False, True):
        for name in open_names:
            if (stems[folded[name]] > 1) == has_twin:
                stem = None if has_twin else folded[name]
                mask = next(
                    mask
                    for mask in _candidates(name, has_twin)
                    if mask.casefold() not in taken and left.get(mask.casefold(), stem) == stem
                )
                chosen[name] = mask
                taken.add(mask.casefold())
    return chosen


def _split(name: str) -> tuple[str, str]:
    """Stem and suffix as pathlib has them, without a path for each of many thousand names."""
    stem, _, suffix = name.rpartition(".")
    return (stem, suffix) if stem and not stem.endswith("/") else (name, "")


def _candidates(name: str, has_twin: bool) -> Iterator[str]:
    stem, suffix = _split(name)
    if not has_twin:
        yield f"{stem}.png"
    yield f"{stem}_{suffix}.png"
    for number in count(2):
        yield f"{stem}_{suffix}_{number}.png"
