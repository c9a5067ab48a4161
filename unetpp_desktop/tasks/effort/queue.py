"""The annotator works through the app's review queue: doubtful regions of all scenes, the worst first."""

from collections.abc import Callable, Sequence

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.tasks.effort.annotator import Annotator
from unetpp_desktop.tasks.effort.desk import Desk, reviews_of
from unetpp_desktop.tasks.effort.errors import Component, error_components, negligible, wrong_pixels
from unetpp_desktop.tasks.review import Region, review_queue

_LEAST_EXPECTED = 40  # wrong pixels: below, looking at scene after scene is faster
_WORTH = 0.5  # of the wrong pixels expected in a region: smaller errors near it wait for later
_REVIEWED = 0.9  # of the pixels of a region: the queue passes it over
_GOOD = 0.1  # of the wrong pixels of a region that may be left


def work_through_queue(
    annotator: Annotator, desks: Sequence[Desk], changed: Callable[[Desk, Rect], None]
) -> None:
    """Looks at the regions of ``desks`` as long as 40 wrong pixels are expected in one.

    ``changed`` is called after each change of a mask.
    """
    by_name = {desk.scene.pair.image.name: desk for desk in desks}
    present: Desk | None = None
    for region in review_queue(reviews_of(desks)):
        desk = by_name[region.scene]
        if region.expected_wrong < _LEAST_EXPECTED or _is_reviewed(region, desk):
            continue
        if desk is not present:
            if present is not None:
                present.close()
            present = desk
            annotator.hand.open_scene()
        else:
            annotator.hand.wait(annotator.hand.pace.key)
        _settle(region, desk, annotator, changed)


def _is_reviewed(region: Region, desk: Desk) -> bool:
    """By what was painted for another region meanwhile."""
    origins = desk.document.origins[region.rect.slices][region.stencil]
    return bool(np.isin(origins, HUMAN).mean() >= _REVIEWED)


def _settle(region: Region, desk: Desk, annotator: Annotator, changed: Callable[[Desk, Rect], None]) -> None:
    """One region: a number key where one of the offered classes is right, else tools for what is large.

    What is right is accepted by a key; what has small errors left is put off to the end.
    """
    hand, document = annotator.hand, desk.document
    annotator.tally.regions += 1
    value = _offered(region, desk)
    if value is not None:
        hand.wait(hand.pace.decide + hand.pace.key)
        annotator.tally.count("Number key", hand.pace.key)
        changed(desk, document.paint(region.rect, region.stencil, value, Origin.PAINTED))
        return
    hand.wait(hand.pace.decide)
    attempts = np.zeros(desk.truth.shape, np.uint8)
    while True:
        components = error_components(document.labels, desk.truth)
        chosen = next((part for part in components if _is_worth_it(part, region, attempts)), None)
        if chosen is None:
            break
        changed(desk, annotator.mend(chosen, components, desk.open(), desk.truth, attempts))
    labels, truth = document.labels, desk.truth
    core = wrong_pixels(labels, truth) & ~negligible(labels, truth)
    if not (core[region.rect.slices] & region.stencil).any():
        hand.wait(hand.pace.key)
        annotator.tally.count("Accept", hand.pace.key)
        document.accept_part(region.rect, region.stencil)


def _is_worth_it(part: Component, region: Region, attempts: np.ndarray) -> bool:
    """Whether an error is near the region, and not small beside what is expected there."""
    rect = region.rect
    down, across = rect.height // 2, rect.width // 2
    seen = Rect(rect.top - down, rect.left - across, rect.bottom + down, rect.right + across)
    common = part.rect.intersection(seen)
    return (
        not common.is_empty
        and bool(part.core[common.within(part.rect).slices].any())
        and part.size >= _WORTH * region.expected_wrong
        and not attempts[part.rect.slices][part.core].any()
    )


def _offered(region: Region, desk: Desk) -> int | None:
    """Which of the classes offered for a region is right for all of it, but for a few pixels; None: none."""
    rect = Rect(region.rect.top - 1, region.rect.left - 1, region.rect.bottom + 1, region.rect.right + 1)
    height, width = desk.truth.shape
    rect = rect.intersection(Rect(0, 0, height, width))
    labels, truth = desk.document.labels[rect.slices], desk.truth[rect.slices]
    stencil = np.zeros(labels.shape, np.bool_)
    stencil[region.rect.within(rect).slices] = region.stencil
    wrong = np.count_nonzero(wrong_pixels(labels, truth) & ~negligible(labels, truth) & stencil)
    if not wrong:
        return None
    for value in region.classes:
        painted = labels.copy()
        painted[stencil] = value
        left = np.count_nonzero(wrong_pixels(painted, truth) & ~negligible(painted, truth) & stencil)
        if left <= _GOOD * wrong:
            return value
    return None
