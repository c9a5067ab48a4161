"""The review queue: what is doubtful in the scenes of a folder, and what became of it."""

import numpy as np
import pytest

from unetpp_desktop.core.errors import Cancelled
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.nn.predictor import Prediction, Predictor
from unetpp_desktop.nn.uncertainty import own_error_rates
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.review_file import Judgement, review_path
from unetpp_desktop.tasks import review
from unetpp_desktop.tasks.folder_reviews import folder_reviews
from unetpp_desktop.tasks.prelabel import prelabel_scenes
from unetpp_desktop.tasks.review import (
    RegionState,
    SceneReview,
    is_reviewed,
    refreshed,
    review_mask,
    review_queue,
    with_deferred,
)
from unetpp_desktop.tasks.scene_edits import edit_scene
from unetpp_desktop.tasks.scene_reviews import build_reviews, load_review, load_reviews, save_review

_SHAPE = (40, 60)
_JUDGEMENT = Judgement(model="m", created="", depth=1, mask_model="m", mask_depth=1, predicted="")


def _prediction(*patches: tuple[slice, slice], doubt: int = 255) -> Prediction:
    """Class 2 everywhere, runner-up 5, then 7; doubtful in ``patches``."""
    ranked = np.empty((3, *_SHAPE), np.uint8)
    ranked[0], ranked[1], ranked[2] = 2, 5, 7
    uncertainty = np.zeros(_SHAPE, np.uint8)
    for patch in patches:
        uncertainty[patch] = doubt
    return Prediction(ranked[0], 1, 0.0, ranked, uncertainty)


def _review(prediction: Prediction, origins: np.ndarray | None = None, scene: str = "a.png") -> SceneReview:
    origins = np.full(_SHAPE, Origin.MODEL, np.uint8) if origins is None else origins
    return review_mask(scene, prediction, prediction.labels, origins, own_error_rates(), _JUDGEMENT)


_SMALL, _LARGE = np.s_[2:8, 2:8], np.s_[20:36, 30:50]


def test_the_region_with_most_wrong_pixels_comes_first() -> None:
    found = _review(_prediction(_SMALL, _LARGE))
    assert [region.area for region in found.regions] == [320, 36]
    assert [region.expected_wrong for region in found.regions] == [320, 36]
    assert found.regions[0].classes == (2, 5, 7)
    assert found.expected_wrong == 356
    assert review_queue([found]) == found.regions
    assert folder_reviews([found]).share_reviewed == 0


def test_pixels_that_people_checked_are_in_no_region() -> None:
    origins = np.full(_SHAPE, Origin.MODEL, np.uint8)
    origins[_LARGE], origins[_SMALL] = Origin.PAINTED, Origin.ACCEPTED
    found = _review(_prediction(_SMALL, _LARGE), origins)
    assert found.regions == ()
    assert found.expected_wrong == 0
    assert folder_reviews([found]).share_reviewed == 1


def test_where_the_mask_says_something_else_it_is_probably_wrong() -> None:
    prediction = _prediction()
    labels = prediction.labels.copy()
    labels[_LARGE] = 4
    origins = np.full(_SHAPE, Origin.MODEL, np.uint8)
    (region,) = review_mask("a.png", prediction, labels, origins, own_error_rates(), _JUDGEMENT).regions
    assert region.area == 320
    assert region.classes[:2] == (4, 2)


def test_the_origins_tell_what_became_of_a_region() -> None:
    found = _review(_prediction(_SMALL, _LARGE))
    document = MaskDocument(np.full(_SHAPE, 2, np.uint8), np.full(_SHAPE, Origin.MODEL, np.uint8))
    large, small = found.regions
    document.accept_part(large.rect, large.stencil)
    found = refreshed(found, document.origins)
    assert [region.state for region in found.regions] == [RegionState.ACCEPTED, RegionState.OPEN]
    assert folder_reviews([found]).share_reviewed == pytest.approx(320 / 356)
    document.paint(small.rect, small.stencil, 5, Origin.PAINTED)
    document.commit()
    found = refreshed(found, document.origins)
    assert [region.state for region in found.regions] == [RegionState.ACCEPTED, RegionState.CORRECTED]
    assert all(map(is_reviewed, found.regions))
    assert review_queue([found]) == ()
    document.undo()
    document.undo()
    found = refreshed(found, document.origins)
    assert [region.state for region in found.regions] == [RegionState.OPEN, RegionState.OPEN]


def test_a_deferred_region_comes_last_until_it_is_reviewed() -> None:
    found = with_deferred(_review(_prediction(_SMALL, _LARGE)), 0)
    assert [region.number for region in review_queue([found])] == [1, 0]
    assert folder_reviews([found]).share_reviewed == 0
    origins = np.full(_SHAPE, Origin.MODEL, np.uint8)
    assert refreshed(found, origins).regions[0].state is RegionState.DEFERRED
    origins[_LARGE] = Origin.PAINTED
    assert refreshed(found, origins).regions[0].state is RegionState.CORRECTED
    assert with_deferred(found, 0, False).regions[0].state is RegionState.OPEN


def test_a_rare_class_counts_more() -> None:
    common = _prediction(_LARGE)
    rare = _prediction(np.s_[0:17, 0:17])
    rare.labels[:20, :20] = 9
    other = _prediction()
    other.labels[:] = 5
    scenes = [
        _review(prediction, None, name) for prediction, name in ((common, "a"), (rare, "b"), (other, "c"))
    ]
    assert [region.scene for region in review_queue(scenes)] == ["b", "a"]


def test_regions_of_a_scene_that_are_about_as_urgent_come_together() -> None:
    large, nearly, small = np.s_[4:20, 4:24], np.s_[24:39, 28:48], _SMALL
    scenes = [_review(_prediction(nearly, small), None, "a"), _review(_prediction(large, nearly), None, "b")]
    queue = review_queue(scenes)
    assert [(region.scene, region.area) for region in queue] == [
        ("b", 320),
        ("b", 300),  # no more urgent than the one of a
        ("a", 300),
        ("a", 36),
    ]


def test_prelabelling_fills_the_queue(project: Project, predictor: Predictor) -> None:
    assert load_reviews(project, project.scenes, silent) == ()
    prelabel_scenes(project, project.scenes, predictor, 2, silent)
    found = load_reviews(project, project.scenes, silent)
    assert [review.scene for review in found] == [scene.name for scene in project.scenes]
    assert all(review.regions for review in found)
    queue = review_queue(found)
    for region in queue:
        stored = project.load_mask(project.scene(region.scene))
        assert stored is not None
        assert (stored.labels[region.rect.slices][region.stencil] == region.classes[0]).all()
        assert 2 <= len(region.classes) <= 3
        assert VOID not in region.classes
    assert build_reviews(project, project.scenes, predictor, 2, silent).done == 0


def test_what_is_missing_is_built_and_masks_stay_as_they_are(project: Project, predictor: Predictor) -> None:
    prelabel_scenes(project, project.scenes[:2], predictor, 2, silent)
    first, second, _blank = project.scenes
    built = load_review(project, first)
    path = review_path(project.own_folder, first.name)
    path.unlink()
    review_path(project.own_folder, second.name).write_text("{")
    before = project.mask_path(first).read_bytes()
    assert load_reviews(project, project.scenes, silent) == ()
    report = build_reviews(project, project.scenes, predictor, 2, silent)
    assert (report.done, report.problems) == (2, ())
    assert project.mask_path(first).read_bytes() == before
    again = load_review(project, first)
    assert built is not None
    assert again is not None
    assert [(region.rect, region.area) for region in again.regions] == [
        (region.rect, region.area) for region in built.regions
    ]
    # Another depth judges differently, and is asked.
    assert build_reviews(project, project.scenes, predictor, 1, silent).done == 2


@pytest.mark.parametrize("damage", ['"bits": "AAAA"', '"bits": "eJw="', '"bits": "?"'])
def test_a_damaged_region_makes_a_review_none(project: Project, predictor: Predictor, damage: str) -> None:
    scene = project.scenes[0]
    prelabel_scenes(project, [scene], predictor, 2, silent)
    path = review_path(project.own_folder, scene.name)
    text = path.read_text()
    place = text.index('"bits": "')
    path.write_text(text[:place] + damage + text[text.index('"', place + 9) + 1 :])
    assert load_review(project, scene) is None


def test_a_prediction_made_anew_has_a_review_of_its_own(project: Project, predictor: Predictor) -> None:
    scene = project.scenes[0]
    prelabel_scenes(project, [scene], predictor, 2, silent)
    kept = review_path(project.own_folder, scene.name).read_bytes()
    prelabel_scenes(project, [scene], predictor, 1, silent)
    assert load_review(project, scene) is not None
    review_path(project.own_folder, scene.name).write_bytes(kept)
    assert load_review(project, scene) is None


def test_corrections_and_what_was_put_off_are_found_again(project: Project, predictor: Predictor) -> None:
    scene = project.scenes[0]
    prelabel_scenes(project, [scene], predictor, 2, silent)
    found = load_review(project, scene)
    assert found is not None
    first, second = found.regions[:2]
    save_review(project, with_deferred(found, second.number))
    assert edit_scene(project, scene, lambda document: document.accept_part(first.rect, first.stencil))
    project = Project.open(project.folder)
    found = load_review(project, project.scenes[0])
    assert found is not None
    assert [region.state for region in found.regions[:2]] == [RegionState.ACCEPTED, RegionState.DEFERRED]


def test_a_cancel_keeps_what_was_found(project: Project, predictor: Predictor) -> None:
    prelabel_scenes(project, project.scenes, predictor, 2, silent)
    for scene in project.scenes:
        review_path(project.own_folder, scene.name).unlink()

    def cancel(done: int, total: int, note: str) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        build_reviews(project, project.scenes, predictor, 2, cancel)
    assert len(load_reviews(project, project.scenes, silent)) == 2


def test_a_broken_image_is_named(project: Project, predictor: Predictor) -> None:
    prelabel_scenes(project, project.scenes, predictor, 2, silent)
    review_path(project.own_folder, "scene1.png").unlink()
    project.scenes[1].image_path.write_bytes(b"no image")
    report = build_reviews(project, project.scenes, predictor, 2, silent)
    assert report.done == 0
    assert "scene1.png" in report.problems[0]


def test_a_scene_has_a_bounded_number_of_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "_MOST_REGIONS", 1)
    assert [region.area for region in _review(_prediction(_SMALL, _LARGE)).regions] == [320]
