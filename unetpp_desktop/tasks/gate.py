"""Whether a fine-tuned model may take the place of the one in use."""

from dataclasses import dataclass

from unetpp_desktop.nn.card import DepthMetrics
from unetpp_desktop.nn.checked_scenes import known_well


@dataclass(frozen=True)
class GateLimits:
    """How many points of IoU may be lost before a model is refused."""

    class_points: float = 10.0  # by one class
    whole_points: float = 1.0  # by the mean, on the corrections held out
    reference_points: float = 5.0  # by the mean, on what the root knew


def reason_to_refuse(
    before: DepthMetrics,
    after: DepthMetrics,
    reference_before: DepthMetrics | None,
    reference_after: DepthMetrics | None,
    limits: GateLimits,
) -> str | None:
    """One sentence that says what got too bad; None where the model may be used.

    First the corrections held out count, as a whole and per class, then the reference. Classes with
    too few pixels to tell are left out.
    """
    reason = _on(before, after, limits.whole_points, limits.class_points)
    if reason is None and reference_before is not None and reference_after is not None:
        reason = _on(reference_before, reference_after, limits.reference_points, None)
    return reason


def _on(before: DepthMetrics, after: DepthMetrics, whole: float, of_a_class: float | None) -> str | None:
    lost = (before.miou - after.miou) * 100
    if lost > whole:
        return _sentence("The mean of all classes", lost, before.miou, after.miou, whole, after.data)
    if of_a_class is None:
        return None
    known = known_well(after.pixels or {})
    losses = {name: value for name in known if (value := _lost(before, after, name)) is not None}
    if not losses:
        return None
    worst = max(losses, key=lambda name: losses[name])
    if losses[worst] <= of_a_class:
        return None
    was, now = before.iou[worst] or 0.0, after.iou[worst] or 0.0
    return _sentence(worst, losses[worst], was, now, of_a_class, after.data)


def _lost(before: DepthMetrics, after: DepthMetrics, name: str) -> float | None:
    was, now = before.iou.get(name), after.iou.get(name)
    return None if was is None or now is None else (was - now) * 100


def _sentence(what: str, lost: float, was: float, now: float, limit: float, data: str) -> str:
    figures = f"{was * 100:.1f} % before, {now * 100:.1f} % after"
    return f"{what} lost {lost:.1f} points of IoU ({figures}) on {data}; at most {limit:g} are allowed."
