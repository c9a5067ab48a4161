"""CamVid and data sets laid out like it, opened where they are.

========  =================================================================================
SegNet    ``train/`` with ``trainannot/`` and, if there, ``train.txt``; the same for val, test or
          any other name. Masks hold class numbers, or colours (as CVAT and Datumaro write them).
original  ``701_StillsRaw_full/`` with ``LabeledApproved_full/NAME_L.png`` in 32 colours.
Kaggle    ``train/`` with ``train_labels/NAME_L.png`` in the colours of ``class_dict.csv``.
========  =================================================================================
"""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes, reading
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.storage.class_tables import (
    ClassTable,
    camvid_table,
    read_class_dict,
    read_class_file,
    read_label_colors,
)
from unetpp_desktop.storage.foreign import (
    ColorPixels,
    ReadLabels,
    as_indexes,
    labels_of_colors,
    labels_of_indexes,
    read_pixels,
)
from unetpp_desktop.storage.images import image_size
from unetpp_desktop.storage.scenes import list_image_names

_SEGNET_MASKS = "annot"
_KAGGLE_MASKS = "_labels"
_ORIGINAL_IMAGES = "701_StillsRaw_full"
_ORIGINAL_MASKS = "LabeledApproved_full"
_CLASS_DICT = "class_dict.csv"
_NEEDED = (
    "It needs train/ and trainannot/ (SegNet), 701_StillsRaw_full/ and LabeledApproved_full/ (original), "
    "or train/, train_labels/ and class_dict.csv (Kaggle)."
)


@dataclass(frozen=True)
class Pair:
    """An image and its mask."""

    image: Path
    mask: Path


@dataclass(frozen=True)
class Dataset:
    """A data set that was recognised.

    ``layout`` is a word for the user; ``missing`` has one sentence for each image or mask that
    should be there and is not; ``mask_folders`` are the folders directly in ``folder`` that hold masks.
    """

    folder: Path
    layout: str
    splits: Mapping[str, tuple[Pair, ...]]
    missing: tuple[str, ...]
    mask_folders: tuple[Path, ...]
    table: ClassTable
    masks_may_be_indexes: bool

    @property
    def palette(self) -> Palette:
        """The classes of the labels that `read_labels` returns."""
        return self.table.palette

    def read_labels(self, pair: Pair) -> ReadLabels:
        """The mask of ``pair`` in the classes of ``palette``.

        Values and colours that mean no class become void and are counted. Raises `UserError` for a
        missing or damaged file, and where the mask does not have the size of its image.
        """
        pixels = read_pixels(pair.mask)
        if self.masks_may_be_indexes and isinstance(pixels, ColorPixels):
            pixels = as_indexes(pixels, self.table.by_color) or pixels
        if isinstance(pixels, ColorPixels):
            read = labels_of_colors(pixels.rgb, self.table.by_color)
        elif self.masks_may_be_indexes:
            read = labels_of_indexes(pixels.values, self.table.by_index)
        else:
            read = labels_of_colors(pixels.as_rgb(), self.table.by_color)
        height, width = image_size(pair.image)
        if read.labels.shape != (height, width):
            raise UserError(
                f"{pair.mask} is {read.labels.shape[1]} x {read.labels.shape[0]} pixels, but its image "
                f"{pair.image} is {width} x {height}. Replace one of the two."
            )
        return read


def open_dataset(folder: Path) -> Dataset:
    """The data set in ``folder``, or in the only folder inside it, as archives unpack.

    Raises `UserError` where there is none, where it has no image with a mask, and where its class
    list is damaged.
    """
    with reading(folder):
        if not folder.is_dir():
            raise UserError(f"{folder} is not a folder. Choose the folder of a CamVid data set.")
        entries = list(folder.iterdir())
    dataset = recognise_dataset(folder)
    if dataset is None:
        inside = [entry for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
        dataset = recognise_dataset(inside[0]) if len(inside) == 1 else None
    if dataset is None:
        outside = recognise_dataset(folder.resolve().parent)
        hint = _NEEDED if outside is None else f"Open {outside.folder} instead, of which it is a part."
        raise UserError(f"{folder} is not a CamVid data set. {hint}")
    if not any(dataset.splits.values()):
        raise UserError(
            f"{dataset.folder} has no image with a mask. {' '.join(dataset.missing[:1]) or _NEEDED}"
        )
    return dataset


def recognise_dataset(folder: Path) -> Dataset | None:
    """The data set directly in ``folder``, recognised by the names of its folders; None where there is none.

    Raises `UserError` where its class list is damaged.
    """
    names = _folder_names(folder)
    if segnet := sorted(name for name in names if name + _SEGNET_MASKS in names):
        return _open_segnet(folder, segnet)
    if {_ORIGINAL_IMAGES, _ORIGINAL_MASKS} <= names:
        found, missing = _pairs_by_name(folder, _ORIGINAL_IMAGES, _ORIGINAL_MASKS)
        masks = (folder / _ORIGINAL_MASKS,)
        return Dataset(folder, "original", {"all": found}, missing, masks, _listed_or_camvid(folder), False)
    kaggle = sorted(name for name in names if name + _KAGGLE_MASKS in names)
    if kaggle and (folder / _CLASS_DICT).is_file():
        return _open_kaggle(folder, kaggle)
    return None


def _open_segnet(folder: Path, splits: list[str]) -> Dataset:
    found: dict[str, tuple[Pair, ...]] = {}
    missing: list[str] = []
    for split in splits:
        listed = (folder / f"{split}.txt").is_file()
        read = _pairs_of_list if listed else _pairs_by_name
        found[split], faults = read(folder, split, split + _SEGNET_MASKS)
        missing += faults
    class_file = folder / "classes.json"
    table = read_class_file(class_file) if class_file.is_file() else _listed_or_camvid(folder)
    masks = tuple(folder / (split + _SEGNET_MASKS) for split in splits)
    return Dataset(folder, "SegNet", found, tuple(missing), masks, table, True)


def _open_kaggle(folder: Path, splits: list[str]) -> Dataset:
    found: dict[str, tuple[Pair, ...]] = {}
    missing: list[str] = []
    for split in splits:
        found[split], faults = _pairs_by_name(folder, split, split + _KAGGLE_MASKS)
        missing += faults
    masks = tuple(folder / (split + _KAGGLE_MASKS) for split in splits)
    table = read_class_dict(folder / _CLASS_DICT)
    return Dataset(folder, "Kaggle", found, tuple(missing), masks, table, False)


def _listed_or_camvid(folder: Path) -> ClassTable:
    path = folder / "label_colors.txt"
    return read_label_colors(path) if path.is_file() else camvid_table()


def _pairs_by_name(folder: Path, images: str, masks: str) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Pairs images with the mask of the same name, or the same name and ``_L``."""
    by_stem = {_stem(name): name for name in _images_in(folder / masks)}
    pairs, missing = [], []
    for name in _images_in(folder / images):
        mask = by_stem.get(f"{_stem(name)}_L", by_stem.get(_stem(name)))
        if mask is None:
            missing.append(f"{folder / images / name} has no mask in {masks}.")
        else:
            pairs.append(Pair(folder / images / name, folder / masks / mask))
    return tuple(pairs), tuple(missing)


def _pairs_of_list(folder: Path, images: str, masks: str) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """The pairs of ``train.txt``: two paths a line, whose beginning is that of somebody else's disk."""
    path = folder / f"{images}.txt"
    image_names = {f"{images}/{name}" for name in _images_in(folder / images)}
    mask_names = {f"{masks}/{name}" for name in _images_in(folder / masks)}
    mask_of = {_stem(name): name for name in sorted(mask_names)}  # of several the same at each start
    pairs, missing = [], []
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        written_image, written_mask = _two_paths(line)
        image = _ending_in(image_names, written_image)
        if written_mask:
            mask = _ending_in(mask_names, written_mask)
        else:
            mask = mask_of.get(f"{masks}/{_stem(image).partition('/')[2]}") if image else None
        if image is None or mask is None:
            absent = written_image if image is None else written_mask or f"the mask of {written_image}"
            missing.append(f"{path}, line {number}: {absent} is not there.")
        else:
            pairs.append(Pair(folder / image, folder / mask))
    return tuple(pairs), tuple(missing)


def _two_paths(line: str) -> tuple[str, str]:
    """The two paths of a line; names with spaces are either quoted or, unquoted, cut in the middle."""
    line = line.replace("\\", "/")
    try:
        words = shlex.split(line) if '"' in line else line.split()
    except ValueError:
        words = line.split()
    if len(words) == 1:
        return words[0], ""
    middle = len(words) // 2
    return " ".join(words[:middle]), " ".join(words[middle:])


def _ending_in(names: set[str], written: str) -> str | None:
    """The longest end of the path ``written`` that is one of ``names``."""
    parts = PurePosixPath(written).parts
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((end for end in ends if end in names), None)


def _lines(path: Path) -> list[str]:
    text = read_bytes(path).decode("utf-8-sig", errors="surrogateescape")
    return [line.rstrip("\r") for line in text.split("\n")]  # names may hold what else ends a line


def _images_in(folder: Path) -> tuple[str, ...]:
    try:
        return list_image_names(folder)
    except OSError as error:
        raise UserError(
            f"{folder} cannot be read: {error.strerror or error}. Change its permissions."
        ) from error


def _folder_names(folder: Path) -> frozenset[str]:
    try:
        with os.scandir(folder) as listing:
            return frozenset(entry.name for entry in listing if entry.is_dir())
    except OSError:
        return frozenset()


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
