"""What is refused, and why."""

import pytest

from unetpp_desktop.nn.card import DepthMetrics
from unetpp_desktop.nn.checked_scenes import known_well
from unetpp_desktop.tasks.gate import GateLimits, reason_to_refuse

LIMITS = GateLimits(class_points=10, whole_points=1, reference_points=3)


def _figures(data: str = "2 scenes", pole_pixels: int = 5_000, **iou: float) -> DepthMetrics:
    present = list(iou.values())
    pixels = {name: pole_pixels if name == "Pole" else 50_000 for name in iou}
    return DepthMetrics(
        miou=sum(present) / len(present),
        pixel_accuracy=0.9,
        iou=dict(iou),
        scenes=2,
        data=data,
        pixels=pixels,
    )


def test_a_better_model_passes() -> None:
    before, after = _figures(Road=0.8, Pole=0.3), _figures(Road=0.8, Pole=0.4)
    assert reason_to_refuse(before, after, None, None, LIMITS) is None
    assert reason_to_refuse(before, after, before, before, LIMITS) is None


def test_a_loss_of_the_whole_is_refused_with_its_figures() -> None:
    before, after = _figures(Road=0.8, Pole=0.4), _figures(Road=0.79, Pole=0.38)
    reason = reason_to_refuse(before, after, None, None, LIMITS)
    assert reason is not None
    assert "lost 1.5 points" in reason
    assert "60.0 % before, 58.5 % after" in reason
    assert "on 2 scenes" in reason
    assert "at most 1 are allowed" in reason


def test_a_class_that_drops_is_refused_by_name_though_the_whole_gains() -> None:
    before, after = _figures(Road=0.6, Pole=0.4), _figures(Road=0.9, Pole=0.25)
    reason = reason_to_refuse(before, after, None, None, LIMITS)
    assert reason is not None
    assert reason.startswith("Pole lost 15.0 points")
    assert reason_to_refuse(before, after, None, None, GateLimits(class_points=20)) is None


def test_a_class_of_a_few_pixels_does_not_decide() -> None:
    before, after = _figures(pole_pixels=60, Road=0.6, Pole=0.4), _figures(pole_pixels=60, Road=0.9, Pole=0.2)
    assert known_well(after.pixels or {}) == ("Road",)
    assert reason_to_refuse(before, after, None, None, LIMITS) is None


@pytest.mark.parametrize(("after", "refused"), [(0.58, False), (0.5, True)])
def test_what_the_base_model_knew_counts_as_a_whole(after: float, refused: bool) -> None:
    good = _figures(Road=0.8, Pole=0.4)
    known = _figures("8 drawn street scenes", Road=0.8, Pole=0.4)
    now = _figures("8 drawn street scenes", Road=after, Pole=0.6)
    reason = reason_to_refuse(good, good, known, now, LIMITS)
    assert (reason is not None) == refused
    assert reason is None or "8 drawn street scenes" in reason
