"""What may be painted over."""

import numpy as np
import pytest

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules

LABELS = np.array([[0, 1, 2, VOID, 1]], np.uint8)
ORIGINS = np.array([[Origin.MODEL, Origin.MODEL, Origin.PAINTED, Origin.NONE, Origin.ACCEPTED]], np.uint8)


@pytest.mark.parametrize(
    ("rules", "painted"),
    [
        (Rules(), [9, 9, 9, 9, 9]),
        (Rules(locked=frozenset({1})), [9, 1, 9, 9, 1]),
        (Rules(only_over=frozenset({VOID})), [0, 1, 2, 9, 1]),
        (Rules(only_over=frozenset({0, 1})), [9, 9, 2, VOID, 9]),
        (Rules(only_over=frozenset()), [0, 1, 2, VOID, 1]),
        (Rules(protect_human=True), [9, 9, 2, 9, 1]),
        (Rules(locked=frozenset({0}), only_over=frozenset({0, 1}), protect_human=True), [0, 9, 2, VOID, 1]),
        (Rules(only_over=frozenset(range(1, 20))), [0, 9, 9, VOID, 9]),
    ],
)
def test_paint_keeps_what_the_rules_keep(rules: Rules, painted: list[int]) -> None:
    document = MaskDocument(LABELS, ORIGINS)
    document.rules = rules
    document.paint(Rect(-1, -1, 2, 6), np.ones((3, 7), np.bool_), 9, Origin.PAINTED)
    assert document.labels.tolist() == [painted]
    kept = document.labels == LABELS
    assert np.array_equal(document.origins, np.where(kept, ORIGINS, Origin.PAINTED))


def test_a_prediction_obeys_locks_alone() -> None:
    document = MaskDocument(LABELS, ORIGINS)
    document.rules = Rules(frozenset({0}), only_over=frozenset({VOID}), protect_human=True)
    document.apply_prediction(np.full((1, 5), 7, np.uint8))
    assert document.labels.tolist() == [[0, 7, 2, 7, 1]]
