"""The doubtful regions of a folder in their order, whatever becomes of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tasks.reviews import BIG, SMALL, review_folder
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.folder_reviews import FolderReviews, folder_reviews
from unetpp_desktop.tasks.review import RegionState, SceneReview, refreshed, with_deferred
from unetpp_desktop.tasks.scene_reviews import load_reviews


@pytest.fixture
def reviews(tmp_path: Path) -> tuple[SceneReview, ...]:
    project = Project.open(review_folder(tmp_path / "scenes"))
    return load_reviews(project, project.scenes, silent)


def _keys(folder: FolderReviews, behind: tuple[str, int] | None = None) -> list[tuple[str, int]]:
    return [(region.scene, region.number) for region in folder.waiting(behind)]


def test_the_most_urgent_regions_of_all_scenes_come_first(reviews: tuple[SceneReview, ...]) -> None:
    folder = folder_reviews(reviews)
    big = [("1.png", 0), ("2.png", 0), ("0.png", 0)]
    small = [("1.png", 1), ("2.png", 1), ("0.png", 1)]
    assert list(folder.order) == big + small
    assert _keys(folder) == big + small
    assert _keys(folder, ("2.png", 0)) == [("0.png", 0), *small, ("1.png", 0)]
    assert folder.waiting_count == 6
    assert folder.share_reviewed == 0


def test_no_stencil_is_kept_of_scenes_that_are_not_open(reviews: tuple[SceneReview, ...]) -> None:
    folder = folder_reviews(reviews)
    assert all(region.stencil.size == 0 for region in folder.waiting())
    assert [region.area for region in folder.waiting()][::3] == [BIG.height**2, SMALL.height**2]


def test_reviewed_and_deferred_regions_make_way(reviews: tuple[SceneReview, ...]) -> None:
    folder = folder_reviews(reviews)
    origins = np.full(reviews[1].size, Origin.MODEL, np.uint8)
    origins[BIG.slices] = Origin.ACCEPTED
    folder = folder.with_scene(refreshed(reviews[1], origins))
    folder = folder.with_scene(with_deferred(reviews[2], 0))
    assert _keys(folder) == [("0.png", 0), ("1.png", 1), ("2.png", 1), ("0.png", 1), ("2.png", 0)]
    assert folder.waiting_count == 5
    expected = sum(review.regions[0].expected_wrong + review.regions[1].expected_wrong for review in reviews)
    assert folder.share_reviewed == pytest.approx(reviews[1].regions[0].expected_wrong / expected)
    assert folder.keeps_order_with(reviews[0])
    again = replace(reviews[0], judgement=reviews[0].judgement.model_copy(update={"predicted": "later"}))
    assert not folder.keeps_order_with(again)


def test_the_order_has_reviewed_regions_too_for_they_may_be_open_again(
    reviews: tuple[SceneReview, ...],
) -> None:
    origins = np.full(reviews[1].size, Origin.PAINTED, np.uint8)
    folder = folder_reviews([refreshed(reviews[1], origins)])
    assert _keys(folder) == []
    assert folder.share_reviewed == 1
    region = folder.region(("1.png", 0))
    assert region is not None
    assert region.state is RegionState.CORRECTED
    assert _keys(folder.with_scene(reviews[1])) == [("1.png", 0), ("1.png", 1)]


def test_errors_that_are_expected_in_no_region_are_counted(reviews: tuple[SceneReview, ...]) -> None:
    folder = folder_reviews(reviews)
    assert folder.share_outside == pytest.approx(0, abs=1e-6)
    twice = [replace(review, expected_wrong=2 * review.expected_wrong) for review in reviews]
    assert folder_reviews(twice).share_outside == pytest.approx(0.5)
    assert folder_reviews(()).share_outside == 0


def test_a_folder_without_regions_is_all_reviewed() -> None:
    folder = folder_reviews(())
    assert (folder.share_reviewed, folder.waiting_count, folder.region(("0.png", 0))) == (1, 0, None)
