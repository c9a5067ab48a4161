"""The simulated annotator, on masks made of random shapes."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.tools import Brush, Fill
from unetpp_desktop.tasks.effort.annotator import Annotator
from unetpp_desktop.tasks.effort.errors import LEAST_PIXELS, error_components, negligible, wrong_pixels
from unetpp_desktop.tasks.effort.hand import Hand, Plan, Sight
from unetpp_desktop.tasks.effort.pace import Pace

SEEDS = st.integers(0, 2**32 - 1)
EXACT = Pace(hand_error=0.0)


def blots(seed: int, count: int, height: int = 36, width: int = 48, void: bool = True) -> np.ndarray:
    """``uint8 (H, W)``: discs and bars of four classes, and of void, over one another."""
    random = np.random.default_rng(seed)
    labels = np.full((height, width), random.integers(4), np.uint8)
    for _ in range(count):
        value = int(random.choice([0, 1, 2, 3, VOID if void else 0]))
        x, y = int(random.integers(width)), int(random.integers(height))
        if random.random() < 0.5:
            cv2.circle(labels, (x, y), int(random.integers(1, 12)), value, -1)
        else:
            end = int(random.integers(width)), int(random.integers(height))
            cv2.line(labels, (x, y), end, value, int(random.integers(1, 6)))
    return labels


def sight_of(labels: np.ndarray, ranked: np.ndarray | None = None) -> Sight:
    image = np.zeros((*labels.shape, 3), np.uint8)
    return Sight(MaskDocument(labels, np.zeros_like(labels)), image, ranked)


def annotator(seed: int = 0, pace: Pace | None = None) -> Annotator:
    return Annotator(Hand(pace or Pace(), np.random.default_rng(seed)))


def assert_nothing_is_left(labels: np.ndarray, truth: np.ndarray) -> None:
    """No connected wrong pixels of one true class, 12 or more, unless all lie within 1 px of the border."""
    wrong = wrong_pixels(labels, truth)
    fine = negligible(labels, truth)
    for value in np.unique(truth[wrong]).tolist():
        count, parts = cv2.connectedComponents((wrong & (truth == value)).view(np.uint8), connectivity=8)
        for number in range(1, count):
            part = parts == number
            assert np.count_nonzero(part) < LEAST_PIXELS or fine[part].all()


@settings(max_examples=12)
@given(SEEDS, SEEDS, SEEDS)
def test_nothing_of_12_pixels_is_left_and_time_goes_on(first: int, second: int, seed: int) -> None:
    truth, labels = blots(first, 6), blots(second, 4)
    worker = annotator(seed)
    sight = sight_of(labels)
    before = worker.hand.seconds
    for _ in worker.correct(sight, truth):
        assert worker.hand.seconds > before
        before = worker.hand.seconds
    assert_nothing_is_left(sight.document.labels, truth)


@settings(max_examples=12)
@given(SEEDS, SEEDS)
def test_an_exact_hand_makes_every_error_smaller(first: int, second: int) -> None:
    truth, labels = blots(first, 6), blots(second, 4)
    worker, sight = annotator(pace=EXACT), sight_of(labels)
    attempts = np.zeros(truth.shape, np.uint8)
    for component in error_components(labels, truth)[:6]:
        document = MaskDocument(labels, np.zeros_like(labels))
        worker.mend(component, [component], Sight(document, sight.image), truth, attempts)
        core = np.zeros(truth.shape, np.bool_)
        core[component.rect.slices] = component.core
        left = wrong_pixels(document.labels, truth)
        assert np.count_nonzero(left & core) < np.count_nonzero(core)
        assert np.count_nonzero(left) < np.count_nonzero(wrong_pixels(labels, truth))


@settings(max_examples=8)
@given(SEEDS, SEEDS)
def test_a_mask_from_nothing_becomes_nearly_right(first: int, seed: int) -> None:
    truth = blots(first, 6)
    worker, sight = annotator(seed), sight_of(np.full(truth.shape, VOID, np.uint8))
    worker.hand.choose_rule(frozenset((VOID,)))
    for _ in worker.correct(sight, truth):
        pass
    assert_nothing_is_left(sight.document.labels, truth)
    assert np.count_nonzero(wrong_pixels(sight.document.labels, truth)) < 0.25 * truth.size


@settings(max_examples=20)
@given(SEEDS)
def test_what_is_right_already_costs_nothing(seed: int) -> None:
    truth = blots(seed, 8)
    worker = annotator()
    assert not list(worker.correct(sight_of(np.where(truth == VOID, 0, truth).astype(np.uint8)), truth))
    assert worker.hand.seconds == 0


def test_a_border_that_lies_a_pixel_off_is_left_and_a_missing_pole_is_not() -> None:
    truth = np.zeros((40, 40), np.uint8)
    truth[:, 20:] = 1
    labels = np.roll(truth, 1, axis=1)
    labels[:, 0] = 0
    assert error_components(labels, truth) == []
    labels = np.roll(truth, 2, axis=1)
    labels[:, :2] = 0
    (shifted,) = error_components(labels, truth)
    assert (shifted.value, shifted.size) == (1, 80)
    pole = np.zeros((40, 40), np.uint8)
    pole[5:30, 7] = 2
    (missing,) = error_components(np.zeros_like(pole), pole)
    assert (missing.value, missing.size) == (2, 25)


def test_a_whole_region_of_the_wrong_class_takes_one_click() -> None:
    truth = np.zeros((40, 60), np.uint8)
    truth[10:30, 20:40] = 2
    labels = np.where(truth == 2, 1, truth).astype(np.uint8)
    worker, sight = annotator(), sight_of(labels)
    assert len(list(worker.correct(sight, truth))) == 1
    assert worker.tally.gestures == {"Fill": 1}
    pace = worker.hand.pace
    assert worker.hand.seconds == pace.decide + pace.key + pace.key + pace.click  # the tool, the class
    ranked = np.stack([labels, np.where(labels == 1, 2, 1), np.full_like(labels, 3)]).astype(np.uint8)
    quicker, sight = annotator(), sight_of(labels, ranked)
    list(quicker.correct(sight, truth))
    assert quicker.tally.gestures == {"Runner-up": 1}  # needs no class to be chosen
    assert quicker.hand.seconds == pace.decide + pace.key + pace.click


def test_the_seconds_of_a_stroke_are_those_of_its_events() -> None:
    pace = Pace(pointer_speed=400, pointer_rate=120, zoom=2)
    hand = Hand(pace, np.random.default_rng(0))
    plan = Plan(Brush(), ((10.5, 10.5), (110.5, 10.5)), 3, diameter=20, zoom=2)
    # 100 image pixels are 200 on the screen: half a second, 60 events.
    assert hand.cost(plan) == 2 * pace.key + pace.click + 0.5
    again = Plan(Fill(), ((10.5, 10.5),), 12, clicks=True, zoom=4)
    # tool, a class without a key of its own (a key, then the next), twice the zoom
    assert hand.cost(again) == pace.key * (1 + 2 + 1) + pace.click
