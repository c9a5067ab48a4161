"""Changes as bytes and back, and a document done again from them."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editing.full_copies import Planes, random_planes
from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.changes import Change, Walk, content_of, decode, encode
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import Edit
from unetpp_desktop.editing.replay import replay

PLENTY = 1 << 30


class Recorded:
    """A document and all that a journal would have of it."""

    def __init__(self, seed: int, height: int = 20, width: int = 30) -> None:
        self.start = random_planes(seed, height, width)
        self.document = MaskDocument(*self.start)
        self.records: list[bytes] = []
        self.note_content()
        self.document.history.listener = self._note

    def _note(self, change: Edit | int) -> None:
        self.records.append(encode(Walk(change) if isinstance(change, int) else change))

    def note_content(self) -> None:
        self.records.append(encode(content_of(self.document.labels, self.document.origins)))

    def planes(self) -> Planes:
        return Planes(self.document.labels.copy(), self.document.origins.copy())

    def changes(self) -> list[Change]:
        return [decode(record) for record in self.records]

    def paint(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        height, width = self.document.shape
        top, left = int(random.integers(-3, height)), int(random.integers(-3, width))
        stencil = random.random((9, 11)) < 0.8
        value = int(random.integers(0, 4))
        self.document.paint(Rect(top, left, top + 9, left + 11), stencil, value, Origin.PAINTED)


def same_edits(one: Edit, other: Edit) -> bool:
    planes = (
        (edit.bits, edit.old_labels, edit.old_origins, edit.new_labels, edit.new_origins)
        for edit in (one, other)
    )
    return (one.name, one.rects) == (other.name, other.rects) and all(
        np.array_equal(first.unpacked(), second.unpacked()) for first, second in zip(*planes, strict=True)
    )


@settings(max_examples=50)
@given(st.integers(0, 1 << 30), st.text(max_size=20), st.booleans())
def test_an_edit_comes_back_from_its_bytes(seed: int, name: str, uniform: bool) -> None:
    document = MaskDocument(*random_planes(seed, 300, 270))
    values = np.random.default_rng(seed).integers(0, 9, document.shape, np.uint8)
    document.begin(name)
    whole = full_rect(document.shape)
    document.paint(whole, np.ones(document.shape, np.bool_), 3 if uniform else values, Origin.PAINTED)
    edit = document.commit()
    assert edit is not None
    again = decode(encode(edit))
    assert isinstance(again, Edit)
    assert same_edits(edit, again)
    assert again.nbytes == edit.nbytes


def test_walks_and_contents_come_back_from_their_bytes() -> None:
    content = content_of(*random_planes(0, 5, 7))
    assert content.shape == (5, 7)
    for change in (Walk(-3), Walk(1000), content):
        assert decode(encode(change)) == change


def test_contents_are_equal_only_where_every_pixel_is() -> None:
    planes = random_planes(0, 4, 6)
    here = content_of(*planes)
    assert content_of(*planes.copied()) == here
    for plane in (0, 1):
        other = planes.copied()
        other[plane][3, 5] ^= 1
        assert content_of(*other) != here
    turned = planes.labels.reshape(6, 4), planes.origins.reshape(6, 4)
    assert content_of(*turned) != here


@pytest.mark.parametrize("record", [b"", b"?", b"W", b"Cabc", b"Pnot packed", b"P" + zlib.compress(b"x")])
def test_bytes_that_are_no_record_are_refused(record: bytes) -> None:
    with pytest.raises(ValueError, match="record"):
        decode(record)


@pytest.mark.parametrize("saved_after", [0, 3, 7])
def test_a_mask_of_any_saved_point_becomes_the_last_one(saved_after: int) -> None:
    recorded = Recorded(1)
    saved = recorded.start
    for step in range(10):
        if step == saved_after:
            recorded.note_content()
            saved = recorded.planes()
        recorded.paint(step)
        if step in (4, 8):
            recorded.document.undo()
            recorded.document.undo()
        if step == 5:
            recorded.document.redo()
    last = recorded.planes()
    replayed = replay(recorded.changes(), *saved, PLENTY)
    document = replayed.document
    assert last.equal(Planes(document.labels, document.origins))
    assert document.modified
    assert replayed.unsaved == {0: 6, 3: 3, 7: 1}[saved_after]
    assert [entry.name for entry in document.history.entries()] == ["Paint"] * len(recorded.document.history)
    document.go_to(0)
    assert recorded.start.equal(Planes(document.labels, document.origins))
    document.go_to(recorded.document.history.position)
    assert last.equal(Planes(document.labels, document.origins))


def test_a_mask_that_was_saved_last_has_its_history_and_nothing_unsaved() -> None:
    recorded = Recorded(2)
    for step in range(4):
        recorded.paint(step)
    recorded.document.undo()
    recorded.note_content()
    replayed = replay(recorded.changes(), *recorded.planes(), PLENTY)
    assert (replayed.unsaved, replayed.document.modified) == (0, False)
    replayed.document.redo()
    recorded.document.redo()
    assert np.array_equal(replayed.document.labels, recorded.document.labels)
    replayed.document.go_to(0)
    assert np.array_equal(replayed.document.labels, recorded.start.labels)


def test_the_saved_state_is_found_again_by_undo() -> None:
    recorded = Recorded(3)
    recorded.paint(1)
    recorded.note_content()
    saved = recorded.planes()
    recorded.paint(2)
    document = replay(recorded.changes(), *saved, PLENTY).document
    assert document.modified
    document.undo()
    assert not document.modified


def test_another_mask_or_a_torn_middle_is_refused() -> None:
    recorded = Recorded(4)
    for step in range(3):
        recorded.paint(step)
    other = recorded.planes()
    other.labels[0, 0] ^= 1
    with pytest.raises(ValueError, match="another mask"):
        replay(recorded.changes(), *other, PLENTY)
    recorded.note_content()
    gap = recorded.changes()
    del gap[2]
    with pytest.raises(ValueError, match="another mask"):
        replay(gap, *recorded.start, PLENTY)
    with pytest.raises(ValueError, match="contradicts"):
        replay([gap[0], Walk(-1)], *recorded.start, PLENTY)
    with pytest.raises(ValueError, match="another mask"):
        replay([], *recorded.start, PLENTY)


def test_a_smaller_budget_forgets_the_oldest_and_not_the_mask() -> None:
    recorded = Recorded(5)
    for step in range(12):
        recorded.paint(step)
    for _ in range(6):
        recorded.document.undo()
    document = replay(recorded.changes(), *recorded.start, 10).document
    assert np.array_equal(document.labels, recorded.document.labels)
    assert document.history.position == 1
    document.go_to(len(document.history))
    recorded.document.go_to(12)
    assert np.array_equal(document.labels, recorded.document.labels)


def test_checking_that_was_not_saved_is_told() -> None:
    recorded = Recorded(6)
    assert replay(recorded.changes(), *recorded.start, PLENTY).accepted is None
    recorded.document.accept()
    assert replay(recorded.changes(), *recorded.start, PLENTY).accepted is True
    recorded.paint(1)
    recorded.document.undo()
    recorded.document.undo()
    assert replay(recorded.changes(), *recorded.start, PLENTY).accepted is False
