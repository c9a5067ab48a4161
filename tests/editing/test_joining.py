"""Two versions of a mask that were one are joined."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import History

_PLANE = arrays(np.uint8, (3, 4), elements=st.integers(0, 3))


@given(
    base=st.tuples(_PLANE, _PLANE),
    ours=st.tuples(_PLANE, _PLANE),
    others=st.lists(st.tuples(_PLANE, _PLANE), min_size=1, max_size=3),
    undone=st.integers(0, 2),
    saved_after=st.integers(0, 2),
)
def test_versions_are_joined_by_what_each_has_changed_since_they_were_one(
    base: tuple[np.ndarray, np.ndarray],
    ours: tuple[np.ndarray, np.ndarray],
    others: list[tuple[np.ndarray, np.ndarray]],
    undone: int,
    saved_after: int,
) -> None:
    document = MaskDocument(*base)
    agreed = base
    for number, (labels, origins) in enumerate((base[::-1], ours, ours[::-1])):
        document.revert(labels, origins, "Edit")
        if number == saved_after:
            document.mark_saved()
            agreed = document.labels.copy(), document.origins.copy()
    for _ in range(undone):
        document.undo()
    for labels, origins in others:
        here = document.labels.copy(), document.origins.copy()
        expected = np.empty((2, 3, 4), np.uint8)
        contradicted = False
        for place in np.ndindex(3, 4):
            mine, theirs, common = (
                (int(planes[0][place]), int(planes[1][place])) for planes in (here, (labels, origins), agreed)
            )
            by_hand = mine[1] in HUMAN
            mine_counts = mine != common and (theirs == common or by_hand)
            expected[(slice(None), *place)] = mine if mine_counts else theirs
            changed = mine != common and theirs != common
            contradicted |= changed and by_hand and theirs[1] in HUMAN and mine[0] != theirs[0]
        assert document.contradicts(labels, origins) == contradicted
        document.take_over(labels, origins)
        assert np.array_equal(document.labels, expected[0])
        assert np.array_equal(document.origins, expected[1])
        agreed = labels, origins


def test_without_the_edits_that_lead_back_all_that_people_decided_here_stays() -> None:
    plane = np.zeros((2, 2), np.uint8)
    document = MaskDocument(plane, np.full_like(plane, Origin.ACCEPTED), History(0))
    for value in (1, 2, 3):
        document.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), value, Origin.PAINTED)
    theirs = plane + 5, np.full_like(plane, Origin.PAINTED)
    assert document.contradicts(*theirs)
    assert document.take_over(*theirs) == EMPTY_RECT
