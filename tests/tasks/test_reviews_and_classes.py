"""What is known of doubtful regions after the classes of the project were changed."""

from pathlib import Path

import pytest

from tests.tasks.reviews import review_folder
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.storage.class_change import change_classes
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.folder_reviews import folder_reviews
from unetpp_desktop.tasks.scene_reviews import build_reviews, load_reviews

_SKY, _ROAD, _TREE, _CAR = 0, 3, 5, 8  # the regions are road, and perhaps a tree or a car


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three scenes of road with sky below all regions."""
    project = Project.open(review_folder(tmp_path / "scenes"))
    for scene in project.scenes:
        stored = project.load_mask(scene)
        assert stored is not None
        assert stored.provenance is not None
        stored.labels[75:] = _SKY
        project.save_mask(scene, stored.labels, stored.origins, stored.provenance)
    return project


def _changed(project: Project, plan: ClassPlan) -> Project:
    change_classes(project, plan.palette(), plan.table(), silent)
    return Project.open(project.folder)


@pytest.mark.parametrize("removed", [(_ROAD,), (_CAR, _TREE, _ROAD)])
def test_regions_whose_class_became_void_are_looked_for_anew(
    project: Project, predictor: Predictor, removed: tuple[int, ...]
) -> None:
    plan = ClassPlan.of(project.palette)
    for value in removed:  # the last one first
        plan = plan.removed(value, into=None)
    project = _changed(project, plan)
    assert folder_reviews(load_reviews(project, project.scenes, silent)).waiting_count == 0
    assert build_reviews(project, project.scenes, predictor, 2, silent).done == 3
    found = load_reviews(project, project.scenes, silent)
    assert {region.classes[0] for review in found for region in review.regions} <= {_SKY}
    assert len(found) == 3


def test_a_class_that_became_another_is_no_candidate_beside_it(project: Project) -> None:
    project = _changed(project, ClassPlan.of(project.palette).removed(_TREE, into=_ROAD))
    found = load_reviews(project, project.scenes, silent)
    assert {region.classes for review in found for region in review.regions} == {(_ROAD, _CAR - 1)}
