"""What edits cost, and what is forgotten when the budget is spent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import DEFAULT_BUDGET, History
from unetpp_desktop.editing.runs import pack_runs


def unlabelled(height: int, width: int, budget: int = DEFAULT_BUDGET) -> MaskDocument:
    planes = np.full((height, width), VOID, np.uint8), np.zeros((height, width), np.uint8)
    return MaskDocument(*planes, History(budget))


def paint_noise(document: MaskDocument, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 11, document.shape, dtype=np.uint8)
    document.paint(full_rect(document.shape), np.ones(document.shape, np.bool_), values, Origin.PAINTED)


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 30)), max_size=30))
def test_packed_bytes_come_back_as_they_were(runs: list[tuple[int, int]]) -> None:
    array = np.repeat(
        np.array([value for value, _ in runs], np.uint8), np.array([length for _, length in runs], np.int64)
    )
    packed = pack_runs(array)
    assert np.array_equal(packed.unpacked(), array)
    assert packed.unpacked().dtype == np.uint8
    assert np.array_equal(packed.counts(256), np.bincount(array, minlength=256))
    assert packed.nbytes <= array.nbytes


def test_the_oldest_edits_are_forgotten_when_the_budget_is_spent() -> None:
    unlimited = unlabelled(64, 64)
    paint_noise(unlimited, 100)
    paint_noise(unlimited, 101)
    cost = unlimited.history.entries()[-1].nbytes
    document = unlabelled(64, 64, budget=5 * cost)
    states = []
    for seed in range(9):
        states.append(document.labels.copy())
        paint_noise(document, seed)
        assert document.history.nbytes <= 5 * cost
    kept = len(document.history.entries())
    assert 3 <= kept <= 5
    for labels in reversed(states[-kept:]):
        document.undo()
        assert np.array_equal(document.labels, labels)
    assert not document.can_undo


def test_a_saved_state_that_was_forgotten_does_not_come_back() -> None:
    document = unlabelled(64, 64, budget=30_000)
    for seed in range(9):
        paint_noise(document, seed)
    while document.can_undo:
        document.undo()
    assert document.modified


def test_the_newest_edit_can_be_taken_back_however_large_it_is() -> None:
    document = unlabelled(64, 64, budget=10)
    paint_noise(document, 0)
    paint_noise(document, 1)
    before = document.labels.copy()
    paint_noise(document, 2)
    assert len(document.history.entries()) == 1
    document.undo()
    assert np.array_equal(document.labels, before)


def test_a_new_edit_frees_what_was_undone() -> None:
    document = unlabelled(64, 64)
    for seed in range(4):
        paint_noise(document, seed)
    document.undo()
    document.undo()
    listed = document.history.entries()
    assert (document.history.position, len(listed)) == (2, 4)
    assert sum(entry.nbytes for entry in listed) == document.history.nbytes
    paint_noise(document, 9)
    listed = document.history.entries()
    assert (document.history.position, len(listed)) == (3, 3)
    assert sum(entry.nbytes for entry in listed) == document.history.nbytes


def test_the_list_names_edits_from_the_oldest_to_the_one_redone_last() -> None:
    document = unlabelled(4, 4)
    for number, name in enumerate(("first", "second", "third")):
        document.begin(name)
        document.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), number, Origin.PAINTED)
        document.commit()
    document.undo()
    document.undo()
    assert [entry.name for entry in document.history.entries()] == ["first", "second", "third"]
    assert document.redo_name == "second"


def test_a_huge_uniform_stroke_costs_far_less_than_its_pixels() -> None:
    document = unlabelled(2000, 2000)
    document.paint(full_rect(document.shape), np.ones(document.shape, np.bool_), 3, Origin.PAINTED)
    assert document.history.nbytes < 100_000


def test_any_place_of_the_history_can_be_gone_to() -> None:
    document = unlabelled(8, 8)
    states = [document.labels.copy()]
    for seed in range(5):
        paint_noise(document, seed)
        states.append(document.labels.copy())
    for position in (2, 5, 0, 3, 3, 1):
        document.go_to(position)
        assert document.history.position == position
        assert np.array_equal(document.labels, states[position])
    for beyond in (-1, 6):
        with pytest.raises(IndexError):
            document.go_to(beyond)
    assert np.array_equal(document.labels, states[1])
    document.begin("Brush")
    document.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 77, Origin.PAINTED)
    document.go_to(1)  # the stroke under way is an edit of its own, and what was undone is gone
    assert np.array_equal(document.labels, states[1])
    assert [entry.name for entry in document.history.entries()] == ["Paint", "Brush"]


def test_entries_are_found_by_place_and_forgotten_ones_counted() -> None:
    document = unlabelled(64, 64, budget=30_000)
    for seed in range(9):
        paint_noise(document, seed)
    document.undo()
    history = document.history
    assert history.forgotten == 9 - len(history)
    assert tuple(history.entry(place) for place in range(len(history))) == history.entries()
    for beyond in (-1, len(history)):
        with pytest.raises(IndexError):
            history.entry(beyond)


def test_a_listener_hears_of_each_change_of_the_history() -> None:
    document = unlabelled(4, 4)
    heard: list[object] = []
    document.history.listener = heard.append
    paint_noise(document, 0)
    paint_noise(document, 1)
    document.undo()
    document.redo()
    document.go_to(0)
    document.go_to(0)
    document.begin("Brush")
    document.abort()
    assert heard == [*document.history.entries(), -1, 1, -2]
