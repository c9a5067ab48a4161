"""What scenes have cost, and what that says of the next training."""

import pytest

from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import SceneFacts, SceneState
from unetpp_desktop.tasks.effort_meter import Outlook, finished, judge, scene_effort


def _facts(
    minutes: float, kept: float, model: str | None, number: int, state: SceneState = SceneState.DONE
) -> SceneFacts:
    painted = round(1000 * (1 - kept))
    provenance = Provenance(
        model=model, effort_s=60 * minutes, edited=f"2026-11-25T10:00:{number:02}", strokes=7
    )
    return SceneFacts(state, (50, 0, 1000 - painted, painted), provenance)


def _done(*groups: tuple[str, int, float, float]) -> list[SceneFacts]:
    """So many scenes done with a model, each in so many minutes, with that share of its pixels kept."""
    facts: list[SceneFacts] = []
    for model, count, minutes, kept in groups:
        facts += [_facts(minutes, kept, model, len(facts) + number) for number in range(count)]
    return facts


def test_a_scene_that_nobody_worked_on_has_no_effort() -> None:
    assert scene_effort(SceneFacts(SceneState.NONE)) is None
    assert scene_effort(SceneFacts(SceneState.PREDICTED, (0, 9, 0, 0), Provenance(model="one"))) is None


def test_void_is_no_pixel_of_the_model() -> None:
    effort = scene_effort(_facts(2, 0.9, "one", 0))
    assert effort is not None
    assert effort.kept == pytest.approx(0.9)
    assert (effort.minutes, effort.strokes) == (2, 7)
    by_hand = scene_effort(_facts(2, 0, None, 0))
    assert by_hand is not None
    assert by_hand.kept is None


def test_only_done_scenes_that_a_model_labelled_count_in_the_order_of_the_work() -> None:
    facts = [
        _facts(1, 0.9, "one", 2),
        _facts(2, 0.8, "one", 1),
        _facts(3, 0.7, None, 0),
        _facts(4, 0.7, "one", 3, SceneState.EDITED),
    ]
    assert [effort.minutes for effort in finished(facts)] == [2, 1]


@pytest.mark.parametrize(
    ("facts", "left", "outlook"),
    [
        ([], 10, Outlook.TOO_FEW),
        (_done(("one", 2, 3, 0.8)), 10, Outlook.TOO_FEW),
        (_done(("one", 3, 3, 0.8)), 10, Outlook.NOTHING_TO_COMPARE),
        (_done(("one", 2, 3, 0.8), ("two", 3, 3, 0.8)), 10, Outlook.NOTHING_TO_COMPARE),
        (_done(("one", 3, 3, 0.8), ("two", 2, 1, 0.9)), 10, Outlook.TOO_FEW),
        (_done(("one", 3, 3, 0.8), ("two", 3, 2, 0.9)), 10, Outlook.PAYS),
        (_done(("one", 3, 3, 0.8), ("two", 3, 3, 0.9)), 10, Outlook.PAYS),  # no faster, but better
        (_done(("one", 3, 3, 0.8), ("two", 3, 2, 0.9)), 0, Outlook.HARDLY),  # for nothing is left
        (_done(("one", 3, 3, 0.8), ("two", 3, 2.9, 0.8)), 10, Outlook.HARDLY),
        (_done(("one", 3, 2, 0.9), ("two", 3, 3, 0.8)), 10, Outlook.HARDLY),
    ],
)
def test_the_last_training_says_what_the_next_one_is_likely_to_bring(
    facts: list[SceneFacts], left: int, outlook: Outlook
) -> None:
    assert judge(finished(facts), left).outlook is outlook


def test_the_verdict_says_what_the_next_training_would_spare() -> None:
    verdict = judge(finished(_done(("zero", 4, 9, 0.5), ("one", 3, 3, 0.8), ("two", 5, 2, 0.9))), 10)
    assert (verdict.minutes_before, verdict.minutes_now) == (3, 2)
    assert (verdict.kept_before, verdict.kept_now) == pytest.approx((0.8, 0.9))
    assert verdict.saves_minutes == 5  # half a minute on each of ten
