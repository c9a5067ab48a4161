"""Palettes: data that is checked once and compared by name ever after."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import VOID, LabelClass, Palette, load_palette, shipped_palette


def _palette(*names: str) -> Palette:
    return Palette(name="p", classes=tuple(LabelClass(name=name, color=(0, 0, 1)) for name in names))


NAMES = st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=12, unique=True)


def test_the_shipped_palettes_are_camvids() -> None:
    assert shipped_palette("camvid11").names == (
        *("Sky", "Building", "Pole", "Road", "Pavement", "Tree"),
        *("SignSymbol", "Fence", "Car", "Pedestrian", "Bicyclist"),
    )
    assert len(shipped_palette("camvid32")) == 31  # and void
    for name in ("camvid11", "camvid32"):
        classes = shipped_palette(name).classes
        assert len({entry.color for entry in classes} | {(0, 0, 0)}) == len(classes) + 1


def test_colours_have_a_row_for_every_mask_value() -> None:
    table = shipped_palette("camvid11").colors()
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    assert table[1].tolist() == [128, 0, 0]
    assert not table[11:].any()


@given(NAMES, NAMES)
def test_masks_are_translated_by_name(old: list[str], new: list[str]) -> None:
    table = _palette(*new).mapping_from(_palette(*old))
    for value, name in enumerate(old):
        assert table[value] == (new.index(name) if name in new else VOID)
    assert (table[len(old) :] == VOID).all()


@given(NAMES)
def test_a_class_is_found_by_its_name(names: list[str]) -> None:
    palette = _palette(*names)
    assert [palette.index_of(name) for name in names] == list(range(len(names)))
    assert palette.index_of("no class at all") is None


def test_former_names_still_mean_the_class() -> None:
    vehicle = LabelClass(name="Vehicle", color=(0, 0, 1), former=("Car", "Van"))
    here = Palette(name="p", classes=(vehicle, LabelClass(name="Bus", color=(0, 0, 2))))
    assert here.mapping_from(_palette("Van", "Bus", "Car", "Tram"))[:4].tolist() == [0, 1, 0, VOID]
    assert _palette("Bus", "Car").mapping_from(here)[:2].tolist() == [1, 0]
    assert here.place_of("Car", "Bus") == 1  # what is called so now counts more
    assert here.index_of("Car") is None


def test_former_names_are_written_where_there_are_any() -> None:
    entry = LabelClass(name="Vehicle", color=(0, 0, 1), former=("Car",))
    assert LabelClass.model_validate_json(entry.model_dump_json()) == entry
    assert "former" not in _palette("Bus").model_dump_json()


def test_a_palette_has_1_to_255_distinct_classes() -> None:
    assert len(_palette(*map(str, range(255)))) == 255
    for names in ((), ("a", "a"), tuple(map(str, range(256)))):
        with pytest.raises(ValidationError):
            _palette(*names)
    with pytest.raises(ValidationError):
        LabelClass(name="a", color=(0, 0, 256))


def test_a_file_that_is_no_palette_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"name": "p", "classes": [{"name": "a", "color": [1, 2]}]}')
    with pytest.raises(UserError, match=r"mine\.json is not a palette: classes\.0\.color.*camvid11\.json"):
        load_palette(path)
    with pytest.raises(UserError, match="does not exist"):
        load_palette(tmp_path / "gone.json")
