"""Marking scenes as done that nobody has open."""

import numpy as np

from tests.tasks.one_scene import SIZE
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_done import mark_scene_done, take_back_done
from unetpp_desktop.tasks.scene_edits import edit_scene


def _save(project: Project, scene: Scene, done: bool = False) -> None:
    """The left column painted, the rest predicted."""
    origins = np.full(SIZE, Origin.MODEL, np.uint8)
    origins[:, 0] = Origin.PAINTED
    project.save_mask(scene, np.full(SIZE, 3, np.uint8), origins, Provenance(done=done))


def _mask(project: Project, scene: Scene) -> StoredMask:
    mask = project.load_mask(scene)
    assert mask is not None
    return mask


def _is_done(mask: StoredMask) -> bool:
    return mask.provenance is not None and mask.provenance.done


def _paint_right_column(document: MaskDocument) -> Rect:
    document.begin("Brush")
    changed = document.paint(Rect(0, 8, 6, 9), np.ones((6, 1), np.bool_), 5, Origin.PAINTED)
    document.commit()
    return changed


def test_predicted_pixels_are_accepted_and_given_back(project: Project, scene: Scene) -> None:
    _save(project, scene)
    marked = mark_scene_done(project, scene)
    assert marked is not None
    done = _mask(project, scene)
    assert _is_done(done)
    assert (done.origins[:, 1:] == Origin.ACCEPTED).all()
    take_back_done(project, marked)
    after = _mask(project, scene)
    assert not _is_done(after)
    assert (after.origins[:, 0] == Origin.PAINTED).all()
    assert (after.origins[:, 1:] == Origin.MODEL).all()


def test_what_was_painted_since_stays(project: Project, scene: Scene) -> None:
    _save(project, scene)
    marked = mark_scene_done(project, scene)
    assert marked is not None
    assert edit_scene(project, scene, _paint_right_column)
    take_back_done(project, marked)
    after = _mask(project, scene)
    assert not _is_done(after)
    assert (after.labels[:, 8] == 5).all()
    assert (after.origins[:, 1:8] == Origin.ACCEPTED).all()


def test_a_scene_that_is_done_or_has_no_mask_is_left(project: Project, scene: Scene) -> None:
    assert mark_scene_done(project, scene) is None
    assert not project.mask_path(scene).exists()
    _save(project, scene, done=True)
    before = project.mask_path(scene).read_bytes()
    assert mark_scene_done(project, scene) is None
    assert project.mask_path(scene).read_bytes() == before
