"""The hand of the simulated annotator: it uses the app's tools, and takes its time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import dist, log

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.superpixels import Superpixels
from unetpp_desktop.editing.tools import Gesture, Tool, ToolContext
from unetpp_desktop.tasks.effort.pace import Pace

OnlyOver = frozenset[int] | None
_BRUSH_STEP = 1.15  # of one notch of the wheel
_KEYED_CLASSES = 10  # have a number key of their own
_MOST_AIMS = 8  # then it takes its time, and hits
_STEADY = 0.9  # how much of its error the hand keeps from one event to the next


@dataclass(frozen=True)
class Plan:
    """One use of a tool: what is set before it, and where the pointer goes.

    ``clicks``: every point is a click; otherwise the button is held down from the first point to the
    last. ``value`` None: the tool needs no class.
    """

    tool: Tool
    points: tuple[Point, ...]
    value: int | None = None
    clicks: bool = False
    diameter: int | None = None
    only_over: OnlyOver = None
    zoom: float = 1.0

    @property
    def length(self) -> float:
        """Of the way from point to point, in image pixels."""
        return sum(map(dist, self.points, self.points[1:]))


@dataclass(frozen=True)
class Sight:
    """What an annotator has before it: the scene, and what the app knows of it."""

    document: MaskDocument
    image: np.ndarray
    ranked: np.ndarray | None = None
    superpixels: Superpixels | None = None


class Hand:
    """Remembers what is chosen in the window, and adds up seconds."""

    def __init__(self, pace: Pace, random: np.random.Generator) -> None:
        self.pace = pace
        self.seconds = 0.0
        self.only_over: OnlyOver = None
        self._random = random
        self._tool: Tool | None = None
        self._class = 0
        self._diameter = 20
        self._zoom = pace.zoom
        self._former: Gesture | None = None

    def wait(self, seconds: float) -> None:
        """Something else than a gesture takes time."""
        self.seconds += seconds

    def open_scene(self) -> None:
        """Another scene comes; what is chosen in the window stays."""
        self.seconds += self.pace.next_scene
        self._former = None

    def choose_rule(self, only_over: OnlyOver) -> None:
        """Says in the menu of the label panel what paint may go over."""
        if only_over != self.only_over:
            self.seconds += self._menu_line()
            self.only_over = only_over

    def cost(self, plan: Plan) -> float:
        """Seconds that ``plan`` would take now."""
        pace = self.pace
        seconds = 0.0
        if plan.tool != self._tool:
            seconds += pace.key
        if plan.value is not None and plan.value != self._class:
            seconds += pace.key * (1 if plan.value < _KEYED_CLASSES else 2)
        if plan.only_over != self.only_over:
            seconds += self._menu_line()
        if plan.diameter is not None:
            seconds += self._turns(log(plan.diameter / self._diameter) / log(_BRUSH_STEP))
        seconds += abs(log(plan.zoom / self._zoom, 2)) * pace.key
        if plan.clicks:
            return seconds + len(plan.points) * pace.click
        return seconds + pace.click + pace.travel(plan.length, plan.zoom)

    def use(self, plan: Plan, sight: Sight) -> Rect:
        """Does what is planned, as exactly as a hand can; returns the rect that has changed."""
        self.seconds += self.cost(plan)
        self._tool, self._zoom, self.only_over = plan.tool, plan.zoom, plan.only_over
        self._class = self._class if plan.value is None else plan.value
        self._diameter = plan.diameter or self._diameter
        document = sight.document
        document.rules = Rules(only_over=plan.only_over)
        context = ToolContext(
            document,
            self._class,
            self._diameter,
            image=sight.image,
            ranked=sight.ranked,
            former=self._former,
            superpixels=sight.superpixels,
        )
        return self._clicked(plan, context) if plan.clicks else self._drawn(plan, context)

    def _clicked(self, plan: Plan, context: ToolContext) -> Rect:
        changed = EMPTY_RECT
        gesture: Gesture | None = None
        for point in self._aimed(plan, context):
            if gesture is None or gesture.finished:
                gesture = plan.tool.start(replace(context, former=self._former), point)
                changed = changed.union(gesture.begin())
            else:
                changed = changed.union(gesture.press_again(point))
            changed = changed.union(gesture.release(point))
            self._former = gesture
        if gesture is not None and not gesture.finished:
            changed = changed.union(gesture.finish())
        return changed

    def _drawn(self, plan: Plan, context: ToolContext) -> Rect:
        way = self._shaken(_events(plan.points, self.pace.events(plan.length, plan.zoom)), plan.zoom)
        gesture = plan.tool.start(context, way[0])
        changed = gesture.begin()
        for point in way[1:]:
            changed = changed.union(gesture.drag(point))
        self._former = gesture
        return changed.union(gesture.release(way[-1]))

    def _menu_line(self) -> float:
        return 2 * self.pace.click

    def _turns(self, notches: float) -> float:
        count = round(abs(notches))
        return 0.0 if not count else self.pace.key + (count - 1) * self.pace.notch

    def _aimed(self, plan: Plan, context: ToolContext) -> Iterator[Point]:
        """Where the clicks really fall.

        The app shows which region a click would change, so whoever sees the wrong one aims again.
        """
        for wanted in plan.points:
            meant = _shown(plan.tool, context, wanted)
            point = self._near(wanted, plan.zoom)
            for _ in range(_MOST_AIMS):
                if _shown(plan.tool, context, point) == meant:
                    break
                self.seconds += self.pace.aim
                point = self._near(wanted, plan.zoom)
            else:
                point = wanted
            yield point

    def _near(self, point: Point, zoom: float) -> Point:
        across, down = self._random.normal(0, self.pace.hand_error / zoom, 2).tolist()
        return point[0] + across, point[1] + down

    def _shaken(self, way: list[Point], zoom: float) -> list[Point]:
        """The way that the hand really goes: its error changes smoothly."""
        fresh = self._random.normal(0, self.pace.hand_error / zoom, (len(way), 2))
        error = fresh[0]
        shaken = []
        for (x, y), new in zip(way, fresh, strict=True):
            shaken.append((x + float(error[0]), y + float(error[1])))
            error = _STEADY * error + (1 - _STEADY**2) ** 0.5 * new
        return shaken


def _shown(tool: Tool, context: ToolContext, point: Point) -> Rect | None:
    """What the preview of ``tool`` covers at ``point``; None where it has none."""
    area = tool.preview(context, point)
    return None if area is None else area[0]


def _events(points: Sequence[Point], count: int) -> list[Point]:
    """Where the pointer is at the press and at each of ``count`` events, which are equally far apart."""
    if len(points) == 1 or not count:
        return [points[0]]
    corners = np.array(points)
    passed = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))
    places = np.linspace(0, passed[-1], count + 1)
    x, y = (np.interp(places, passed, axis) for axis in corners.T)
    return list(zip(x.tolist(), y.tolist(), strict=True))
