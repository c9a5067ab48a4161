"""How much of a queue of doubtful regions has to be looked at to see most of the wrong pixels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.nn.uncertainty import error_rates
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.tasks.review import Region, SceneReview, review_mask, review_queue
from unetpp_desktop.tasks.scene_reviews import judgement_of, predict_for_review

QueueShares = Mapping[int, Mapping[str, Mapping[str, float]]]
"""By depth and order: share of all wrong pixels inside the first parts of the queue's area.

"regions" is how many regions the first tenth of the area is.
"""

_PARTS = (0.1, 0.2, 0.3)
_SHUFFLES = 5
_VISIT = 100  # pixels


@dataclass(frozen=True)
class _Truth:
    """What is known of a region: its pixels (void left out), and how the plain measure sees it."""

    pixels: int
    wrong: int
    doubt: float  # mean of 1 - max-probability


def queue_shares(
    predictor: Predictor, source: TrainingScenes, scenes: Sequence[int], palette: Palette
) -> QueueShares:
    """Reviews the scenes at each depth as a folder that was just pre-labelled."""
    found = {}
    for depth in range(1, predictor.card.depth + 1):
        reviews: list[SceneReview] = []
        truths: dict[tuple[str, int], _Truth] = {}
        wrong = pixels = 0
        for index in scenes:
            image, truth = source.load(index)
            review, labels = _review(predictor, image, palette, depth, str(index))
            doubt = 1 - predictor.predict_confidences(image, (depth,))[depth]
            reviews.append(review)
            known = truth != VOID
            is_wrong = known & (labels != truth)
            wrong, pixels = wrong + int(is_wrong.sum()), pixels + int(known.sum())
            for region in review.regions:
                inside = region.rect.slices
                truths[region.scene, region.number] = _Truth(
                    int(known[inside][region.stencil].sum()),
                    int(is_wrong[inside][region.stencil].sum()),
                    float(doubt[inside][region.stencil].mean()),
                )
        found[depth] = _by_order(reviews, truths, wrong, pixels)
    return found


def _review(
    predictor: Predictor, image: np.ndarray, palette: Palette, depth: int, name: str
) -> tuple[SceneReview, np.ndarray]:
    prediction = predict_for_review(image, palette, predictor, depth)
    origins = np.full(prediction.labels.shape, Origin.MODEL, np.uint8)
    rates = error_rates(predictor.card, depth)
    judgement = judgement_of(predictor.card, depth, Provenance())
    return review_mask(name, prediction, prediction.labels, origins, rates, judgement), prediction.labels


def _by_order(
    reviews: Sequence[SceneReview], truths: Mapping[tuple[str, int], _Truth], wrong: int, pixels: int
) -> dict[str, dict[str, float]]:
    queue = review_queue(reviews)
    facts = [truths[region.scene, region.number] for region in queue]

    def ordered(key: Callable[[tuple[Region, _Truth]], float]) -> list[_Truth]:
        pairs = sorted(zip(queue, facts, strict=True), key=key, reverse=True)
        return [truth for _, truth in pairs]

    chance = np.random.default_rng(0)
    shuffled = [
        _shares([facts[place] for place in chance.permutation(len(facts))], wrong) for _ in range(_SHUFFLES)
    ]
    return {
        "ours": _shares(facts, wrong),
        "by what a visit is worth": _shares(ordered(_worth), wrong),
        "by expected wrong pixels": _shares(ordered(lambda pair: pair[0].expected_wrong), wrong),
        "by mean error probability": _shares(
            ordered(lambda pair: pair[0].expected_wrong / pair[0].area), wrong
        ),
        "by mean of 1 - max-probability": _shares(ordered(lambda pair: pair[1].doubt), wrong),
        "by sum of 1 - max-probability": _shares(ordered(lambda pair: pair[1].doubt * pair[0].area), wrong),
        "by chance": {key: float(np.mean([row[key] for row in shuffled])) for key in shuffled[0]},
        "all of it": {
            "wrong pixels": sum(fact.wrong for fact in facts) / max(1, wrong),
            "pixels": sum(fact.pixels for fact in facts) / max(1, pixels),
            "regions a scene": len(queue) / len(reviews),
        },
    }


def _worth(pair: tuple[Region, _Truth]) -> float:
    """Expected wrong pixels for each that is looked at, going there being worth a hundred."""
    region, _ = pair
    return region.expected_wrong / (region.area + _VISIT)


def _shares(order: Sequence[_Truth], wrong: int) -> dict[str, float]:
    """Share of all wrong pixels; a region that a part ends in counts by the part of it."""
    area = np.cumsum([0, *(fact.pixels for fact in order)])
    seen = np.cumsum([0, *(fact.wrong for fact in order)])
    shares = {f"{part:.0%}": float(np.interp(part * area[-1], area, seen)) / max(1, wrong) for part in _PARTS}
    return shares | {"regions": float(np.searchsorted(area, _PARTS[0] * area[-1]))}
