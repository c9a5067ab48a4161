"""Pixels from elsewhere come in as one edit, and only where the rules and the selection let them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing import regions
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.editing.sources import brought, make_changes, predicted

CLASSES = (0, 3, 8, VOID)
SHAPE = (7, 9)
LABELS = arrays(np.uint8, SHAPE, elements=st.sampled_from(CLASSES))
ORIGINS = arrays(np.uint8, SHAPE, elements=st.sampled_from([int(kind) for kind in Origin]))
CHOSEN = arrays(np.bool_, SHAPE)
RULES = st.builds(
    Rules,
    locked=st.frozensets(st.sampled_from(CLASSES)),
    only_over=st.none() | st.frozensets(st.sampled_from(CLASSES)),
    protect_human=st.booleans(),
)


@st.composite
def _selections(draw: st.DrawFn) -> Selection | None:
    top, left = draw(st.integers(0, 6)), draw(st.integers(0, 8))
    bottom, right = draw(st.integers(top + 1, 7)), draw(st.integers(left + 1, 9))
    stencil = draw(arrays(np.bool_, (bottom - top, right - left)))
    return draw(st.sampled_from([None, Selection(Rect(top, left, bottom, right), stencil)]))


def _everywhere(selection: Selection | None) -> np.ndarray:
    chosen = np.full(SHAPE, selection is None)
    if selection is not None:
        chosen[selection.rect.slices] = selection.stencil
    return chosen


@given(LABELS, ORIGINS, LABELS, ORIGINS, CHOSEN, RULES, _selections())
def test_another_mask_comes_in_where_it_may(
    labels: np.ndarray,
    origins: np.ndarray,
    other_labels: np.ndarray,
    other_origins: np.ndarray,
    where: np.ndarray,
    rules: Rules,
    selection: Selection | None,
) -> None:
    document = MaskDocument(labels, origins)
    document.rules = rules
    changes = brought(document.labels, document.origins, other_labels, other_origins, where)
    rect = make_changes(document, "Copy", changes, selection)
    allowed = where & _everywhere(selection) & ~np.isin(labels, list(rules.locked))
    if rules.only_over is not None:
        allowed &= np.isin(labels, list(rules.only_over))
    if rules.protect_human:
        allowed &= ~np.isin(origins, HUMAN)
    assert np.array_equal(document.labels, np.where(allowed, other_labels, labels))
    assert np.array_equal(document.origins, np.where(allowed, other_origins, origins))
    assert rect.is_empty == (len(document.history.entries()) == 0)
    document.undo()
    assert np.array_equal(document.labels, labels)
    assert np.array_equal(document.origins, origins)


@given(LABELS, ORIGINS, RULES, _selections(), st.integers(0, 5))
def test_commands_on_a_class_obey_the_rules(
    labels: np.ndarray, origins: np.ndarray, rules: Rules, selection: Selection | None, which: int
) -> None:
    document = MaskDocument(labels, origins)
    document.rules = rules
    commands = (
        lambda: regions.smooth(document.labels, 8, 1),
        lambda: regions.fill_holes(document.labels, 8),
        lambda: regions.remove_islands(document.labels, 8, 4),
        lambda: regions.grow(document.labels, 8, 1),
        lambda: regions.shrink(document.labels, 8, 1),
        lambda: regions.fill_void(document.labels),
    )
    make_changes(document, "Command", ((commands[which](), Origin.PAINTED),), selection)
    changed = (document.labels != labels) | (document.origins != origins)
    assert not (changed & np.isin(labels, list(rules.locked))).any()
    assert not (changed & ~_everywhere(selection)).any()
    assert (document.origins[changed] == Origin.PAINTED).all()
    if rules.protect_human:
        assert not (changed & np.isin(origins, HUMAN)).any()
    document.undo()
    assert np.array_equal(document.labels, labels)
    assert np.array_equal(document.origins, origins)


@given(LABELS)
def test_where_a_prediction_says_nothing_nobody_has(labels: np.ndarray) -> None:
    same, origins = predicted(labels)
    assert same is labels
    assert np.array_equal(origins, np.where(labels == VOID, Origin.NONE, Origin.MODEL))
