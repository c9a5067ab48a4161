"""What labelling costs, scene after scene, and whether another training is likely to make it cheaper.

All of it comes from what the masks say of themselves: no pixels are decoded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from statistics import median

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.storage.project import SceneFacts, SceneState

ENOUGH = 3
"""Scenes done with one model from which their median is taken for what that model brings."""

_MOST = 12  # of the scenes done last: what was learned about the tools counts, too
_LEAST_GAIN = 0.1  # of the minutes of a scene; less is noise
_LEAST_KEPT_GAIN = 0.01
_NEXT_SHARE = 0.5  # a training is taken to bring half of what the one before it brought


@dataclass(frozen=True)
class SceneEffort:
    """What one scene has cost so far.

    ``kept`` is the share of its labelled pixels, 0 to 1, that are still what a model said, checked or
    not; None where no model labelled it. ``model`` is the name of the last one that did.
    """

    minutes: float
    strokes: int
    changed_pixels: int
    kept: float | None
    model: str | None
    edited: str  # ISO 8601, UTC


class Outlook(Enum):
    """What is to be expected of the next training."""

    TOO_FEW = auto()  # scenes are done with the model in use
    NOTHING_TO_COMPARE = auto()  # only one model was worked with
    PAYS = auto()
    HARDLY = auto()


@dataclass(frozen=True)
class Verdict:
    """Medians of the scenes done last, with the model before and with the one in use.

    ``saves_minutes`` is what the next training would spare on the scenes that are left if it brought
    half of what the last one did. What the outlook does not rest on is 0.
    """

    outlook: Outlook
    minutes_now: float = 0.0
    kept_now: float = 0.0
    minutes_before: float = 0.0
    kept_before: float = 0.0
    saves_minutes: float = 0.0


def scene_effort(facts: SceneFacts) -> SceneEffort | None:
    """What a scene has cost; None where nobody has worked on it."""
    provenance, counts = facts.provenance, facts.counts
    if not provenance.edited:
        return None
    labelled = counts[Origin.MODEL] + counts[Origin.ACCEPTED] + counts[Origin.PAINTED]
    kept = None
    if provenance.model is not None and labelled:
        kept = 1 - counts[Origin.PAINTED] / labelled
    return SceneEffort(
        provenance.effort_s / 60,
        provenance.strokes,
        provenance.changed_pixels,
        kept,
        provenance.model,
        provenance.edited,
    )


def finished(facts: Sequence[SceneFacts]) -> list[SceneEffort]:
    """The scenes that are done and that a model had labelled first, in the order they were worked on."""
    efforts = (scene_effort(fact) for fact in facts if fact.state is SceneState.DONE)
    known = [effort for effort in efforts if effort is not None and effort.kept is not None]
    return sorted(known, key=lambda effort: effort.edited)


def judge(efforts: Sequence[SceneEffort], left: int) -> Verdict:
    """What the scenes done so far, as `finished` gives them, say of a training for the ``left`` others."""
    now = [effort for effort in efforts if effort.model == efforts[-1].model][-_MOST:]
    if len(now) < ENOUGH:
        return Verdict(Outlook.TOO_FEW)
    minutes_now, kept_now = _medians(now)
    others = [effort for effort in efforts if effort.model != efforts[-1].model]
    before = [effort for effort in others if effort.model == others[-1].model][-_MOST:]
    if len(before) < ENOUGH:
        return Verdict(Outlook.NOTHING_TO_COMPARE, minutes_now, kept_now)
    minutes_before, kept_before = _medians(before)
    spared = minutes_before - minutes_now
    helped = spared > _LEAST_GAIN * minutes_before
    helped = helped or (spared >= 0 and kept_now - kept_before >= _LEAST_KEPT_GAIN)
    outlook = Outlook.PAYS if helped and left else Outlook.HARDLY
    saves = max(0.0, _NEXT_SHARE * spared * left) if helped else 0.0
    return Verdict(outlook, minutes_now, kept_now, minutes_before, kept_before, saves)


def _medians(efforts: Sequence[SceneEffort]) -> tuple[float, float]:
    """Minutes and share kept."""
    kept = [effort.kept for effort in efforts if effort.kept is not None]
    return median(effort.minutes for effort in efforts), median(kept)
