"""Classes, their order and their colours."""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, field_validator, model_serializer

from unetpp_desktop.core.json_files import read_json
from unetpp_desktop.core.resources import data_folder

VOID = 255
"""The mask value of a pixel whose class is not known, in memory and in our own files."""

Color = tuple[int, int, int]


class LabelClass(BaseModel):
    """One class: its name and its RGB colour (0..255 each).

    ``former``: names that it had before, and names of classes that were merged into it. Data sets and
    models that still use them mean this class.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    color: Color
    former: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _short(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        if not self.former:
            del content["former"]
        return content

    @field_validator("color")
    @classmethod
    def _bytes(cls, color: Color) -> Color:
        if not all(0 <= channel <= 255 for channel in color):
            raise ValueError("a colour has three values from 0 to 255")
        return color


class Palette(BaseModel):
    """An ordered, immutable set of 1 to 255 classes; the position of a class is its mask value."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    classes: tuple[LabelClass, ...]

    @field_validator("classes")
    @classmethod
    def _distinct(cls, classes: tuple[LabelClass, ...]) -> tuple[LabelClass, ...]:
        if not 1 <= len(classes) <= VOID:
            raise ValueError("a palette has 1 to 255 classes")
        if len({entry.name for entry in classes}) != len(classes):
            raise ValueError("class names must be distinct")
        return classes

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.classes)

    def index_of(self, name: str) -> int | None:
        """The mask value of the class called ``name``; None where there is no such class."""
        return next((index for index, entry in enumerate(self.classes) if entry.name == name), None)

    def place_of(self, *names: str) -> int | None:
        """The mask value of the class that is called by one of ``names``, or was before.

        Present names count more than former ones, earlier ``names`` more than later.
        """
        present = (self.index_of(name) for name in names)
        place = next((index for index in present if index is not None), None)
        if place is not None:
            return place
        former = (index for name in names for index, entry in enumerate(self.classes) if name in entry.former)
        return next(former, None)

    def colors(self) -> np.ndarray:
        """``uint8 (256, 3)``: the RGB colour of every mask value; void and unused values are black."""
        table = np.zeros((256, 3), np.uint8)
        table[: len(self.classes)] = [entry.color for entry in self.classes]
        return table

    def mapping_from(self, other: "Palette") -> np.ndarray:
        """``uint8 (256,)``: the mask value here of each mask value there, matched by class *name*.

        Former names count where the present ones do not match. Classes that this palette lacks
        become void. ``mapping[mask]`` translates a whole mask.
        """
        table = np.full(256, VOID, np.uint8)
        for index, entry in enumerate(other.classes):
            here = self.place_of(entry.name, *entry.former)
            if here is not None:
                table[index] = here
        return table


def load_palette(path: Path) -> Palette:
    """Reads a palette file (JSON: ``{"name": .., "classes": [{"name": .., "color": [r, g, b]}, ..]}``).

    Raises `UserError` where the file is missing or not a palette.
    """
    return read_json(path, Palette, "a palette", "Compare it with resources/palettes/camvid11.json.")


def shipped_palette(name: str) -> Palette:
    """A palette of ``resources/palettes``, by its file name without ``.json``."""
    return load_palette(data_folder("resources") / "palettes" / f"{name}.json")
