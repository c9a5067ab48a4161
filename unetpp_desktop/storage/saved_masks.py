"""Masks in the labels folder, whoever wrote them last, in the classes of a project."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.storage.foreign import ReadLabels, read_foreign
from unetpp_desktop.storage.images import PILLOW_ERRORS, open_image
from unetpp_desktop.storage.mask_file import (
    MaskSummary,
    Provenance,
    StoredMask,
    origins_of_foreign,
    read_mask,
    read_provenance,
)
from unetpp_desktop.storage.renaming import renaming

MaskToken = tuple[int, int, int]
"""Says which version of a file was seen: its inode, time of change in ns, and size in bytes."""


def file_token(path: Path) -> MaskToken | None:
    """Which version of the file is there now; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read_given_summary(path: Path) -> MaskSummary | None:
    """Like `read_provenance`, for the mask of a data set, which may be an image of any format.

    Of a format other than PNG only the header is read: whether its pixels are whole, reading them tells.
    """
    summary = read_provenance(path)
    if summary is None or not summary.damaged:
        return summary
    try:
        with open_image(path) as image:
            return MaskSummary(damaged=image.format == "PNG")
    except PILLOW_ERRORS:
        return summary


class Summaries:
    """The summaries of mask files, read again only where a file has changed; safe in several threads."""

    def __init__(self, read: Callable[[Path], MaskSummary | None] = read_provenance) -> None:
        self._read = read
        self._known: dict[Path, tuple[MaskToken, MaskSummary]] = {}

    def of(self, path: Path) -> MaskSummary | None:
        """The summary of the mask at ``path``; None where there is no file."""
        token = file_token(path)
        if token is None:
            return None
        known = self._known.get(path)
        if known is not None and known[0] == token:
            return known[1]
        summary = self._read(path)
        if summary is not None:
            self._known[path] = (token, summary)
        return summary


def load_saved(path: Path, summary: MaskSummary, ours: bool, palette: Palette) -> StoredMask:
    """The mask at ``path``, of which ``summary`` was just read, in the classes of ``palette``.

    ``ours``: we have written a mask there before. Raises `UserError` for a damaged file and for one
    that uses a class which ``palette`` lacks.
    """
    if summary.damaged or (summary.provenance is not None and not summary.changed_outside):
        stored = read_mask(path, len(summary.class_names) or len(palette))
        labels = _translated(path, stored.labels, summary.class_names, palette)
        return StoredMask(labels, stored.origins, stored.provenance, stored.foreign, stored.changed_outside)
    read = read_foreign(path, palette)
    if not summary.changed_outside and not ours:
        return foreign_mask(read, None)
    origins = labelled_as(read.labels, Origin.MODEL)
    return StoredMask(read.labels, origins, summary.provenance, False, True, read.strays)


def foreign_mask(read: ReadLabels, provenance: Provenance | None) -> StoredMask:
    """A mask that others made, as we take it before anybody has decided about it."""
    origins = origins_of_foreign(read.labels)
    return StoredMask(
        read.labels, origins, provenance, foreign=True, changed_outside=False, strays=read.strays
    )


def in_palette(read: ReadLabels, old: Palette, new: Palette) -> ReadLabels:
    """``read`` in the classes of ``new``, matched by name; those that ``new`` lacks become strays."""
    counts = np.bincount(read.labels.ravel(), minlength=256)
    lost = {name: int(counts[value]) for value, name in enumerate(old.names) if new.place_of(name) is None}
    strays = read.strays | {name: count for name, count in lost.items() if count}
    return ReadLabels(new.mapping_from(old)[read.labels], strays)


def labelled_as(labels: np.ndarray, origin: Origin) -> np.ndarray:
    """Origins ``uint8 (H, W)``: ``origin`` where ``labels`` has a class, none where it is void."""
    return np.where(labels == VOID, Origin.NONE, origin).astype(np.uint8)


def _translated(path: Path, labels: np.ndarray, names: tuple[str, ...], palette: Palette) -> np.ndarray:
    if not names or names == palette.names:
        return labels
    table, lost = renaming(names, palette)
    used = next((name for value, name in lost.items() if np.any(labels == value)), None)
    if used is not None:
        raise UserError(
            f"{path} has pixels of the class {used}, which the palette of this project lacks. "
            "Add the class again at the end of the list: Classes > Edit classes."
        )
    translated: np.ndarray = table[labels]
    return translated
