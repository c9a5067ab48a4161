"""The runner-up tool: a region takes the model's other choices in turn, and leaves one edit at most."""

from dataclasses import replace

import numpy as np
import pytest

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.tools import AnswerMissing, Gesture, RunnerUp, ToolContext

LEFT_HALF, RIGHT_HALF = (2.0, 2.0), (7.0, 2.0)


def _context() -> ToolContext:
    """Class 0 on the left, 1 on the right; the model's choices are 0, 1, 2 and 1, 3, 4."""
    halves = np.repeat([[0, 1]], 5, axis=1)
    labels = np.repeat(halves, 6, axis=0).astype(np.uint8)
    ranked = np.stack([labels, np.where(labels == 0, 1, 3), np.where(labels == 0, 2, 4)]).astype(np.uint8)
    document = MaskDocument(labels, np.full_like(labels, Origin.MODEL))
    return ToolContext(document, active_class=9, diameter=5, ranked=ranked)


def _click(context: ToolContext, point: tuple[float, float], former: Gesture | None = None) -> Gesture:
    gesture = RunnerUp().start(replace(context, former=former), point)
    gesture.begin()
    gesture.release(point)
    assert gesture.finished
    return gesture


def test_clicks_go_round_the_choices_and_leave_one_edit() -> None:
    context, former = _context(), None
    document = context.document
    for value, edits in ((1, 1), (2, 1), (0, 0), (1, 1)):
        former = _click(context, LEFT_HALF, former)
        assert (document.labels[:, :5] == value).all()
        assert (document.labels[:, 5:] == 1).all()  # also while both halves are of one class
        assert document.history.position == edits
    assert (document.origins[:, :5] == Origin.PAINTED).all()
    document.undo()
    assert (document.labels[:, :5] == 0).all()
    assert (document.origins == Origin.MODEL).all()


def test_escape_in_a_later_click_brings_the_choice_before_it_back() -> None:
    context = _context()
    document, former = context.document, None
    for _ in range(2):
        chosen, state = document.labels.copy(), document.state
        gesture = RunnerUp().start(replace(context, former=former), LEFT_HALF)
        gesture.begin()
        assert not np.array_equal(document.labels, chosen)
        gesture.cancel()
        assert np.array_equal(document.labels, chosen)
        assert document.state == state
        assert not document.can_redo
        former = _click(context, LEFT_HALF, former)


def test_a_protected_region_still_goes_on_to_the_third_choice() -> None:
    context = _context()
    context.document.rules = Rules(protect_human=True)
    former = _click(context, LEFT_HALF)
    _click(context, LEFT_HALF, former)
    assert (context.document.labels[:, :5] == 2).all()


def test_clicks_on_a_locked_region_take_nothing_else_back() -> None:
    context = _context()
    document = context.document
    former = _click(context, RIGHT_HALF)
    assert (document.labels[:, 5:] == 3).all()
    document.rules = Rules(locked=frozenset({0}))
    for _ in range(3):
        former = _click(context, LEFT_HALF, former)
        assert (document.labels[:, 5:] == 3).all()
        assert (document.labels[:, :5] == 0).all()


def test_another_edit_in_between_ends_the_round() -> None:
    context = _context()
    document = context.document
    former = _click(context, RIGHT_HALF)
    document.paint((place := RunnerUp().preview(context, LEFT_HALF))[0], place[1], 7, Origin.PAINTED)  # type: ignore[index]
    _click(context, RIGHT_HALF, former)
    assert (document.labels[:, :5] == 7).all()
    assert (document.labels[:, 5:] == 1).all()  # the likeliest besides 3
    assert document.history.position == 3


def test_it_proposes_what_the_click_then_does() -> None:
    context = _context()
    for point in (LEFT_HALF, RIGHT_HALF):
        proposed = RunnerUp().proposes(context, point)
        _click(context, point)
        assert context.document.labels[int(point[1]), int(point[0])] == proposed
    assert RunnerUp().proposes(context, (-1.0, 2.0)) is None


def test_without_an_answer_the_model_is_to_be_asked() -> None:
    with pytest.raises(AnswerMissing):
        RunnerUp().start(replace(_context(), ranked=None), LEFT_HALF)
