"""The reviews of a project's scenes: made by one pass of the network, kept, and found again.

A review is worth something as long as the mask holds the prediction that was judged; people may have
corrected it since. Pre-labelling reviews by the way, `build_reviews` what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.predictor import Prediction, Predictor
from unetpp_desktop.nn.uncertainty import error_rates
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.review_file import (
    Judgement,
    StoredRegion,
    StoredReview,
    packed_stencil,
    read_review,
    unpacked_stencil,
    write_review,
)
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.review import Region, RegionState, SceneReview, refreshed, review_mask

_TO_REVIEW = (SceneState.PREDICTED, SceneState.EDITED)


@dataclass(frozen=True)
class ReviewReport:
    """How many scenes were reviewed, and one sentence for each that could not be."""

    done: int
    problems: tuple[str, ...]


def judgement_of(card: ModelCard, depth: int, provenance: Provenance) -> Judgement:
    """The network of ``card`` at ``depth`` judges the prediction that a mask of ``provenance`` holds."""
    return Judgement(
        model=card.name,
        created=card.created,
        depth=depth,
        mask_model=provenance.model,
        mask_depth=provenance.depth,
        predicted=provenance.predicted,
    )


def predict_for_review(
    image: np.ndarray,
    palette: Palette,
    predictor: Predictor,
    depth: int,
    progress: Progress = silent,
) -> Prediction:
    """`Predictor.predict_for_review` in the mask values of ``palette``; classes it lacks become void.

    The depth is the model's deepest where ``depth`` is more.
    """
    prediction = predictor.predict_for_review(image, min(depth, predictor.card.depth), progress=progress)
    return _in_palette(prediction, predictor.card.palette, palette)


def predict_together(
    images: Sequence[np.ndarray], palette: Palette, predictor: Predictor, depth: int
) -> list[Prediction] | None:
    """As `predict_for_review`, for several images at the same time; None where the predictor cannot."""
    found = predictor.predict_together(images, min(depth, predictor.card.depth))
    if found is None:
        return None
    return [_in_palette(prediction, predictor.card.palette, palette) for prediction in found]


def _in_palette(prediction: Prediction, old: Palette, new: Palette) -> Prediction:
    assert prediction.ranked is not None
    if old.names == new.names:
        return prediction
    ranked = new.mapping_from(old)[prediction.ranked]
    return replace(prediction, labels=ranked[0], ranked=ranked)


def review_scene(project: Project, scene: Scene, predictor: Predictor, depth: int) -> SceneReview | None:
    """Finds the doubtful regions of a saved mask and keeps them; None where the model predicted nothing.

    The mask is not changed. Raises `UserError` where image or mask cannot be read.
    """
    stored = project.load_mask(scene)
    if stored is None or stored.provenance is None or not np.any(stored.origins == Origin.MODEL):
        return None
    prediction = predict_for_review(read_image(scene.image_path), project.palette, predictor, depth)
    judgement = judgement_of(predictor.card, prediction.depth, stored.provenance)
    rates = error_rates(predictor.card, prediction.depth)
    review = review_mask(scene.name, prediction, stored.labels, stored.origins, rates, judgement)
    save_review(project, review)
    return review


def build_reviews(
    project: Project, scenes: Sequence[Scene], predictor: Predictor, depth: int, progress: Progress
) -> ReviewReport:
    """Reviews those of ``scenes`` that the model has labelled and that have no review yet.

    Scenes that are done are passed over. A scene that cannot be read is named in the report, and the
    rest goes on; what was found before a cancel is kept.
    """
    done, problems = 0, []
    for index, scene in enumerate(scenes):
        progress(index, len(scenes), scene.name)
        if project.state(scene) not in _TO_REVIEW:
            continue
        try:
            if load_review(project, scene, predictor, depth) is None:
                done += review_scene(project, scene, predictor, depth) is not None
        except UserError as error:
            problems.append(str(error))
    progress(len(scenes), len(scenes), "")
    return ReviewReport(done, tuple(problems))


def load_reviews(project: Project, scenes: Sequence[Scene], progress: Progress) -> tuple[SceneReview, ...]:
    """The reviews kept of ``scenes`` that still hold; those that are missing, `build_reviews` makes."""
    found = []
    for index, scene in enumerate(scenes):
        if index % 50 == 0:
            progress(index, len(scenes), "")
        review = load_review(project, scene)
        if review is not None:
            found.append(review)
    return tuple(found)


def load_review(
    project: Project, scene: Scene, predictor: Predictor | None = None, depth: int = 0
) -> SceneReview | None:
    """The review kept of a scene, as its saved mask is now; None where `kept_review` has none.

    A scene that is done keeps its regions, all reviewed.
    """
    review = kept_review(project, scene, predictor, depth)
    if review is None or not project.facts(scene).human_pixels:
        return review
    try:
        stored = project.load_mask(scene)
    except UserError:
        return None
    if stored is None or stored.origins.shape != review.size:
        return None
    return refreshed(review, stored.origins)


def kept_review(
    project: Project, scene: Scene, predictor: Predictor | None = None, depth: int = 0
) -> SceneReview | None:
    """The review kept of a scene, whatever became of its regions; None where there is none that still holds.

    It does not where the scene was predicted anew or changed outside, nor where the class of a region is
    none of the project's any more. With ``predictor`` it holds only where that judged it at ``depth``.
    The mask is not decoded.
    """
    facts = project.facts(scene)
    if facts.state not in (*_TO_REVIEW, SceneState.DONE):
        return None
    kept = read_review(project.own_folder, scene.name)
    if kept is None or not _still_judges(kept.judgement, facts.provenance, predictor, depth):
        return None
    return _from_stored(scene.name, kept, project.palette)


def save_review(project: Project, review: SceneReview) -> None:
    """Keeps a review, in the place of an earlier one of the scene; raises `WriteError` where that fails."""
    names = project.palette.names
    regions = tuple(
        StoredRegion(
            rect=region.rect,
            bits=packed_stencil(region.stencil),
            expected_wrong=region.expected_wrong,
            classes=tuple(names[value] for value in region.classes),
            deferred=region.state is RegionState.DEFERRED,
        )
        for region in review.regions
    )
    pixels = {name: int(review.class_pixels[value]) for value, name in enumerate(names)}
    kept = StoredReview(
        size=review.size,
        judgement=review.judgement,
        expected_wrong=review.expected_wrong,
        class_pixels=pixels,
        regions=regions,
    )
    write_review(project.own_folder, review.scene, kept)


def _still_judges(
    judgement: Judgement, provenance: Provenance, predictor: Predictor | None, depth: int
) -> bool:
    mask = provenance.model, provenance.depth, provenance.predicted
    if mask != (judgement.mask_model, judgement.mask_depth, judgement.predicted):
        return False
    if predictor is None:
        return True
    card = predictor.card
    wanted = card.name, card.created, min(depth, card.depth)
    return wanted == (judgement.model, judgement.created, judgement.depth)


def _from_stored(scene: str, kept: StoredReview, palette: Palette) -> SceneReview | None:
    """None where a region has lost its class: what it may be instead is not known without the network."""
    places = {name: palette.place_of(name) for name in kept.class_pixels}
    pixels = np.zeros(256, np.int64)
    for name, count in kept.class_pixels.items():
        if (place := places[name]) is not None:
            pixels[place] += count
    regions = []
    for number, region in enumerate(kept.regions):
        found = [palette.place_of(name) for name in region.classes]
        if not found or found[0] is None:
            return None
        classes = tuple(dict.fromkeys(place for place in found if place is not None))  # some may be one now
        stencil = unpacked_stencil(region, kept.size)
        state = RegionState.DEFERRED if region.deferred else RegionState.OPEN
        area, wrong = int(np.count_nonzero(stencil)), region.expected_wrong
        regions.append(Region(scene, number, Rect(*region.rect), stencil, area, wrong, classes, state))
    return SceneReview(scene, kept.size, kept.judgement, kept.expected_wrong, pixels, tuple(regions))
