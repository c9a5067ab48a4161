"""Class sets as files, and what the classes of one mean in another."""

from pathlib import Path

import pytest

from tests.storage.folders import camvid
from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.palette import LabelClass, Palette, shipped_palette
from unetpp_desktop.storage.class_sets import SHIPPED, places_in, read_class_set, write_class_set


@pytest.mark.parametrize("name", SHIPPED)
def test_a_class_set_survives_its_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "sets" / "mine.json"
    write_class_set(path, shipped_palette(name))
    assert read_class_set(path) == shipped_palette(name)


def test_a_file_that_is_no_class_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text("[]")
    with pytest.raises(UserError, match=r"notes\.json is not a class set: .*Choose a file"):
        read_class_set(path)
    with pytest.raises(WriteError, match="could not be saved"):
        write_class_set(path / "below a file.json", camvid())


def test_camvids_32_classes_find_their_group_among_the_11() -> None:
    old, new = shipped_palette("camvid32"), camvid()
    places = dict(zip(old.names, places_in(new, old), strict=True))
    assert places["Column_Pole"] == new.index_of("Pole")
    assert places["SUVPickupTruck"] == places["Car"] == new.index_of("Car")
    assert None not in places.values()


def test_each_of_camvids_11_classes_finds_its_main_member_among_the_32() -> None:
    old, new = camvid(), shipped_palette("camvid32")
    places = dict(zip(old.names, places_in(new, old), strict=True))
    assert places["Pole"] == new.index_of("Column_Pole")
    assert places["Pavement"] == new.index_of("Sidewalk")
    assert None not in places.values()


def test_other_sets_are_matched_by_present_and_former_names() -> None:
    car = LabelClass(name="Vehicle", color=(0, 0, 1), former=("Car",))
    new = Palette(name="p", classes=(car, LabelClass(name="Sky", color=(0, 0, 2))))
    places = dict(zip(camvid().names, places_in(new, camvid()), strict=True))
    assert places["Car"] == 0
    assert places["Sky"] == 1
    assert places["Road"] is None
    assert places_in(camvid(), new) == (8, 0)
