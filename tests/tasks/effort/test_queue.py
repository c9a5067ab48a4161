"""The simulated annotator before the review queue: what it decides by a key, mends, and leaves."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tasks.reviews import BIG, HEIGHT, SMALL, WIDTH, card, doubtful_prediction
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.nn.uncertainty import own_error_rates
from unetpp_desktop.storage.camvid import Pair
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.tasks.effort.annotator import Annotator
from unetpp_desktop.tasks.effort.curves import Scoreboard
from unetpp_desktop.tasks.effort.desk import Desk
from unetpp_desktop.tasks.effort.hand import Hand
from unetpp_desktop.tasks.effort.pace import Pace
from unetpp_desktop.tasks.effort.queue import work_through_queue
from unetpp_desktop.tasks.effort.scenes import TrueScene
from unetpp_desktop.tasks.scene_reviews import judgement_of

_DOUBT = 255


def _desk(folder: Path, truth: np.ndarray, name: str = "a.png") -> Desk:
    """A scene that the model takes for class 3 everywhere, in doubt about `BIG` and `SMALL`."""
    path = folder / name
    Image.fromarray(np.zeros((HEIGHT, WIDTH, 3), np.uint8)).save(path)
    desk = Desk(TrueScene(Pair(path, path), truth), Scoreboard(11))
    _predict(desk)
    return desk


def _predict(desk: Desk) -> None:
    judgement = judgement_of(card(), 4, Provenance(model="oracle", depth=4, predicted="now"))
    desk.predict(doubtful_prediction(_DOUBT), own_error_rates(), judgement)


def _truth(*patches: tuple[Rect, int]) -> np.ndarray:
    truth = np.full((HEIGHT, WIDTH), 3, np.uint8)
    for rect, value in patches:
        truth[rect.slices] = value
    return truth


@pytest.fixture
def worker() -> Annotator:
    return Annotator(Hand(Pace(hand_error=0.0), np.random.default_rng(0)))


def test_a_region_that_is_an_offered_class_takes_one_look_and_its_number(
    worker: Annotator, tmp_path: Path
) -> None:
    desk = _desk(tmp_path, _truth((BIG, 5)))
    changes = []
    list(work_through_queue(worker, [desk], lambda place, rect: changes.append((place, rect))))
    assert (desk.document.labels == desk.truth).all()
    assert set(np.unique(desk.document.origins[BIG.slices])) == {Origin.PAINTED}
    assert changes == [(desk, BIG)]
    pace = worker.hand.pace
    assert worker.hand.seconds == pytest.approx(pace.next_scene + pace.decide + pace.key)
    assert worker.tally.gestures == {"Number key": 1}


def test_what_is_right_is_passed_over(worker: Annotator, tmp_path: Path) -> None:
    desks = [_desk(tmp_path, _truth(), name) for name in ("a.png", "b.png")]
    list(work_through_queue(worker, desks, lambda _desk, _rect: pytest.fail("nothing was wrong")))
    # The bigger regions of both scenes come first, so each scene is looked at twice.
    assert worker.hand.seconds == pytest.approx(4 * worker.hand.pace.next_scene)


def test_a_large_error_is_mended_with_a_tool_and_a_small_one_left_for_later(
    worker: Annotator, tmp_path: Path
) -> None:
    large, small = Rect(5, 50, 60, 110), Rect(70, 10, 75, 20)
    desk = _desk(tmp_path, _truth((large, 7), (small, 7)))
    list(work_through_queue(worker, [desk], lambda place, rect: place.note(rect)))
    right = desk.document.labels == desk.truth
    assert right[large.slices].mean() > 0.99
    assert not right[small.slices].any()
    assert "Number key" not in worker.tally.gestures


def test_a_region_that_is_only_part_of_an_error_is_no_case_for_a_number(
    worker: Annotator, tmp_path: Path
) -> None:
    around = Rect(BIG.top, BIG.left, BIG.bottom + 14, BIG.right + 14)
    desk = _desk(tmp_path, _truth((around, 5)))
    list(work_through_queue(worker, [desk], lambda place, rect: place.note(rect)))
    assert (desk.document.labels == desk.truth)[around.slices].mean() > 0.99
    assert "Number key" not in worker.tally.gestures
    assert SMALL.intersection(around).is_empty


def test_a_new_prediction_leaves_what_was_corrected_and_asks_nothing_more_about_it(
    worker: Annotator, tmp_path: Path
) -> None:
    desk = _desk(tmp_path, _truth((BIG, 5)))
    list(work_through_queue(worker, [desk], lambda place, rect: place.note(rect)))
    before = worker.hand.seconds
    _predict(desk)
    assert (desk.document.labels == desk.truth).all()
    assert desk.review is not None
    assert [region.rect for region in desk.review.regions] == [SMALL]
    assert list(work_through_queue(worker, [desk], lambda *_: None)) == [desk]
    assert worker.hand.seconds == pytest.approx(before + worker.hand.pace.next_scene)
