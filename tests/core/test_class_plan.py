"""Plans for other classes: what comes of a mask in the end."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unetpp_desktop.core.class_plan import ClassPlan, color_distance, distinct_color
from unetpp_desktop.core.palette import VOID, LabelClass, Palette, shipped_palette


def _palette(*names: str) -> Palette:
    return Palette(
        name="p", classes=tuple(LabelClass(name=name, color=(0, 60 * n, 0)) for n, name in enumerate(names))
    )


CARS = _palette("Sky", "Car", "Van", "Bus")


def test_a_new_plan_changes_nothing() -> None:
    plan = ClassPlan.of(CARS)
    assert not plan.changes_something
    assert plan.can_be_applied
    assert plan.palette() == CARS
    assert plan.table()[:4].tolist() == [0, 1, 2, 3]
    assert (plan.table()[4:] == VOID).all()


def test_pixels_follow_their_class_through_merging_renaming_and_moving() -> None:
    plan = ClassPlan.of(CARS).removed(2, into=1).renamed(1, " Vehicle ").moved(1, 0)
    assert plan.palette().names == ("Vehicle", "Sky", "Bus")
    assert plan.table()[:4].tolist() == [1, 0, 0, 2]
    assert plan.palette().classes[0].former == ("Car", "Van")


def test_a_class_that_goes_nowhere_becomes_void() -> None:
    plan = ClassPlan.of(CARS).removed(1, into=None)
    assert plan.table()[:4].tolist() == [0, VOID, 1, 2]
    assert plan.place_of(1) is None
    assert plan.assigned(1, 2).table()[:4].tolist() == [0, 2, 1, 2]
    assert plan.assigned(1, 2).assigned(1, None) == plan


def test_a_merge_into_a_class_further_down_finds_it() -> None:
    assert ClassPlan.of(CARS).removed(0, into=3).palette().names == ("Car", "Van", "Bus")
    assert ClassPlan.of(CARS).removed(0, into=3).table()[:4].tolist() == [2, 0, 1, 2]


def test_a_name_that_is_in_use_is_nobodys_former_name() -> None:
    swapped = ClassPlan.of(CARS).renamed(1, "Van").renamed(2, "Car")
    assert [entry.former for entry in swapped.palette().classes] == [(), (), (), ()]


def test_what_cannot_be_a_palette_is_found() -> None:
    plan = ClassPlan.of(CARS)
    assert plan.renamed(1, "Bus").double_names() == ("Bus",)
    assert not plan.renamed(1, "Bus").can_be_applied
    assert plan.renamed(1, "bus").alike_names() == (("bus", "Bus"),)
    assert plan.renamed(1, "bus").can_be_applied
    assert not plan.renamed(1, "  ").can_be_applied
    crowd = plan
    for number in range(251):
        crowd = crowd.added(f"class {number}", (0, 0, 0), 0)
    assert crowd.can_be_applied
    assert len(crowd.palette()) == 255
    assert not crowd.added("one more", (0, 0, 0), 0).can_be_applied
    nobody = plan.removed(0, None).removed(0, None).removed(0, None).removed(0, None)
    assert not nobody.can_be_applied


def test_colours_that_look_alike_are_found() -> None:
    plan = ClassPlan.of(CARS).recoloured(2, (5, 3, 0))
    assert plan.similar_colors() == ((0, 2),)
    for name in ("camvid11", "camvid32"):
        assert ClassPlan.of(shipped_palette(name)).similar_colors() == ()


def test_a_new_colour_is_far_from_all_others() -> None:
    taken = [entry.color for entry in shipped_palette("camvid32").classes]
    for _ in range(20):
        color = distinct_color(taken)
        assert min(color_distance(color, other) for other in [(0, 0, 0), *taken]) >= 48
        taken.append(color)


def test_a_plan_to_another_set_puts_classes_where_they_are_told() -> None:
    plan = ClassPlan.to(_palette("Road", "Vehicle"), CARS, (None, 1, 1, None))
    assert plan.palette().names == ("Road", "Vehicle")
    assert plan.table()[:4].tolist() == [VOID, 1, 1, VOID]


_STEPS = st.tuples(
    st.sampled_from(["move", "remove", "merge", "add", "assign"]), st.integers(0, 9), st.integers(0, 9)
)


@given(st.lists(_STEPS, max_size=12))
def test_every_old_class_ends_in_one_place_or_void(steps: list[tuple[str, int, int]]) -> None:
    plan = ClassPlan.of(CARS)
    for number, (step, first, second) in enumerate(steps):
        count = len(plan.classes)
        if step == "add":
            plan = plan.added(f"new {number}", (0, 0, 0), first % (count + 1))
        elif count < 2:
            continue
        elif step == "move":
            plan = plan.moved(first % count, second)
        elif step == "assign":
            plan = plan.assigned(first % 4, second % count if second else None)
        else:
            index, into = first % count, second % count
            plan = plan.removed(index, into if step == "merge" and into != index else None)
    members = [value for entry in plan.classes for value in entry.members]
    assert len(members) == len(set(members))
    table = plan.table()
    for value in range(4):
        place = plan.place_of(value)
        assert table[value] == (VOID if place is None else place)
    assert np.array_equal(np.unique(table[4:]), [VOID])
