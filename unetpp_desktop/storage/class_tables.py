"""The class lists that come with data sets, and CamVid's grouping of 32 classes into 11."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.core.palette import VOID, Color, LabelClass, Palette, shipped_palette
from unetpp_desktop.core.resources import data_folder

_VOID_NAMES = frozenset({"void", "unlabelled", "unlabeled", "ignore"})
_BLACK: Color = (0, 0, 0)


class _NamedColor(NamedTuple):
    """One row of a class list."""

    name: str
    color: Color


@dataclass(frozen=True)
class ClassTable:
    """What the pixels of a data set mean: classes of ``palette``, or `VOID`, by colour and by value."""

    palette: Palette
    by_color: dict[Color, int]
    by_index: dict[int, int]


class _ClassFile(BaseModel):
    name: str
    void: Annotated[int, Field(ge=0, le=VOID)]
    classes: tuple[LabelClass, ...]


class _Grouping(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    classes: dict[str, tuple[str, ...]]
    void: tuple[str, ...]


def camvid_table() -> ClassTable:
    """CamVid without a class list: the colours of its 32 and of its 11 classes, values 0..10, void 11.

    The two sets of colours do not contradict each other.
    """
    palette = shipped_palette("camvid11")
    grouping = _camvid_grouping(palette)
    by_color = {_BLACK: VOID}
    for entry in (*shipped_palette("camvid32").classes, *palette.classes):
        by_color[entry.color] = grouping[_plain(entry.name)]
    by_index = {index: index for index in range(len(palette))} | {len(palette): VOID}
    return ClassTable(palette, by_color, by_index)


def read_label_colors(path: Path) -> ClassTable:
    """The meaning of CamVid's ``label_colors.txt``: lines "R G B<tab>Name".

    Raises `UserError` naming the file, and the line where it can.
    """
    rows = []
    for number, line in enumerate(_lines(path), 1):
        if line.strip() and not line.startswith("#"):
            red, green, blue, name = (*line.split(None, 3), "", "", "", "")[:4]
            rows.append(_row(path, number, name, (red, green, blue)))
    return _table_of(path, rows)


def read_class_dict(path: Path) -> ClassTable:
    """The meaning of Kaggle's ``class_dict.csv``: a header, then "name,r,g,b"; `UserError` like above."""
    rows = []
    for number, fields in enumerate(csv.reader(_lines(path)), 1):
        if number > 1 and fields:
            name, red, green, blue = (*fields, "", "", "", "")[:4]
            rows.append(_row(path, number, name, (red, green, blue)))
    return _table_of(path, rows)


def read_class_file(path: Path) -> ClassTable:
    """The meaning of a ``classes.json`` that `write_class_file` wrote; `UserError` where it is none."""
    content = read_json(
        path, _ClassFile, "a list of classes", "Export the data set again, or remove the file."
    )
    palette = Palette(name=content.name, classes=content.classes)
    by_color = {_BLACK: VOID} | {entry.color: index for index, entry in enumerate(palette.classes)}
    return ClassTable(
        palette, by_color, {index: index for index in range(len(palette))} | {content.void: VOID}
    )


def camvid_group(name: str, palette: Palette) -> int | None:
    """Where CamVid's class ``name`` belongs among the 11 of ``palette``; None for void and other names."""
    group = _camvid_grouping(palette).get(_plain(name), VOID)
    return None if group == VOID else group


def camvid_members(name: str) -> tuple[str, ...]:
    """The classes of CamVid-32 that belong to ``name`` of CamVid-11, the main one first; () for others."""
    path = data_folder("resources") / "camvid32_to_11.json"
    grouping = read_json(path, _Grouping, "a grouping of classes", "Install the program again.")
    return grouping.classes.get(name, ())


def write_class_file(path: Path, palette: Palette, void: int) -> None:
    """Says in ``path`` what the values of index masks mean: the position in "classes", and ``void``."""
    write_json(path, _ClassFile(name=palette.name, void=void, classes=palette.classes))


def _table_of(path: Path, rows: list[_NamedColor]) -> ClassTable:
    """Where CamVid's names are used throughout, the classes are the 11 of the shipped palette, grouped by
    ``resources/camvid32_to_11.json``; otherwise they are the rows themselves. Void is what is called
    void, unlabelled or ignore, and among CamVid's names a black "background" too. A value is the
    number of its row.
    """
    if not rows:
        raise UserError(f"{path} is no list of classes: it is empty. Correct it, or remove it.")
    camvid = camvid_table()
    grouping = _camvid_grouping(camvid.palette)
    if all(_plain(row.name) in grouping or _is_black_background(row) for row in rows):
        palette = camvid.palette
        labels = [grouping.get(_plain(row.name), VOID) for row in rows]
    else:
        named = [row for row in rows if _plain(row.name) not in _VOID_NAMES]
        classes = tuple(LabelClass(name=row.name, color=row.color) for row in named)
        try:
            palette = Palette(name=path.parent.name or "data set", classes=classes)
        except ValidationError as error:
            raise UserError(
                f"{path} is no list of classes: {error.errors()[0]['msg']}. Correct it."
            ) from error
        labels = [named.index(row) if row in named else VOID for row in rows]
    by_color: dict[Color, int] = {}
    for row, label in zip(rows, labels, strict=True):
        if by_color.setdefault(row.color, label) != label:
            raise UserError(f"{path} gives {row.name} the colour of another class. Give it its own.")
    by_index = dict(enumerate(labels))
    if palette is camvid.palette and len(rows) > len(camvid.by_index) and labels[0] != VOID:
        # The colour list of the original data set: index masks beside it never count its rows, they
        # hold SegNet's 0 to 11. Lists of tools that do count rows begin with void.
        by_index = camvid.by_index
    return ClassTable(palette, {_BLACK: VOID} | by_color, by_index)


def _camvid_grouping(palette: Palette) -> dict[str, int]:
    """The class or void of every plain CamVid name, those of the 11 classes included."""
    path = data_folder("resources") / "camvid32_to_11.json"
    grouping = read_json(path, _Grouping, "a grouping of classes", "Install the program again.")
    labels = {_plain(name): VOID for name in grouping.void}
    for name, members in grouping.classes.items():
        index = palette.index_of(name)
        if index is None:
            raise UserError(f"{path} names the class {name}, which {palette.name} lacks. Correct the name.")
        labels |= {_plain(member): index for member in (name, *members)}
    return labels


def _is_black_background(row: _NamedColor) -> bool:
    return _plain(row.name) == "background" and row.color == _BLACK


def _plain(name: str) -> str:
    """``name`` without what differs between copies of CamVid: case, spaces, dashes, underscores."""
    return name.casefold().translate(str.maketrans("", "", " _-"))


def _lines(path: Path) -> list[str]:
    try:
        return read_bytes(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no UTF-8 text. Save it as UTF-8.") from error


def _row(path: Path, number: int, name: str, channels: tuple[str, str, str]) -> _NamedColor:
    try:
        red, green, blue = (int(channel) for channel in channels)
    except ValueError:
        red = green = blue = -1
    if not name.strip() or not all(0 <= channel <= 255 for channel in (red, green, blue)):
        raise UserError(
            f"{path}, line {number}: a name and three numbers from 0 to 255 are needed. Correct the line."
        )
    return _NamedColor(name.strip(), (red, green, blue))
