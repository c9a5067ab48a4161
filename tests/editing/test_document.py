"""What the window relies on, case by case."""

import numpy as np
import pytest

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import History
from unetpp_desktop.editing.rules import Rules


def unlabelled(height: int, width: int, history: History | None = None) -> MaskDocument:
    return MaskDocument(
        np.full((height, width), VOID, np.uint8), np.zeros((height, width), np.uint8), history
    )


def paint_rect(document: MaskDocument, rect: Rect, value: int) -> Rect:
    return document.paint(rect, np.ones((rect.height, rect.width), np.bool_), value, Origin.PAINTED)


def test_the_arrays_handed_in_are_copied_and_those_handed_out_cannot_be_written_to() -> None:
    labels, origins = np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.uint8)
    document = MaskDocument(labels, origins)
    labels[:] = 7
    assert not document.labels.any()
    for view in (document.labels, document.origins):
        with pytest.raises(ValueError, match="read-only"):
            view[0, 0] = 1


def test_the_views_handed_out_follow_paint_and_undo() -> None:
    document = unlabelled(4, 4)
    labels, origins = document.labels, document.origins
    paint_rect(document, Rect(1, 1, 3, 3), 5)
    assert labels[1, 1] == 5
    assert origins[1, 1] == Origin.PAINTED
    document.undo()
    assert labels[1, 1] == VOID
    assert origins[1, 1] == Origin.NONE


def test_arrays_that_are_no_mask_are_refused() -> None:
    plane = np.zeros((2, 3), np.uint8)
    with pytest.raises(ValueError, match="uint8"):
        MaskDocument(plane, plane.astype(np.int64))
    with pytest.raises(ValueError, match="uint8"):
        MaskDocument(plane, plane.T)
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        MaskDocument(plane.ravel(), plane.ravel())
    with pytest.raises(ValueError, match="prediction"):
        MaskDocument(plane, plane).apply_prediction(plane.astype(np.int64))


def test_a_paint_that_does_not_fit_is_refused_and_changes_nothing() -> None:
    document = unlabelled(4, 4)
    rect, stencil = Rect(0, 0, 2, 2), np.ones((2, 2), np.bool_)
    with pytest.raises(ValueError, match="stencil"):
        document.paint(rect, stencil[:1], 1, Origin.PAINTED)
    with pytest.raises(ValueError, match="values"):
        document.paint(rect, stencil, np.zeros((2, 3), np.uint8), Origin.PAINTED)
    with pytest.raises(ValueError, match="no class"):
        document.paint(rect, stencil, 256, Origin.PAINTED)
    assert (document.labels == VOID).all()
    assert not document.can_undo
    assert not document.modified


@pytest.mark.parametrize(
    "rect", [Rect(-5, 0, -1, 2), Rect(0, 4, 2, 9), Rect(9, 9, 12, 12), Rect(1, 1, 1, 3), Rect(2, 2, 2, 2)]
)
def test_paint_outside_the_mask_or_nowhere_is_no_edit(rect: Rect) -> None:
    document = unlabelled(4, 4)
    assert paint_rect(document, rect, 1) == EMPTY_RECT
    assert not document.can_undo


def test_an_empty_stencil_is_no_edit() -> None:
    document = unlabelled(4, 4)
    assert document.paint(Rect(0, 0, 4, 4), np.zeros((4, 4), np.uint8), 1, Origin.PAINTED) == EMPTY_RECT
    assert not document.can_undo


def test_a_uint8_stencil_paints_wherever_it_is_not_zero() -> None:
    document = unlabelled(1, 3)
    document.paint(Rect(0, 0, 1, 3), np.array([[0, 2, 255]], np.uint8), 1, Origin.PAINTED)
    assert document.labels.tolist() == [[VOID, 1, 1]]


def test_the_changed_rect_holds_the_changed_pixels_only() -> None:
    document = unlabelled(9, 9)
    assert paint_rect(document, Rect(-3, 2, 4, 5), 1) == Rect(0, 2, 4, 5)
    assert paint_rect(document, Rect(0, 0, 4, 6), 1) == Rect(0, 0, 4, 6)
    assert paint_rect(document, Rect(0, 0, 5, 6), 1) == Rect(4, 0, 5, 6)
    assert paint_rect(document, Rect(0, 0, 5, 6), 1) == EMPTY_RECT


def test_the_smallest_mask_can_be_edited() -> None:
    document = unlabelled(1, 1)
    assert paint_rect(document, Rect(-500, -500, 500, 500), 3) == Rect(0, 0, 1, 1)
    assert document.undo() == Rect(0, 0, 1, 1)
    assert document.redo() == Rect(0, 0, 1, 1)
    assert document.labels.tolist() == [[3]]


def test_painting_the_predicted_class_makes_the_pixel_the_persons_own() -> None:
    document = unlabelled(1, 2)
    document.apply_prediction(np.array([[4, 4]], np.uint8))
    assert paint_rect(document, Rect(0, 0, 1, 1), 4) == Rect(0, 0, 1, 1)
    assert document.origins.tolist() == [[Origin.PAINTED, Origin.MODEL]]
    document.undo()
    assert document.origins.tolist() == [[Origin.MODEL, Origin.MODEL]]


def test_values_may_be_the_documents_own_pixels() -> None:
    document = MaskDocument(np.arange(6, dtype=np.uint8)[None], np.zeros((1, 6), np.uint8))
    shifted = document.labels[:, :5]
    document.paint(Rect(0, 1, 1, 6), np.ones((1, 5), np.bool_), shifted, Origin.PAINTED)
    assert document.labels.tolist() == [[0, 0, 1, 2, 3, 4]]


def test_locks_keep_pixels_but_neither_undo_nor_accepting_from_working() -> None:
    document = unlabelled(1, 3)
    document.apply_prediction(np.array([[1, 2, 2]], np.uint8))
    document.rules = Rules(locked=frozenset({1}))
    paint_rect(document, Rect(0, 0, 1, 3), 5)
    assert document.labels.tolist() == [[1, 5, 5]]
    paint_rect(document, Rect(0, 1, 1, 2), 1)
    assert document.labels.tolist() == [[1, 1, 5]]
    document.accept()
    assert document.origins.tolist() == [[Origin.ACCEPTED, Origin.PAINTED, Origin.PAINTED]]
    for _ in range(4):
        document.undo()
    assert document.labels.tolist() == [[VOID] * 3]


def test_a_stroke_is_one_edit_and_gives_its_name_to_undo_and_redo() -> None:
    document = unlabelled(4, 40)
    document.begin("Brush")
    for left in range(0, 40, 3):
        paint_rect(document, Rect(1, left, 3, left + 4), 2)
    assert document.undo_name == "Brush"
    edit = document.commit()
    assert edit is not None
    assert edit.name == "Brush"
    assert document.undo() == Rect(1, 0, 3, 40)
    assert (document.undo_name, document.redo_name) == (None, "Brush")
    assert document.redo() == Rect(1, 0, 3, 40)


def test_a_stroke_that_ends_as_it_began_is_no_edit() -> None:
    document = unlabelled(4, 4)
    document.begin("Brush")
    paint_rect(document, Rect(0, 0, 2, 2), 1)
    document.paint(Rect(0, 0, 2, 2), np.ones((2, 2), np.bool_), VOID, Origin.NONE)
    assert document.commit() is None
    assert not document.can_undo
    assert not document.modified


def test_undo_in_the_middle_of_a_stroke_takes_back_that_stroke_never_an_earlier_edit() -> None:
    document = unlabelled(4, 4)
    paint_rect(document, Rect(0, 0, 1, 4), 1)
    document.begin("Brush")
    assert not document.can_undo
    assert document.undo() == EMPTY_RECT
    document.begin("Brush")
    paint_rect(document, Rect(2, 0, 3, 4), 2)
    assert document.undo() == Rect(2, 0, 3, 4)
    assert (document.labels[0] == 1).all()
    assert document.redo_name == "Brush"


def test_undo_and_redo_in_a_stroke_that_was_painted_back_touch_no_other_edit() -> None:
    document = unlabelled(4, 4)
    paint_rect(document, Rect(0, 0, 1, 4), 1)
    paint_rect(document, Rect(1, 0, 2, 4), 1)
    document.undo()
    for step in (document.undo, document.redo):
        document.begin("Brush")
        paint_rect(document, Rect(3, 0, 4, 4), 2)
        document.paint(Rect(3, 0, 4, 4), np.ones((1, 4), np.bool_), VOID, Origin.NONE)
        assert step() == EMPTY_RECT
    assert (document.labels[0] == 1).all()
    assert (document.undo_name, document.redo_name) == ("Paint", "Paint")


def test_an_aborted_stroke_leaves_no_trace() -> None:
    document = unlabelled(300, 300)
    paint_rect(document, Rect(0, 0, 9, 9), 1)
    document.undo()
    document.stroke_end = (5.0, 5.0)
    before = document.labels.copy()
    document.begin("Brush")
    document.stroke_end = (7.0, 7.0)
    paint_rect(document, Rect(100, 200, 280, 290), 2)
    assert document.abort() == Rect(100, 200, 280, 290)
    assert np.array_equal(document.labels, before)
    assert document.redo_name == "Paint"
    assert document.stroke_end == (5.0, 5.0)
    assert not document.modified
    assert document.abort() == EMPTY_RECT


def test_a_prediction_that_arrives_during_a_stroke_lies_between_its_two_halves() -> None:
    document = unlabelled(1, 3)
    document.begin("Brush")
    paint_rect(document, Rect(0, 0, 1, 1), 1)
    document.apply_prediction(np.array([[7, 7, 7]], np.uint8))
    paint_rect(document, Rect(0, 1, 1, 2), 1)
    document.commit()
    assert document.labels.tolist() == [[1, 1, 7]]
    assert [entry.name for entry in document.history.entries()] == ["Brush", "Pre-label", "Brush"]
    document.undo()
    document.undo()
    assert document.labels.tolist() == [[1, VOID, VOID]]


def test_a_prediction_can_replace_human_pixels_when_asked_to_and_be_taken_back() -> None:
    document = unlabelled(1, 2)
    paint_rect(document, Rect(0, 0, 1, 1), 1)
    document.apply_prediction(np.array([[7, 7]], np.uint8), keep_human=False)
    assert document.labels.tolist() == [[7, 7]]
    assert document.origin_counts() == (0, 2, 0, 0)
    document.undo()
    assert document.labels.tolist() == [[1, VOID]]
    assert document.origin_counts() == (1, 0, 0, 1)


def test_modified_follows_undo_back_to_the_saved_state() -> None:
    document = unlabelled(1, 4)
    paint_rect(document, Rect(0, 0, 1, 1), 1)
    assert document.modified
    document.mark_saved()
    assert not document.modified
    paint_rect(document, Rect(0, 1, 1, 2), 1)
    assert document.modified
    document.undo()
    assert not document.modified
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified


def test_a_saved_state_that_a_new_branch_replaced_does_not_come_back() -> None:
    document = unlabelled(1, 4)
    paint_rect(document, Rect(0, 0, 1, 1), 1)
    paint_rect(document, Rect(0, 1, 1, 2), 1)
    document.mark_saved()
    document.undo()
    paint_rect(document, Rect(0, 2, 1, 3), 1)
    assert document.modified
    document.undo()
    assert document.modified
    document.redo()
    assert document.modified
    document.undo()
    document.undo()
    assert document.modified


def test_a_state_saved_in_the_middle_of_a_stroke_is_that_of_the_paint_so_far() -> None:
    document = unlabelled(1, 4)
    document.begin("Brush")
    paint_rect(document, Rect(0, 0, 1, 1), 1)
    document.mark_saved()
    document.commit()
    assert not document.modified
    document.undo()
    assert document.modified
    document.begin("Brush")
    paint_rect(document, Rect(0, 0, 1, 1), 1)
    document.mark_saved()
    paint_rect(document, Rect(0, 1, 1, 2), 1)
    assert document.modified
    document.commit()
    assert document.modified


def test_paint_added_while_an_older_state_was_being_written_is_still_unsaved() -> None:
    document = unlabelled(1, 4)
    paint_rect(document, Rect(0, 0, 1, 1), 1)
    written = document.state
    paint_rect(document, Rect(0, 1, 1, 2), 1)
    document.mark_saved(written)
    assert document.modified
    document.undo()
    assert not document.modified


def test_the_history_of_a_scene_serves_the_document_made_when_the_scene_is_opened_again() -> None:
    first = unlabelled(2, 4)
    paint_rect(first, Rect(0, 0, 1, 4), 1)
    paint_rect(first, Rect(1, 0, 2, 4), 2)
    first.undo()
    again = MaskDocument(first.labels, first.origins, first.history)
    assert not again.modified
    assert (again.undo_name, again.redo_name) == ("Paint", "Paint")
    again.redo()
    assert again.labels.tolist() == [[1] * 4, [2] * 4]
    assert again.modified
    again.undo()
    again.undo()
    assert (again.labels == VOID).all()


def test_a_thousand_strokes_are_taken_back_to_the_first_pixel_and_done_again() -> None:
    random = np.random.default_rng(1)
    document = unlabelled(400, 500)
    for _ in range(1000):
        top, left = (int(place) for place in random.integers(-20, 490, 2))
        document.begin("Brush")
        paint_rect(document, Rect(top, left, top + 20, left + 12), int(random.integers(0, 11)))
        document.commit()
    last = document.labels.copy(), document.origins.copy()
    while document.can_undo:
        document.undo()
    assert (document.labels == VOID).all()
    assert not document.modified
    while document.can_redo:
        document.redo()
    assert np.array_equal(document.labels, last[0])
    assert np.array_equal(document.origins, last[1])


def test_another_version_is_taken_over_around_what_was_edited_here_with_its_origins() -> None:
    labels = np.array([[1, 2, 3, 3, 3]], np.uint8)
    origins = np.array([[Origin.MODEL, Origin.MODEL, Origin.NONE, Origin.MODEL, Origin.ACCEPTED]], np.uint8)
    document = MaskDocument(labels, origins)
    paint_rect(document, Rect(0, 1, 1, 2), 4)
    document.accept(Rect(0, 3, 1, 4))
    document.rules = Rules(locked=frozenset({1}))
    before = document.labels.copy(), document.origins.copy()
    theirs = np.array([[5, 6, VOID, 7, 8]], np.uint8)
    their_origins = np.array(
        [[Origin.PAINTED, Origin.ACCEPTED, Origin.PAINTED, Origin.NONE, Origin.PAINTED]], np.uint8
    )
    assert document.contradicts(theirs, their_origins)
    assert document.take_over(theirs, their_origins) == Rect(0, 0, 1, 5)
    assert document.labels.tolist() == [[5, 4, VOID, 3, 8]]
    assert document.origins.tolist() == [
        [Origin.PAINTED, Origin.PAINTED, Origin.PAINTED, Origin.ACCEPTED, Origin.PAINTED]
    ]
    document.undo()
    assert np.array_equal(document.labels, before[0])
    assert np.array_equal(document.origins, before[1])
    assert document.origin_counts() == (1, 1, 2, 1)


def test_another_version_leaves_a_stroke_under_way_open() -> None:
    plane = np.zeros((1, 2), np.uint8)
    document = MaskDocument(plane, plane)
    document.begin("Brush")
    document.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 4, Origin.PAINTED)
    document.take_over(plane + 5, np.full_like(plane, Origin.PAINTED))
    assert document.in_stroke
    assert document.labels.tolist() == [[4, 5]]
