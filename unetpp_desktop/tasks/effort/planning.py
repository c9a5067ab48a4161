"""Which tools could correct an error, and what each of them would leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import Area, connected, polygon
from unetpp_desktop.editing.brush import Point, footprint, segment
from unetpp_desktop.editing.runner_up import other_choices
from unetpp_desktop.editing.tools import Brush, Fill, Lasso, Polygon, Rectangle, RunnerUp, Superpixel
from unetpp_desktop.tasks.effort.errors import Component, negligible, wrong_pixels
from unetpp_desktop.tasks.effort.hand import OnlyOver, Plan, Sight
from unetpp_desktop.tasks.effort.outlines import outlines, united, ways

_MARGIN = 12  # pixels round an error in which a stroke may lie
_DIAMETERS = (1, 3, 5, 9, 15, 25, 41)
_SLACKS = (0.4, 0.8, 1.5)  # pixels by which an outline may leave the exact one
_MOST_SUPERPIXELS = 3  # that are worth clicking one by one
_COVERED = 0.85  # of what a smaller brush reaches


@dataclass(frozen=True)
class Work:
    """An error and what surrounds it: all arrays are cut to ``rect``; ``scene`` is the rect of all."""

    component: Component
    scene: Rect
    rect: Rect
    labels: np.ndarray
    truth: np.ndarray
    error: np.ndarray
    core: np.ndarray
    wrong: np.ndarray

    def harmless(self, only_over: OnlyOver) -> np.ndarray:
        """``bool (h, w)``: where painting the true class of the error makes nothing worse."""
        free: np.ndarray = self.wrong | (self.truth == self.component.value) | (self.truth == VOID)
        if only_over is not None:
            free |= ~np.isin(self.labels, tuple(only_over))
        return free


@dataclass(frozen=True)
class Outcome:
    """What a plan would leave of an error, if the hand were exact: counts of pixels near it.

    ``core`` counts wrong pixels that are not negligible, ``spoilt`` the right ones turned wrong.
    """

    plan: Plan
    wrong: int
    core: int
    spoilt: int


def work_on(component: Component, labels: np.ndarray, truth: np.ndarray) -> Work:
    """Cuts out what a plan for ``component`` has to look at."""
    scene = full_rect(labels.shape)
    inner = component.rect
    rect = Rect(
        inner.top - _MARGIN, inner.left - _MARGIN, inner.bottom + _MARGIN, inner.right + _MARGIN
    ).intersection(scene)
    error = np.zeros((rect.height, rect.width), np.bool_)
    core = error.copy()
    error[inner.within(rect).slices] = component.stencil
    core[inner.within(rect).slices] = component.core
    cut, true = labels[rect.slices], truth[rect.slices]
    return Work(component, scene, rect, cut, true, error, core, wrong_pixels(cut, true))


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
    return Outcome(plan, int(np.count_nonzero(wrong)), left, spoilt)


def _around(work: Work, rect: Rect) -> np.ndarray:
    """Only what is left of this very error counts, and what is spoilt around it."""
    others = work.wrong & ~work.error
    counts = np.ones((rect.height, rect.width), np.bool_)
    counts[work.rect.within(rect).slices] = ~others
    return counts


def options(
    work: Work, sight: Sight, only_over: OnlyOver, zoom: float, exact: bool
) -> Iterator[tuple[Plan, Area]]:
    """Ways to correct an error, each with what an exact hand would paint.

    ``only_over`` is the rule that holds in the window. ``exact``: only by lines along its very pixels.
    """
    value = work.component.value
    if exact:
        for line in outlines(work.error, work.rect, 0.0, keep_holes=True):
            yield _lasso(line, value, None, zoom, work.scene)
        return
    yield from _clicks(work, sight, zoom)
    yield from _superpixels(work, sight, zoom)
    for rule in _rules(work, only_over):
        yield from _shapes(work, rule, zoom)
        yield from _strokes(work, rule, zoom)


def _rules(work: Work, present: OnlyOver) -> list[OnlyOver]:
    rules: list[OnlyOver] = [None]
    counts = np.bincount(work.labels[work.core], minlength=256)
    most = int(counts.argmax())
    if counts[most] == counts.sum():
        rules.append(frozenset((most,)))
    if present not in rules and present is not None and most in present:
        rules.append(present)
    return rules


def _inside(pixels: np.ndarray, rect: Rect) -> Point:
    """The middle of the pixel that lies deepest inside ``pixels``, ``bool (h, w)`` at ``rect``."""
    padded = cv2.copyMakeBorder(pixels.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    row, column = divmod(int(depth.argmax()), pixels.shape[1])
    return rect.left + column + 0.5, rect.top + row + 0.5


def _clicks(work: Work, sight: Sight, zoom: float) -> Iterator[tuple[Plan, Area]]:
    """Fill, and the runner-up, which needs no class to be chosen."""
    counts = np.bincount(work.labels[work.core], minlength=256)
    present, value = int(counts.argmax()), work.component.value
    point = _inside(work.error & (work.labels == present), work.rect)
    area = connected(sight.document.labels, point)
    yield Plan(Fill(), (point,), value, clicks=True, zoom=zoom), area
    if sight.ranked is not None:
        others = other_choices(sight.ranked, area, present)
        if value in others:
            times = others.index(value) + 1
            yield Plan(RunnerUp(), (point,) * times, clicks=True, zoom=zoom), area


def _superpixels(work: Work, sight: Sight, zoom: float) -> Iterator[tuple[Plan, Area]]:
    """A click on each of a few superpixels that hold more of the error than of anything right."""
    if sight.superpixels is None:
        return
    numbers = sight.superpixels.numbers[work.rect.slices]
    right = ~work.harmless(None)
    gain = np.bincount(numbers[work.error], minlength=numbers.max() + 1)
    loss = np.bincount(numbers[right], minlength=numbers.max() + 1)
    chosen = np.flatnonzero(gain > 2 * loss)
    chosen = chosen[np.argsort(-gain[chosen], kind="stable")][: _MOST_SUPERPIXELS + 1]
    if not 1 <= len(chosen) <= _MOST_SUPERPIXELS:
        return
    points = tuple(_inside(work.error & (numbers == number), work.rect) for number in chosen.tolist())
    for count in range(1, len(points) + 1):
        areas = [sight.superpixels.at(point) for point in points[:count]]
        rect = areas[0][0]
        for other, _ in areas[1:]:
            rect = rect.union(other)
        plan = Plan(Superpixel(), points[:count], work.component.value, clicks=True, zoom=zoom)
        yield plan, (rect, united(areas, rect))


def _shapes(work: Work, rule: OnlyOver, zoom: float) -> Iterator[tuple[Plan, Area]]:
    """Lines round the error, which leave its pixels where that does no harm."""
    value, harmless = work.component.value, work.harmless(rule)
    rows, columns = np.flatnonzero(work.error.any(1)), np.flatnonzero(work.error.any(0))
    box = np.zeros_like(work.error)
    box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    if np.count_nonzero(box & ~harmless) * 20 <= np.count_nonzero(box):
        corners = (
            (work.rect.left + int(columns[0]) + 0.5, work.rect.top + int(rows[0]) + 0.5),
            (work.rect.left + int(columns[-1]) + 0.5, work.rect.top + int(rows[-1]) + 0.5),
        )
        top, left = work.rect.top, work.rect.left
        area = Rect(
            top + int(rows[0]), left + int(columns[0]), top + int(rows[-1]) + 1, left + int(columns[-1]) + 1
        )
        yield (
            Plan(Rectangle(), corners, value, only_over=rule, zoom=zoom),
            (area, np.ones((area.height, area.width), np.bool_)),
        )
    for target in _targets(work, harmless):
        lines: list[tuple[Point, ...]] = []
        for slack in _SLACKS:
            found = outlines(target, work.rect, slack, keep_holes=False)
            lines += found[:1] if len(found) == 1 else [max(found, key=len)] if found else []
        holed = outlines(target, work.rect, _SLACKS[0], keep_holes=True)
        if len(holed) == 1 and holed[0] not in lines:
            lines += holed
        for line in lines:
            yield _lasso(line, value, rule, zoom, work.scene)
            yield (
                Plan(Polygon(), line, value, clicks=True, only_over=rule, zoom=zoom),
                polygon(line, work.scene),
            )


def _targets(work: Work, harmless: np.ndarray) -> Iterator[np.ndarray]:
    """What a line could go round, ``bool (h, w)``: the error, or its core, with room where it is harmless."""
    tight = cv2.dilate(work.core.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_) & work.error
    for wanted in (work.error, tight):
        yield wanted
        for reach in (5, 17):
            wide = cv2.dilate(wanted.view(np.uint8), np.ones((reach, reach), np.uint8))
            yield (wide.view(np.bool_) & harmless) | wanted


def _lasso(
    line: tuple[Point, ...], value: int, rule: OnlyOver, zoom: float, scene: Rect
) -> tuple[Plan, Area]:
    closed = (*line, line[0])
    return Plan(Lasso(), closed, value, only_over=rule, zoom=zoom), polygon(line, scene)


def _strokes(work: Work, rule: OnlyOver, zoom: float) -> Iterator[tuple[Plan, Area]]:
    """One stroke of a brush that stays where it does no harm: as broad as fits, and a narrower one."""
    harmless, value = work.harmless(rule), work.component.value
    error = work.error.view(np.uint8)
    reached: list[tuple[int, np.ndarray, int]] = []
    for diameter in _DIAMETERS:
        disc = footprint(diameter, False).astype(np.uint8)
        fits = cv2.erode(harmless.view(np.uint8), disc, borderType=cv2.BORDER_CONSTANT, borderValue=1)
        centres = np.minimum(fits, cv2.dilate(error, disc))
        covered = int(np.count_nonzero(cv2.dilate(centres, disc).view(np.bool_) & work.core))
        if not covered:
            break
        reached.append((diameter, centres.view(np.bool_), covered))
    if not reached:
        return
    most = max(covered for _, _, covered in reached)
    good = [entry for entry in reached if entry[2] >= _COVERED * most]
    for diameter, centres, _ in good[-2:]:
        line = ways(_thinned(centres, work, diameter), work.rect, 0.7)
        if line:
            yield _stroke(line, diameter, value, rule, zoom, work.scene)
    diameter, centres, _ = good[-1]
    dab = _inside(work.error & centres, work.rect) if (work.error & centres).any() else None
    if dab is not None:
        yield _stroke((dab,), diameter, value, rule, zoom, work.scene)


def _thinned(centres: np.ndarray, work: Work, diameter: int) -> np.ndarray:
    """The largest connected part of where the middle of the brush may be, near the core of the error."""
    near = cv2.dilate(work.core.view(np.uint8), footprint(max(1, diameter // 2 | 1), False).astype(np.uint8))
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(
        np.minimum(near, centres.view(np.uint8)), connectivity=8
    )
    if count == 1:
        return np.zeros_like(centres)
    part: np.ndarray = numbers == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return part


def _stroke(
    line: tuple[Point, ...], diameter: int, value: int, rule: OnlyOver, zoom: float, scene: Rect
) -> tuple[Plan, Area]:
    pieces = [segment(start, end, diameter, False, scene) for start, end in pairwise(line)]
    pieces = pieces or [segment(line[0], line[0], diameter, False, scene)]
    rect = pieces[0][0]
    for place, _ in pieces[1:]:
        rect = rect.union(place)
    plan = Plan(Brush(), line, value, diameter=diameter, only_over=rule, zoom=zoom)
    return plan, (rect, united(pieces, rect))
