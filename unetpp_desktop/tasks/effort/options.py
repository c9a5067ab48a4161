"""Which tools could correct an error, and how."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.editing.areas import Area, connected, polygon
from unetpp_desktop.editing.brush import Point, footprint, segment
from unetpp_desktop.editing.runner_up import other_choices
from unetpp_desktop.editing.tools import Brush, Fill, Lasso, Polygon, Rectangle, RunnerUp, Superpixel
from unetpp_desktop.tasks.effort.hand import OnlyOver, Plan, Sight
from unetpp_desktop.tasks.effort.outlines import outlines, united, ways
from unetpp_desktop.tasks.effort.planning import Work

Option = tuple[Plan, Callable[[], Area]]
"""A plan, and what finds out what an exact hand would paint: not needed of what costs too much anyway."""

_STROKE_MARGIN = 12  # pixels round an error in which a brush may move
_LONGEST_STROKE = 80  # pixels; what is longer is gone round
_DIAMETERS = (1, 3, 5, 9, 15, 25, 41)
_SLACKS = (0.4, 1.0)  # pixels by which an outline may leave the exact one
_CLUSTERS = (7, 21, 41)  # pixels: how far apart errors of a class may lie to be mended at once
_MOST_SUPERPIXELS = 3  # that are worth clicking one by one
_COVERED = 0.85  # of what a smaller brush reaches


def options(work: Work, sight: Sight, only_over: OnlyOver, zoom: float, exact: bool) -> Iterator[Option]:
    """Ways to correct an error.

    ``only_over`` is the rule that holds in the window. ``exact``: only by lines along its very pixels.
    """
    value = work.component.value
    if exact:
        for line in outlines(work.error, work.rect, 0.0, keep_holes=True):
            yield _lasso(line, value, None, zoom, work.scene)
        return
    yield from _clicks(work, sight, zoom)
    yield from _superpixels(work, sight, zoom)
    rule = _rule(work, only_over)
    yield from _shapes(work, rule, zoom)
    if max(work.component.rect.height, work.component.rect.width) <= _LONGEST_STROKE:
        yield from _strokes(work, rule, zoom)


def _rule(work: Work, present: OnlyOver) -> OnlyOver:
    """What paint may go over: the menu is opened only where the present rule would keep some of the error."""
    if present is None or np.isin(work.labels[work.core], tuple(present)).all():
        return present
    return None


def _inside(pixels: np.ndarray, rect: Rect) -> Point:
    """The middle of the pixel that lies deepest inside ``pixels``, ``bool (h, w)`` at ``rect``."""
    padded = cv2.copyMakeBorder(pixels.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    row, column = divmod(int(depth.argmax()), pixels.shape[1])
    return rect.left + column + 0.5, rect.top + row + 0.5


def _clicks(work: Work, sight: Sight, zoom: float) -> Iterator[Option]:
    """Fill, and the runner-up, which needs no class to be chosen."""
    counts = np.bincount(work.labels[work.core], minlength=256)
    present, value = int(counts.argmax()), work.component.value
    point = _inside(work.error & (work.labels == present), work.rect)
    area = connected(sight.document.labels, point)
    yield Plan(Fill(), (point,), value, clicks=True, zoom=zoom), lambda: area
    if sight.ranked is not None:
        others = other_choices(sight.ranked, area, present)
        if value in others:
            times = others.index(value) + 1
            yield Plan(RunnerUp(), (point,) * times, clicks=True, zoom=zoom), lambda: area


def _superpixels(work: Work, sight: Sight, zoom: float) -> Iterator[Option]:
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
        plan = Plan(Superpixel(), points[:count], work.component.value, clicks=True, zoom=zoom)
        yield plan, partial(_together, [sight.superpixels.at(point) for point in points[:count]])


def _shapes(work: Work, rule: OnlyOver, zoom: float) -> Iterator[Option]:
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
            lambda: (area, np.ones((area.height, area.width), np.bool_)),
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
                partial(polygon, line, work.scene),
            )


def _targets(work: Work, harmless: np.ndarray) -> Iterator[np.ndarray]:
    """What a line could go round, ``bool (h, w)``: the error, or its core, with room where it is harmless."""
    error = work.error
    tight = cv2.dilate(work.core.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_) & error
    for wanted in (error, tight):
        yield wanted
        for reach in (5, 17):
            yield (_widened(wanted, reach) & harmless) | wanted
    if work.others.any():
        for reach in _CLUSTERS:
            wide = (_widened(error | (work.others > 0), reach) & harmless) | error
            _, parts = cv2.connectedComponents(wide.view(np.uint8), connectivity=4)
            inside = parts[error]
            yield parts == np.bincount(inside[inside > 0]).argmax()


def _widened(pixels: np.ndarray, side: int) -> np.ndarray:
    wide = cv2.dilate(pixels.view(np.uint8), np.ones((side, side), np.uint8))
    return wide.view(np.bool_)


def _lasso(line: tuple[Point, ...], value: int, rule: OnlyOver, zoom: float, scene: Rect) -> Option:
    closed = (*line, line[0])
    return Plan(Lasso(), closed, value, only_over=rule, zoom=zoom), partial(polygon, line, scene)


def _strokes(work: Work, rule: OnlyOver, zoom: float) -> Iterator[Option]:
    """One stroke of a brush that stays where it does no harm: as broad as fits, and a narrower one."""
    inner = work.component.rect
    rect = Rect(
        inner.top - _STROKE_MARGIN,
        inner.left - _STROKE_MARGIN,
        inner.bottom + _STROKE_MARGIN,
        inner.right + _STROKE_MARGIN,
    ).intersection(work.rect)
    place, value = rect.within(work.rect).slices, work.component.value
    harmless, error, core = (part[place] for part in (work.harmless(rule), work.error, work.core))
    reached: list[tuple[int, np.ndarray, int]] = []
    for diameter in _DIAMETERS:
        disc = footprint(diameter, False).astype(np.uint8)
        fits = cv2.erode(harmless.astype(np.uint8), disc, borderType=cv2.BORDER_CONSTANT, borderValue=1)
        centres = np.minimum(fits, cv2.dilate(error.astype(np.uint8), disc))
        covered = int(np.count_nonzero(cv2.dilate(centres, disc).view(np.bool_) & core))
        if not covered:
            break
        reached.append((diameter, centres.view(np.bool_), covered))
    most = max((covered for _, _, covered in reached), default=0)
    good = [entry for entry in reached if entry[2] >= _COVERED * most]
    for diameter, centres, _ in good[-2:]:
        line = ways(_thinned(centres, core, diameter), rect, 0.7)
        if line:
            yield _stroke(line, diameter, value, rule, zoom, work.scene)
    for diameter, centres, _ in good[-1:]:
        if (error & centres).any():
            dab = _inside(error & centres, rect)
            yield _stroke((dab,), diameter, value, rule, zoom, work.scene)


def _thinned(centres: np.ndarray, core: np.ndarray, diameter: int) -> np.ndarray:
    """The largest connected part of where the middle of the brush may be, near the core of the error."""
    near = cv2.dilate(core.astype(np.uint8), footprint(max(1, diameter // 2 | 1), False).astype(np.uint8))
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(
        np.minimum(near, centres.view(np.uint8)), connectivity=8
    )
    if count == 1:
        return np.zeros_like(centres)
    part: np.ndarray = numbers == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return part


def _stroke(
    line: tuple[Point, ...], diameter: int, value: int, rule: OnlyOver, zoom: float, scene: Rect
) -> Option:
    def area() -> Area:
        ends = list(pairwise(line)) or [(line[0], line[0])]
        return _together([segment(start, end, diameter, False, scene) for start, end in ends])

    return Plan(Brush(), line, value, diameter=diameter, only_over=rule, zoom=zoom), area


def _together(parts: list[Area]) -> Area:
    rect = parts[0][0]
    for place, _ in parts[1:]:
        rect = rect.union(place)
    return rect, united(parts, rect)
