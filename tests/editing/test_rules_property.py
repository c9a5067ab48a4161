"""Any interleaving of tools, rules, undo, redo, jumps, predictions and saves keeps what is to be kept."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editing.full_copies import Planes, random_planes
from tests.editing.hands import use
from tests.editing.superpixel_grids import squares
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.tools import (
    TOOLS,
    Check,
    Fill,
    Gesture,
    RunnerUp,
    Superpixel,
    Tool,
    ToolContext,
    ToolOptions,
)

HEIGHT, WIDTH = 24, 32
SUPERPIXELS = squares(HEIGHT, WIDTH, 5)

SEEDS = st.integers(0, 2**32 - 1)
CLASSES = st.sampled_from([0, 1, 2, VOID])
CLASS_SETS = st.frozensets(CLASSES, max_size=3)
POINTS = st.lists(st.tuples(st.floats(-4, WIDTH + 4), st.floats(-4, HEIGHT + 4)), min_size=1, max_size=5)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("tool"),
            st.integers(0, len(TOOLS) - 1),
            st.integers(0, 3),
            st.integers(1, 14),
            POINTS,
            st.booleans(),
            st.booleans(),
        ),
        st.tuples(st.just("rules"), CLASS_SETS, st.one_of(st.none(), CLASS_SETS), st.booleans()),
        st.tuples(st.just("predict"), SEEDS),
        st.tuples(st.just("go to"), st.floats(0, 1)),
        st.sampled_from([("undo",), ("redo",), ("accept",), ("save",)]),
    ),
    max_size=25,
)


class Watched:
    """A document and what each place of its history looked like."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.document = MaskDocument(*random_planes(seed, HEIGHT, WIDTH))
        self.image = random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
        self.ranked = random.choice(np.array([0, 1, 2, VOID], np.uint8), (3, HEIGHT, WIDTH))
        self.looks = [self.now()]
        self.saved = self.now()

    def now(self) -> Planes:
        return Planes(self.document.labels.copy(), self.document.origins.copy())

    def kept(self) -> np.ndarray:
        """``bool (H, W)``: the pixels that paint must leave alone."""
        labels, origins, rules = self.document.labels, self.document.origins, self.document.rules
        kept = np.isin(labels, list(rules.locked))
        if rules.only_over is not None:
            kept |= ~np.isin(labels, list(rules.only_over))
        if rules.protect_human:
            kept |= np.isin(origins, HUMAN)
        return kept

    def take(self, step: tuple[Any, ...]) -> None:
        document = self.document
        before, place, count = self.now(), document.history.position, len(document.history)
        match step:
            case "tool", index, value, diameter, points, ctrl, to_model:
                checks = isinstance(TOOLS[index], Check)  # which is no paint: no rule holds it back
                kept = before.origins != Origin.MODEL if checks else self.kept()
                options = ToolOptions(erase_to_model=to_model)
                use(
                    TOOLS[index],
                    ToolContext(
                        document,
                        value,
                        diameter,
                        False,
                        self.image,
                        self.ranked,
                        options,
                        ctrl=ctrl,
                        superpixels=SUPERPIXELS,
                    ),
                    points,
                )
                self.check_edit(before, kept, place)
                if checks:
                    assert np.array_equal(document.labels, before.labels)
                    assert np.isin(document.origins[~kept], (Origin.MODEL, Origin.ACCEPTED)).all()
                else:
                    self.check_origins_of_paint(before)
            case "predict", seed:
                labels = random_planes(seed, HEIGHT, WIDTH).labels
                kept = np.isin(before.origins, HUMAN) | np.isin(before.labels, list(document.rules.locked))
                document.apply_prediction(labels)
                self.check_edit(before, kept, place)
                assert np.array_equal(document.labels[~kept], labels[~kept])
                predicted = np.where(labels == VOID, Origin.NONE, Origin.MODEL)
                assert np.array_equal(document.origins[~kept], predicted[~kept])
            case "accept", *_:
                document.accept()
                self.check_edit(before, before.origins != Origin.MODEL, place)
                assert np.array_equal(document.labels, before.labels)
                assert not (document.origins == Origin.MODEL).any()
            case "go to", share:
                document.go_to(round(share * count))
                assert document.history.position == round(share * count)
            case "undo", *_:
                document.undo()
                assert document.history.position == max(0, place - 1)
            case "redo", *_:
                document.redo()
                assert document.history.position == min(count, place + 1)
            case "rules", locked, only_over, protect_human:
                document.rules = Rules(locked, only_over, protect_human)
            case "save", *_:
                document.mark_saved()
                self.saved = before
        self.check_everything()

    def check_edit(self, before: Planes, kept: np.ndarray, place: int) -> None:
        """One edit more where something changed, else none; what is kept has class and origin still."""
        now = self.now()
        assert np.array_equal(now.labels[kept], before.labels[kept])
        assert np.array_equal(now.origins[kept], before.origins[kept])
        if not now.equal(before):
            self.looks[place + 1 :] = [now]
        assert self.document.history.position == len(self.looks) - 1 or now.equal(before)

    def check_origins_of_paint(self, before: Planes) -> None:
        now = self.now()
        changed = (now.labels != before.labels) | (now.origins != before.origins)
        by_hand = now.origins == Origin.PAINTED
        given_back = np.where(now.labels == VOID, now.origins == Origin.NONE, now.origins == Origin.MODEL)
        assert (by_hand | given_back)[changed].all()

    def check_everything(self) -> None:
        document, now = self.document, self.now()
        assert now.equal(self.looks[document.history.position])
        assert len(document.history) == len(self.looks) - 1
        assert document.origin_counts() == tuple(np.bincount(now.origins.ravel(), minlength=4))
        assert document.modified or now.equal(self.saved)


@settings(max_examples=150)
@given(SEEDS, STEPS)
def test_whatever_is_done_in_whatever_order(seed: int, steps: list[tuple[Any, ...]]) -> None:
    watched = Watched(seed)
    for step in steps:
        watched.take(step)
    last = watched.now()
    position = watched.document.history.position
    for look in reversed(watched.looks[:position]):
        watched.document.undo()
        assert watched.now().equal(look)
    watched.document.go_to(position)
    assert watched.now().equal(last)


@given(
    SEEDS,
    st.sampled_from([Fill(), Superpixel(), RunnerUp(), Check()]),
    st.integers(0, 2),
    st.builds(Rules, CLASS_SETS, st.one_of(st.none(), CLASS_SETS), st.booleans()),
    st.lists(st.tuples(st.floats(-2, WIDTH + 2), st.floats(-2, HEIGHT + 2)), min_size=1, max_size=4),
    st.booleans(),
)
def test_what_is_shown_before_a_click_is_what_it_changes_and_a_click_that_changes_nothing_says_why(
    seed: int, tool: Tool, value: int, rules: Rules, points: list[tuple[float, float]], ctrl: bool
) -> None:
    watched, former = Watched(seed), None
    watched.document.rules = rules
    for point in [point for point in points for _ in range(3)]:  # the runner-up tool goes round
        context = ToolContext(
            watched.document,
            value,
            5,
            ranked=watched.ranked,
            ctrl=ctrl,
            former=former,
            superpixels=SUPERPIXELS,
        )
        shown = np.zeros((HEIGHT, WIDTH), np.bool_)
        area = tool.preview(context, point)
        if area is not None:
            proposed = tool.proposes(context, point)
            shown[area[0].slices] = tool.changes(context, point, area, proposed)
        before = watched.now()
        former = _click(tool, context, point)
        now = watched.now()
        assert np.array_equal(shown, (now.labels != before.labels) | (now.origins != before.origins))
        inside = 0 <= point[0] < WIDTH and 0 <= point[1] < HEIGHT
        assert (former.unchanged is not None) == (not shown.any()) or not inside


def _click(tool: Tool, context: ToolContext, point: tuple[float, float]) -> Gesture:
    gesture = tool.start(context, point)
    gesture.begin()
    gesture.release(point)
    return gesture
