"""Which corrected scenes contradict the others."""

import pytest

from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.tasks.agreement import contradicts, reason_to_refuse_scenes, scene_agreements

SKY, ROAD, POLE = range(3)


def _answers(*rows: tuple[int, int, int]) -> ConfusionMatrix:
    """How the pixels of each class that a person gave (a row) were answered (the columns)."""
    matrix = ConfusionMatrix(len(rows))
    matrix.counts[:, :-1] = rows
    return matrix


GOOD = _answers((9_000, 1_000, 0), (500, 9_500, 0), (200, 200, 600))
MIXED_UP = _answers((1_000, 9_000, 0), (9_500, 500, 0), (0, 0, 0))


def test_scenes_that_are_answered_as_they_were_corrected_agree() -> None:
    agreements = scene_agreements([("a.png", GOOD), ("b.png", GOOD)])
    assert [entry.scene for entry in agreements] == ["a.png", "b.png"]
    assert agreements[0].share == agreements[0].expected == pytest.approx(19_100 / 21_000)
    assert reason_to_refuse_scenes(agreements) is None


def test_a_scene_whose_classes_are_mixed_up_is_named_with_its_figures() -> None:
    agreements = scene_agreements([("a.png", GOOD), ("odd.png", MIXED_UP), ("b.png", GOOD)])
    assert [contradicts(entry) for entry in agreements] == [False, True, False]
    reason = reason_to_refuse_scenes(agreements)
    assert reason is not None
    assert reason.startswith("1 corrected scene contradicts the others")
    assert "odd.png 8 % (92 % expected)" in reason
    assert "a.png" not in reason
    assert "mixed up there, or exclude the scene" in reason


def test_several_are_named_but_not_all_of_many() -> None:
    learnt = [("good.png", GOOD), *((f"odd{number}.png", MIXED_UP) for number in range(7))]
    reason = reason_to_refuse_scenes(scene_agreements(learnt))
    assert reason is not None
    assert reason.startswith("7 corrected scenes contradict the others")
    assert "odd4.png" in reason
    assert "odd5.png" not in reason
    assert "and 2 more" in reason


def test_a_class_that_is_hard_in_every_scene_contradicts_nothing() -> None:
    """Somebody who only painted poles, which the network seldom gets right, mixed nothing up."""
    poles = _answers((0, 0, 0), (0, 0, 0), (3_000, 0, 0))
    whole = _answers((9_000, 0, 0), (0, 9_000, 0), (800, 0, 200))
    assert scene_agreements([("poles.png", poles), ("whole.png", whole), ("more.png", poles)]) == ()


def test_classes_that_are_answered_well_nowhere_else_are_left_out() -> None:
    few = _answers((0, 60, 0), (0, 9_000, 0), (0, 0, 0))
    (first, second) = scene_agreements([("few.png", few), ("whole.png", GOOD)])
    assert (first.scene, second.scene) == ("few.png", "whole.png")
    assert first.pixels == 9_000  # too little sky
    assert second.pixels == 10_000  # the other has no poles
    assert scene_agreements([("few.png", few)]) == ()


def test_of_a_few_pixels_nothing_is_said() -> None:
    mixed_up = _answers((0, 900, 0), (0, 0, 0), (0, 0, 0))
    assert [entry.scene for entry in scene_agreements([("a.png", mixed_up), ("b.png", GOOD)])] == []
    more = _answers((0, 1_000, 0), (0, 0, 0), (0, 0, 0))
    (entry,) = scene_agreements([("a.png", more), ("b.png", GOOD)])
    assert (entry.scene, entry.share, entry.expected) == ("a.png", 0, 0.9)
