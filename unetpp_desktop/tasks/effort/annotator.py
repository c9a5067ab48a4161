"""A person who corrects one scene, error by error, as RootPainter's users do.

Corrective annotation: only what the mask has wrong is painted, the largest errors first (Smith et
al., "RootPainter: deep learning segmentation of biological images with corrective annotation", New
Phytologist 236(2), 2022, pages 774 to 791).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.regions import fill_void
from unetpp_desktop.tasks.effort.errors import (
    LEAST_PIXELS,
    Component,
    error_components,
)
from unetpp_desktop.tasks.effort.hand import Hand, Sight
from unetpp_desktop.tasks.effort.options import options
from unetpp_desktop.tasks.effort.planning import Outcome, Work, judged, work_on

_GOOD = 0.1  # of an error that may be left by a tool that "does the job right"
_EXACT_FROM = 2  # attempts at the same pixels, from which only their very outline is followed
_MOST_ATTEMPTS = 6  # each zooms in twice as far, so the hand's error has long become too small to see
_FEW_VOID = 0.03  # of a scene: what is left between painted regions


@dataclass
class Tally:
    """What an annotator did: gestures and seconds by tool, errors and regions of the queue looked at.

    ``spoilt`` counts right pixels that became wrong, most of them by imprecise strokes.
    """

    gestures: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    spoilt: int = 0
    errors: int = 0
    regions: int = 0

    def count(self, name: str, seconds: float) -> None:
        """One use of a tool or a key, without the time to decide."""
        self.gestures[name] = self.gestures.get(name, 0) + 1
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds


class Annotator:
    """Corrects scenes with one hand; ``tally`` counts what it does.

    It sees the image, the mask and the truth, and what a tool would do before it is used. It does
    not know how its hand will tremble, and looks again after each use of a tool.
    """

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.tally = Tally()

    def correct(self, sight: Sight, truth: np.ndarray) -> Iterator[Rect]:
        """Corrects the errors of a scene until none is left; gives the rect of each change.

        ``truth`` is ``uint8 (H, W)``. Between two changes ``hand.seconds`` has grown.
        """
        attempts = np.zeros(truth.shape, np.uint8)
        while True:
            filled = self._fill_void(sight, truth)
            if filled is not None:
                yield filled
            components = error_components(sight.document.labels, truth)
            component = _next(components, sight, attempts)
            if component is None:
                return
            yield self.mend(component, components, sight, truth, attempts)

    def mend(
        self,
        component: Component,
        components: Sequence[Component],
        sight: Sight,
        truth: np.ndarray,
        attempts: np.ndarray,
    ) -> Rect:
        """One use of the tool that is best for ``component``, one of the scene's ``components``.

        ``attempts``, ``uint8 (H, W)``, counts it: from time to time a hand misses, and zooms in.
        """
        here = attempts[component.rect.slices]
        tried = int(here[component.core].max())
        here[component.stencil] += 1
        self.hand.wait(self.hand.pace.decide)
        outcome = self._best(
            work_on(component, components, sight.document.labels, truth), sight, truth, tried
        )
        before = self.hand.seconds
        right = sight.document.labels == truth
        changed = self.hand.use(outcome.plan, sight)
        self.tally.spoilt += int(np.count_nonzero(right & (sight.document.labels != truth)))
        self.tally.errors += tried == 0
        self.tally.count(outcome.plan.tool.name, self.hand.seconds - before)
        return changed

    def _best(self, work: Work, sight: Sight, truth: np.ndarray, tried: int) -> Outcome:
        """The cheapest that does the job right; where none does, what does most of it per second."""
        labels, pace = sight.document.labels, self.hand.pace
        core = int(np.count_nonzero(work.core))
        saved = pace.decide + pace.key + pace.click  # by what mends another error as well
        best, best_rank = None, (True, float("inf"))
        most_others = work.most_others
        for plan, area in options(
            work, sight, self.hand.only_over, pace.zoom * 2**tried, tried >= _EXACT_FROM
        ):
            cost = self.hand.cost(plan)
            if not best_rank[0] and cost - saved * most_others >= best_rank[1]:
                continue
            outcome = judged(plan, area(), work, labels, truth)
            is_right = outcome.core <= max(_GOOD * core, min(core - 1, LEAST_PIXELS // 2))
            price = cost - saved * outcome.others if is_right else (outcome.core - core) / cost
            rank = not is_right, price
            if best is None or rank < best_rank:
                best, best_rank = outcome, rank
        if best is None:
            raise RuntimeError("no tool reaches an error")
        return best

    def _fill_void(self, sight: Sight, truth: np.ndarray) -> Rect | None:
        """The command that gives void the nearest class, once only slivers of it are left."""
        labels = sight.document.labels
        void = labels == VOID
        known = void & (truth != VOID)
        if not known.any() or void.all() or np.count_nonzero(known) > _FEW_VOID * void.size:
            return None
        if any(VOID in labels[part.rect.slices][part.core] for part in error_components(labels, truth)):
            part = fill_void(labels)
            mended = np.count_nonzero((part.values == truth[part.rect.slices]) & part.stencil)
            if 2 * mended > np.count_nonzero(known):
                return self._fill_rest(sight)
        return None

    def _fill_rest(self, sight: Sight) -> Rect:
        part = fill_void(sight.document.labels)
        self.hand.wait(self.hand.pace.decide + self.hand.pace.key)
        self.tally.count("Fill void", self.hand.pace.key)
        return sight.document.paint(part.rect, part.stencil, part.values, Origin.PAINTED)


def _next(components: list[Component], sight: Sight, attempts: np.ndarray) -> Component | None:
    """The largest error; void ones first: for others the rule of what to paint over may have to change."""
    left = [part for part in components if attempts[part.rect.slices][part.core].max() < _MOST_ATTEMPTS]
    if not left:
        return None
    labels = sight.document.labels
    void = [part for part in left if (labels[part.rect.slices][part.core] == VOID).any()]
    return (void or left)[0]
