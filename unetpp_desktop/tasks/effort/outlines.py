"""Lines that a hand can follow: round a set of pixels, and along one."""

from collections.abc import Sequence

import cv2
import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.editing.brush import Point

_FINE = 2  # an outline is found between the pixels, in halves of one


def outlines(stencil: np.ndarray, rect: Rect, slack: float, keep_holes: bool) -> list[tuple[Point, ...]]:
    """A closed line round each connected part of ``stencil``, ``bool (h, w)``, which lies at ``rect``.

    The last point is joined to the first. ``slack``: how far, in pixels, it may leave the border of
    the pixels. With ``keep_holes`` the line also goes into the part and round each of its holes.
    """
    fine = np.repeat(np.repeat(stencil.view(np.uint8), _FINE, axis=0), _FINE, axis=1)
    found, tree = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return []
    lines = []
    for number, (_next, _former, child, parent) in enumerate(tree[0].tolist()):
        if parent >= 0:
            continue
        line = _simplified(found[number], slack)
        while keep_holes and child >= 0:
            hole = _simplified(found[child], slack)
            if len(hole) > 2:
                line = _with_hole(line, hole)
            child = tree[0][child][0]
        if len(line) > 2:
            lines.append(line)
    return [_placed(line, rect) for line in lines]


def ways(stencil: np.ndarray, rect: Rect, slack: float) -> tuple[Point, ...]:
    """The longest of the shortest ways within the pixels of ``stencil``, ``bool (h, w)``, at ``rect``.

    It goes through the middle of pixels, and leaves the exact way by at most ``slack`` pixels. Of
    several parts the one of the first pixel counts. Empty where there is no pixel.
    """
    if not stencil.any():
        return ()
    row, column = map(int, np.argwhere(stencil)[0])
    end = _farthest(stencil, (row, column))[1]
    distances, start = _farthest(stencil, end)
    steps = [start]
    while (here := steps[-1]) != end:
        top, left = max(0, here[0] - 1), max(0, here[1] - 1)
        near = distances[top : here[0] + 2, left : here[1] + 2]
        places = np.argwhere(near == distances[here] - 1) + np.array((top, left))
        straight = int(np.abs(places - np.array(here)).sum(1).argmin())
        steps.append((int(places[straight][0]), int(places[straight][1])))
    line: np.ndarray = np.array(steps, np.int32)[:, ::-1]
    if len(line) > 2:
        line = cv2.approxPolyDP(line[:, None], slack, False)[:, 0]
    return tuple((rect.left + x + 0.5, rect.top + y + 0.5) for x, y in line.tolist())


def _farthest(stencil: np.ndarray, start: tuple[int, int]) -> tuple[np.ndarray, tuple[int, int]]:
    """Steps from ``start`` to each pixel (-1: none leads there), ``int32 (h, w)``, and the farthest pixel."""
    reached: np.ndarray = np.zeros(stencil.shape, np.uint8)
    reached[start] = 1
    free = stencil.view(np.uint8)
    distances = np.where(reached, np.int32(0), np.int32(-1))
    kernel = np.ones((3, 3), np.uint8)
    last, step = start, 0
    while True:
        wider = np.minimum(cv2.dilate(reached, kernel), free)
        new = wider > reached
        if not new.any():
            return distances, last
        step += 1
        distances[new] = step
        row, column = divmod(int(new.argmax()), stencil.shape[1])
        last, reached = (row, column), wider


def _simplified(contour: np.ndarray, slack: float) -> np.ndarray:
    line: np.ndarray = cv2.approxPolyDP(contour, slack * _FINE, True)[:, 0]
    return line


def _with_hole(line: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """From the point of ``line`` nearest to the hole into it, round it the other way, and back."""
    apart = ((line[:, None] - hole[None]) ** 2).sum(2)
    at, into = np.unravel_index(int(apart.argmin()), apart.shape)
    round_it = np.roll(hole, -int(into), axis=0)
    return np.concatenate((line[: at + 1], round_it, round_it[:1], line[at:]))


def _placed(line: np.ndarray, rect: Rect) -> tuple[Point, ...]:
    return tuple((rect.left + (x + 0.5) / _FINE, rect.top + (y + 0.5) / _FINE) for x, y in line.tolist())


def united(parts: Sequence[tuple[Rect, np.ndarray]], rect: Rect) -> np.ndarray:
    """``bool (h, w)``: what ``parts`` select of ``rect``."""
    whole = np.zeros((rect.height, rect.width), np.bool_)
    for place, stencil in parts:
        common = place.intersection(rect)
        if not common.is_empty:
            whole[common.within(rect).slices] |= stencil[common.within(place).slices]
    return whole
