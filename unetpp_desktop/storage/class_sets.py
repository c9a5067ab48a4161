"""Class sets: palettes as files that people exchange, and what the classes of one mean in another."""

from pathlib import Path

from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.core.palette import Palette, shipped_palette
from unetpp_desktop.storage.class_tables import camvid_group, camvid_members

SHIPPED = ("camvid11", "camvid32")
"""The class sets in ``resources/palettes``."""


def read_class_set(path: Path) -> Palette:
    """The classes of a JSON file ``{"name": .., "classes": [{"name": .., "color": [r, g, b]}, ..]}``.

    Raises `UserError` where the file is missing or no class set.
    """
    return read_json(path, Palette, "a class set", "Choose a file that the dialog has saved.")


def write_class_set(path: Path, palette: Palette) -> None:
    """Writes what `read_class_set` reads; `WriteError` where that fails."""
    write_json(path, palette)


def places_in(new: Palette, old: Palette) -> tuple[int | None, ...]:
    """For each class of ``old`` its place in ``new``, None where it has none.

    Classes are matched by name, present or former; those of CamVid-32 also by the grouping that
    CamVid-11 is known for, and those of CamVid-11 by the main member of their group.
    """
    eleven, thirty_two = (shipped_palette(name).names for name in SHIPPED)

    def place(names: tuple[str, ...]) -> int | None:
        found = new.place_of(*names)
        if found is None and new.names == eleven:
            return camvid_group(names[0], new)
        if found is None and new.names == thirty_two:
            return new.place_of(*camvid_members(names[0])[:1])
        return found

    return tuple(place((entry.name, *entry.former)) for entry in old.classes)
