"""Masks whose palette was reordered or renamed after they were written."""

from hypothesis import given
from hypothesis import strategies as st

from unetpp_desktop.core.palette import VOID, LabelClass, Palette
from unetpp_desktop.storage.renaming import renaming


def _palette(*names: str) -> Palette:
    return Palette(name="p", classes=tuple(LabelClass(name=name, color=(1, 2, 3)) for name in names))


@given(st.permutations(["sky", "road", "car", "tree"]))
def test_reordered_classes_are_followed_by_name(names: list[str]) -> None:
    old = ["car", "sky", "tree", "road"]
    table, lost = renaming(old, _palette(*names))
    assert lost == {}
    assert [names[table[value]] for value in range(4)] == old
    assert table[VOID] == VOID


def test_a_new_name_in_the_place_of_a_gone_one_is_a_rename() -> None:
    table, lost = renaming(["sky", "pole"], _palette("sky", "pillar"))
    assert lost == {}
    assert table[:2].tolist() == [0, 1]


def test_a_class_without_a_place_is_lost_not_guessed() -> None:
    table, lost = renaming(["sky", "pole", "road"], _palette("sky", "road"))
    assert lost == {1: "pole"}
    assert table[:3].tolist() == [0, VOID, 1]
