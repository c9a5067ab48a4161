"""An error to be corrected, and what a use of a tool would leave of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import Area
from unetpp_desktop.tasks.effort.errors import Component, negligible, wrong_pixels
from unetpp_desktop.tasks.effort.hand import OnlyOver, Plan
from unetpp_desktop.tasks.effort.outlines import united

_MARGIN = 40  # pixels round an error in which a stroke may lie
_MENDED = 0.9  # of the core of another error


@dataclass(frozen=True)
class Work:
    """An error and what surrounds it: all arrays are cut to ``rect``; ``scene`` is the rect of all.

    ``others``, ``uint16 (h, w)``, numbers the cores of other errors of the same class, from 1.
    """

    component: Component
    scene: Rect
    rect: Rect
    labels: np.ndarray
    truth: np.ndarray
    error: np.ndarray
    core: np.ndarray
    wrong: np.ndarray
    others: np.ndarray

    @property
    def most_others(self) -> int:
        """How many other errors of the class are near."""
        return int(np.count_nonzero(np.bincount(self.others.ravel())[1:]))

    def harmless(self, only_over: OnlyOver) -> np.ndarray:
        """``bool (h, w)``: where painting the true class of the error makes nothing worse."""
        free: np.ndarray = self.wrong | (self.truth == self.component.value) | (self.truth == VOID)
        if only_over is not None:
            free |= ~np.isin(self.labels, tuple(only_over))
        return free


@dataclass(frozen=True)
class Outcome:
    """What a plan would leave of an error, if the hand were exact: counts of pixels near it.

    ``core`` counts wrong pixels that are not negligible, ``spoilt`` the right ones turned wrong, and
    ``others`` how many errors of the same class it mends besides.
    """

    plan: Plan
    core: int
    spoilt: int
    others: int


def work_on(
    component: Component, components: Sequence[Component], labels: np.ndarray, truth: np.ndarray
) -> Work:
    """Cuts out what a plan for ``component``, one of ``components``, has to look at."""
    scene = full_rect(labels.shape)
    inner = component.rect
    rect = Rect(
        inner.top - _MARGIN, inner.left - _MARGIN, inner.bottom + _MARGIN, inner.right + _MARGIN
    ).intersection(scene)
    error = np.zeros((rect.height, rect.width), np.bool_)
    core = error.copy()
    error[inner.within(rect).slices] = component.stencil
    core[inner.within(rect).slices] = component.core
    others = np.zeros(error.shape, np.uint16)
    for number, other in enumerate(components, start=1):
        common = other.rect.intersection(rect)
        if other.value == component.value and other is not component and not common.is_empty:
            inside = other.core[common.within(other.rect).slices]
            others[common.within(rect).slices][inside] = number
    cut, true = labels[rect.slices], truth[rect.slices]
    return Work(component, scene, rect, cut, true, error, core, wrong_pixels(cut, true), others)


def judged(plan: Plan, area: Area, work: Work, labels: np.ndarray, truth: np.ndarray) -> Outcome:
    """Compares the mask with what it would be after ``plan``, which paints ``area``."""
    place, stencil = area
    rect = work.rect.union(place)
    before, true = labels[rect.slices], truth[rect.slices]
    painted = united([(place, stencil)], rect)
    if plan.only_over is not None:
        painted &= np.isin(before, tuple(plan.only_over))
    after = before.copy()
    after[painted] = work.component.value
    wrong = wrong_pixels(after, true)
    left = int(np.count_nonzero(wrong & ~negligible(after, true) & _around(work, rect)))
    spoilt = int(np.count_nonzero(wrong & ~wrong_pixels(before, true)))
    mended = np.bincount(work.others[painted[work.rect.within(rect).slices]], minlength=1)
    sizes = np.bincount(work.others.ravel(), minlength=len(mended))[: len(mended)]
    others = int(np.count_nonzero((mended >= _MENDED * sizes)[1:] & (sizes[1:] > 0)))
    return Outcome(plan, left, spoilt, others)


def _around(work: Work, rect: Rect) -> np.ndarray:
    """Only what is left of this very error counts, and what is spoilt around it."""
    others = work.wrong & ~work.error
    counts = np.ones((rect.height, rect.width), np.bool_)
    counts[work.rect.within(rect).slices] = ~others
    return counts
