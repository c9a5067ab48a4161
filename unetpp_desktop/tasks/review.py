"""What to correct next: the doubtful regions of all scenes, those with the most wrong pixels first.

A region belongs to the review of its scene. Only pixels that the model predicted and nobody has checked
count. What became of a region, the origins of its pixels tell: whoever accepts or paints it, and whoever
undoes that, need not say so here (`refreshed`). Only that it was put off is noted (`with_deferred`).
Reviews are made and kept by `scene_reviews`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import Area
from unetpp_desktop.editing.doubtful import DoubtfulRules, doubtful_regions
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.storage.review_file import Judgement

LEAST_ERROR = 0.3
"""How probable a pixel is to be wrong at least, that it becomes part of a region."""

_LEAST_PIXELS = 25  # of a region, where the scene is 480 x 360
_LONGEST_SIDE = 64  # likewise
_USUAL_PIXELS = 480 * 360
_MOST_REGIONS = 200  # of one scene
_REVIEWED = 0.9  # share of its pixels that a person must have checked
_MOST_RARE = 4.0
_VOTES = (1.0, 1.0, 0.5)  # what the likeliest classes of a pixel count, in their order
_ABOUT_AS_URGENT = 2.0  # factor; measured with simulated annotators, see docs/learning.md


class RegionState(StrEnum):
    """What became of a region; an open one is still to be looked at."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    DEFERRED = "deferred"


@dataclass(frozen=True, eq=False)
class Region:
    """A doubtful region of a scene; ``scene`` and ``number`` tell it from all others.

    ``stencil`` is ``bool (h, w)`` on ``rect`` and has ``area`` pixels, of which ``expected_wrong`` are
    expected to be wrong. ``classes`` are the two or three mask values that it may be, the likeliest first.
    """

    scene: str
    number: int
    rect: Rect
    stencil: np.ndarray
    area: int
    expected_wrong: float
    classes: tuple[int, ...]
    state: RegionState = RegionState.OPEN


@dataclass(frozen=True, eq=False)
class SceneReview:
    """The regions of one scene, largest ``expected_wrong`` first.

    ``expected_wrong`` is that of all pixels that nobody had checked, in regions or not. ``class_pixels`` is
    ``int64 (256,)``: how many pixels of each mask value the prediction has. ``judgement`` says who judged.
    """

    scene: str
    size: tuple[int, int]
    judgement: Judgement
    expected_wrong: float
    class_pixels: np.ndarray
    regions: tuple[Region, ...]


def errors_of(prediction: Prediction, labels: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """``float32 (H, W)``: how probable each pixel of ``labels`` is wrong, by a prediction for review.

    ``rates`` is ``float32 (256,)``, see `uncertainty.error_rates`. Where the prediction is another class,
    the mask is wrong at least as probably as the prediction is right.
    """
    assert prediction.uncertainty is not None
    error: np.ndarray = rates[prediction.uncertainty]
    differs = prediction.labels != labels
    error[differs] = 1 - error[differs]
    return error


def review_mask(
    scene: str,
    prediction: Prediction,
    labels: np.ndarray,
    origins: np.ndarray,
    rates: np.ndarray,
    judgement: Judgement,
) -> SceneReview:
    """The doubtful regions of a mask, by a prediction for review in the classes of the project.

    ``labels`` and ``origins`` are ``uint8 (H, W)``; only pixels whose origin is model count.
    """
    assert prediction.ranked is not None
    error = errors_of(prediction, labels, rates)
    countable = (origins == Origin.MODEL) & (labels != VOID)
    areas = list(doubtful_regions(error, labels, countable, _rules(labels.shape)))
    return SceneReview(
        scene,
        (labels.shape[0], labels.shape[1]),
        judgement,
        float(error[countable].sum()),
        np.bincount(labels[countable], minlength=256),
        _regions(scene, areas, error, labels, prediction.ranked) if areas else (),
    )


def refreshed(review: SceneReview, origins: np.ndarray) -> SceneReview:
    """``review`` with the states of its regions as the origins ``uint8 (H, W)`` of the mask have them now."""
    return replace(review, regions=tuple(_refreshed(region, origins) for region in review.regions))


def with_deferred(review: SceneReview, number: int, deferred: bool = True) -> SceneReview:
    """``review`` with one of its regions put off, or taken up again; `scene_reviews.save_review` keeps it."""
    state = RegionState.DEFERRED if deferred else RegionState.OPEN
    changed = tuple(
        replace(region, state=state) if region.number == number and not is_reviewed(region) else region
        for region in review.regions
    )
    return replace(review, regions=changed)


def is_reviewed(region: Region) -> bool:
    """Whether a person has accepted or corrected it."""
    return region.state in (RegionState.ACCEPTED, RegionState.CORRECTED)


def review_queue(reviews: Sequence[SceneReview]) -> tuple[Region, ...]:
    """The open regions of all scenes, most urgent first, and behind them the deferred ones.

    The more urgent, the more wrong pixels are expected, each of which counts more in a rare class. Of
    regions that are about as urgent, those of a scene come together: going from scene to scene and
    back costs people more time than the exact order saves.
    """
    rarity = _rarity(reviews)
    waiting = [region for review in reviews for region in review.regions if not is_reviewed(region)]
    urgent = {id(region): urgency(region, rarity) for region in waiting}

    def stage(region: Region) -> tuple[bool, int]:
        step = math.floor(math.log(max(urgent[id(region)], 1.0), _ABOUT_AS_URGENT))
        return region.state is RegionState.DEFERRED, -step

    worst: dict[tuple[bool, int, str], float] = {}
    for region in waiting:
        group = (*stage(region), region.scene)
        worst[group] = max(worst.get(group, 0.0), urgent[id(region)])

    def place(region: Region) -> tuple[bool, int, float, str, float, int]:
        group = (*stage(region), region.scene)
        return *stage(region), -worst[group], region.scene, -urgent[id(region)], region.number

    return tuple(sorted(waiting, key=place))


def urgency(region: Region, rarity: np.ndarray) -> float:
    """By which the queue is ordered; ``rarity`` is ``float64 (256,)`` by mask value."""
    return region.expected_wrong * float(rarity[list(region.classes[:2])].mean())


def _refreshed(region: Region, origins: np.ndarray) -> Region:
    pixels = origins[region.rect.slices][region.stencil]
    if np.isin(pixels, HUMAN).mean() >= _REVIEWED:
        painted = bool(np.any(pixels == Origin.PAINTED))
        return replace(region, state=RegionState.CORRECTED if painted else RegionState.ACCEPTED)
    return replace(region, state=RegionState.OPEN) if is_reviewed(region) else region


def _regions(
    scene: str, areas: Sequence[Area], error: np.ndarray, labels: np.ndarray, ranked: np.ndarray
) -> tuple[Region, ...]:
    """Those of ``areas`` that are kept, the worst first; counted together, since a scene has hundreds."""
    owner = np.zeros(labels.shape, np.uint32)  # of each pixel: the number of its area, from 1
    for number, (rect, stencil) in enumerate(areas, 1):
        owner[rect.slices][stencil] = number
    pixels = np.flatnonzero(owner)
    owners = owner.ravel()[pixels].astype(np.intp) - 1
    sizes = np.bincount(owners)
    wrong = np.bincount(owners, error.ravel()[pixels])
    classes = np.zeros(len(areas), np.intp)
    classes[owners] = labels.ravel()[pixels]
    votes = np.zeros(len(areas) * 256)
    for plane, weight in zip(ranked, _VOTES, strict=True):
        votes += weight * np.bincount(owners * 256 + plane.ravel()[pixels], minlength=len(votes))
    candidates = _candidates(classes, votes.reshape(-1, 256))
    regions = []
    for number, place in enumerate(np.argsort(-wrong, kind="stable")[:_MOST_REGIONS]):
        rect, stencil = areas[place]
        facts = int(sizes[place]), float(wrong[place]), candidates[place]
        regions.append(Region(scene, number, rect, stencil, *facts))
    return tuple(regions)


def _candidates(here: np.ndarray, votes: np.ndarray) -> list[tuple[int, ...]]:
    """The class of each region and the one or two that are likeliest beside it, by ``float64 (N, 256)``."""
    votes[np.arange(len(here)), here] = votes[:, VOID] = 0
    others = np.argsort(-votes, axis=1, kind="stable")[:, :2]
    return [
        (value, *(int(other) for other in row if counted[other]))
        for value, row, counted in zip(here.tolist(), others, votes, strict=True)
    ]


def _rules(shape: tuple[int, ...]) -> DoubtfulRules:
    scale = max(1.0, shape[0] * shape[1] / _USUAL_PIXELS)
    return DoubtfulRules(LEAST_ERROR, round(_LEAST_PIXELS * scale), round(_LONGEST_SIDE * scale**0.5))


def _rarity(reviews: Sequence[SceneReview]) -> np.ndarray:
    """``float64 (256,)``: the root of the median class's share of the pixels by that of each class."""
    pixels = sum((review.class_pixels for review in reviews), np.zeros(256, np.int64))
    present = pixels[pixels > 0]
    if not len(present):
        return np.ones(256)
    rarity = np.sqrt(np.median(present) / np.maximum(pixels, 1))
    return np.clip(rarity, 1 / _MOST_RARE, _MOST_RARE)
