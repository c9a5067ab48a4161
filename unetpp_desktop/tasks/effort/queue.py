"""The annotator works through the app's review queue: doubtful regions of all scenes, the worst first."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.tasks.effort.annotator import Annotator
from unetpp_desktop.tasks.effort.desk import Desk, reviews_of
from unetpp_desktop.tasks.effort.errors import (
    LEAST_PIXELS,
    Component,
    error_components,
    negligible,
    wrong_pixels,
)
from unetpp_desktop.tasks.review import Region, review_queue

_LEAST_EXPECTED = 40  # wrong pixels: below, looking at scene after scene is faster
_WORTH = 1.0  # of the wrong pixels expected in the worst region: smaller errors wait for later
_REVIEWED = 0.9  # of the pixels of a region: the queue passes it over
_GOOD = 0.1  # of the wrong pixels of a region that may be left
_AROUND = 16  # pixels round a region

Changed = Callable[[Desk, Rect], None]


def work_through_queue(annotator: Annotator, desks: Sequence[Desk], changed: Changed) -> Iterator[Desk]:
    """Works on the regions of ``desks`` as long as 40 wrong pixels are expected in one, a desk at a time.

    The queue brings regions of a scene that are about as urgent together, and the app shows a whole
    scene at the zoom of the annotator: one look is enough for all of them, and a key jumps to the next
    scene. ``changed`` is called after each change of a mask. Yields each desk that was worked on.
    """
    by_name = {desk.scene.pair.image.name: desk for desk in desks}
    for name, stop in groupby(review_queue(reviews_of(desks)), lambda region: region.scene):
        desk = by_name[name]
        regions = [region for region in stop if _is_open(region, desk)]
        if regions:
            annotator.hand.open_scene()
            annotator.tally.regions += len(regions)
            _choose_offered(regions, desk, annotator, changed)
            _mend_large(regions, desk, annotator, changed)
            desk.close()
            yield desk


def _is_open(region: Region, desk: Desk) -> bool:
    """Whether enough is expected of it, and it was not painted meanwhile for another region."""
    origins = desk.document.origins[region.rect.slices][region.stencil]
    return region.expected_wrong >= _LEAST_EXPECTED and bool(np.isin(origins, HUMAN).mean() < _REVIEWED)


def _choose_offered(regions: Sequence[Region], desk: Desk, annotator: Annotator, changed: Changed) -> None:
    """Goes on by keys to each region for which an offered class is right, and presses its number."""
    hand, here = annotator.hand, 0
    for place, region in enumerate(regions):
        value = _offered(region, desk)
        if value is not None:
            hand.wait(hand.pace.decide + hand.pace.key * (place - here + 1))
            here = place + 1  # the number goes on, too
            annotator.tally.count("Number key", hand.pace.key)
            changed(desk, desk.document.paint(region.rect, region.stencil, value, Origin.PAINTED))


def _mend_large(regions: Sequence[Region], desk: Desk, annotator: Annotator, changed: Changed) -> None:
    """With the tools, all errors of the scene that are as large as what was expected of its worst region."""
    least = _WORTH * max(region.expected_wrong for region in regions)
    attempts = np.zeros(desk.truth.shape, np.uint8)
    while True:
        components = error_components(desk.document.labels, desk.truth)
        chosen = next((part for part in components if part.size >= least and _is_new(part, attempts)), None)
        if chosen is None:
            return
        changed(desk, annotator.mend(chosen, components, desk.open(), desk.truth, attempts))


def _is_new(part: Component, attempts: np.ndarray) -> bool:
    return not attempts[part.rect.slices][part.core].any()


def _offered(region: Region, desk: Desk) -> int | None:
    """The offered class that would mend the region and what is wrong around it likewise; None: none.

    A region that leaves part of an error outside is no help: the rest has to be gone round anyway.
    """
    inner = region.rect
    rect = Rect(
        inner.top - _AROUND, inner.left - _AROUND, inner.bottom + _AROUND, inner.right + _AROUND
    ).intersection(full_rect(desk.truth.shape))
    labels, truth = desk.document.labels[rect.slices], desk.truth[rect.slices]
    stencil = np.zeros(labels.shape, np.bool_)
    stencil[inner.within(rect).slices] = region.stencil
    core = wrong_pixels(labels, truth) & ~negligible(labels, truth)
    for value in region.classes:
        wrong = np.count_nonzero(core & (truth == value))
        if wrong < LEAST_PIXELS:
            continue
        painted = labels.copy()
        painted[stencil] = value
        left = wrong_pixels(painted, truth) & ~negligible(painted, truth) & (stencil | (truth == value))
        if np.count_nonzero(left) <= _GOOD * wrong:
            return value
    return None
