"""What a fine-tuned model is asked to answer as before."""

import numpy as np
import pytest

from tests.nn.conftest import TWO_CLASSES
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.kept_scenes import in_other_light, kept_scenes

DRAWN = (360, 480)


def _correct(project: Project, count: int) -> None:
    for scene in project.scenes[:count]:
        labels = np.zeros(read_image(scene.image_path).shape[:2], np.uint8)
        project.save_mask(scene, labels, np.full_like(labels, Origin.PAINTED), Provenance(done=True))


def test_half_of_the_scenes_are_drawn_and_nobody_says_anything_of_their_classes(
    project: Project, tiny_model: ModelEntry
) -> None:
    _correct(project, 1)
    load = kept_scenes(project, tiny_model.card)
    assert load is not None
    shapes = []
    for seed in range(8):
        image, planes = load(seed)
        assert planes.shape == (2, *image.shape[:2])
        assert (planes[0] == VOID).all()
        assert (planes[1] == Origin.NONE).all()
        shapes.append(image.shape[:2])
    assert shapes == [(64, 96), DRAWN] * 4


def test_where_all_scenes_are_corrected_all_are_drawn(project: Project, tiny_model: ModelEntry) -> None:
    _correct(project, len(project.scenes))
    load = kept_scenes(project, tiny_model.card)
    assert load is not None
    assert {load(seed)[0].shape[:2] for seed in range(4)} == {DRAWN}


def test_a_model_of_other_things_than_streets_is_shown_no_streets(
    project: Project, tiny_model: ModelEntry
) -> None:
    card = tiny_model.card.model_copy(update={"palette": TWO_CLASSES})
    load = kept_scenes(project, card)
    assert load is not None
    assert {load(seed)[0].shape[:2] for seed in range(4)} == {(64, 96)}
    _correct(project, len(project.scenes))
    assert kept_scenes(project, card) is None


@pytest.mark.parametrize("seed", range(5))
def test_another_light_keeps_what_is_brighter_brighter(seed: int) -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)
    lit = in_other_light(ramp, seed)
    assert lit.dtype == np.uint8
    assert (np.diff(lit[0, :, 0].astype(int)) >= 0).all()
    assert lit[0, 255, 0] > lit[0, 0, 0]
    assert not np.array_equal(lit, ramp)
    assert np.array_equal(lit, in_other_light(ramp, seed))


def test_damaged_images_are_passed_over(project: Project, tiny_model: ModelEntry) -> None:
    card = tiny_model.card.model_copy(update={"palette": TWO_CLASSES})
    for scene in project.scenes[1:]:
        scene.image_path.write_bytes(scene.image_path.read_bytes()[:45])  # the header is whole
    load = kept_scenes(project, card)
    assert load is not None
    assert {load(seed)[0].shape[:2] for seed in range(12)} == {(64, 96)}
    _correct(project, 1)
    load = kept_scenes(project, card)
    assert load is not None
    assert {load(seed)[0].shape[:2] for seed in range(12)} == {DRAWN}
