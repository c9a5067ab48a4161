"""The verbs, on generated folders with a tiny real network."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from unetpp_desktop.core.errors import Cancelled, UserError, WriteError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.predictor import Prediction, Predictor
from unetpp_desktop.nn.registry import ModelEntry, list_models
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.discarded import set_aside
from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune
from unetpp_desktop.tasks.prelabel import prelabel_folder, prelabel_scenes


def _paint(project: Project, scene: Scene, value: int, rest: int = 0, done: bool = False) -> None:
    """Saves a mask whose left part is painted with ``value``, the rest predicted as ``rest``."""
    labels = np.full((64, 96), rest, np.uint8)
    origins = np.full((64, 96), Origin.MODEL, np.uint8)
    labels[:, :30] = value
    origins[:, :30] = Origin.PAINTED
    project.save_mask(scene, labels, origins, Provenance(done=done))


def test_prelabelling_fills_what_nobody_checked(project: Project, predictor: Predictor) -> None:
    first, second, _third = project.scenes
    _paint(project, second, 7)
    report = prelabel_scenes(project, project.scenes, predictor, 2, silent)
    assert (report.done, report.problems) == (3, ())
    assert [project.state(scene) for scene in project.scenes] == [
        SceneState.PREDICTED,
        SceneState.EDITED,
        SceneState.PREDICTED,
    ]
    stored = project.load_mask(second)
    assert stored is not None
    assert (stored.labels[:, :30] == 7).all()
    assert (stored.origins[:, :30] == Origin.PAINTED).all()
    assert (stored.origins[:, 30:] == Origin.MODEL).all()
    assert stored.provenance is not None
    assert (stored.provenance.model, stored.provenance.depth) == ("tiny", 2)
    alone = project.load_mask(first)
    assert alone is not None
    assert np.array_equal(alone.labels, predictor.predict(np.asarray(Image.open(first.image_path)), 2).labels)


def test_a_broken_image_among_good_ones_is_named_and_the_rest_goes_on(
    project: Project, predictor: Predictor
) -> None:
    project.scenes[1].image_path.write_bytes(b"no image")
    report = prelabel_scenes(project, project.scenes, predictor, 1, silent)
    assert report.done == 2
    assert len(report.problems) == 1
    assert "scene1.png" in report.problems[0]


class _Interrupted:
    """A network during whose work something else happens."""

    engine = precision = device = ""
    at_once = 1

    def __init__(self, predictor: Predictor, meanwhile: Callable[[], None]) -> None:
        self.card, self._predictor, self._meanwhile = predictor.card, predictor, meanwhile

    def predict_for_review(self, image: np.ndarray, depth: int, **_: object) -> Prediction:
        self._meanwhile()
        return self._predictor.predict_for_review(image, depth)


def test_what_was_painted_while_the_network_works_stays(project: Project, predictor: Predictor) -> None:
    scene = project.scenes[0]
    meanwhile = _Interrupted(predictor, lambda: _paint(project, scene, 5))
    report = prelabel_scenes(project, (scene,), cast(Predictor, meanwhile), 1, silent)
    assert (report.done, report.problems) == (1, ())
    stored = project.load_mask(scene)
    assert stored is not None
    assert (stored.labels[:, :30] == 5).all()
    assert (stored.origins[:, :30] == Origin.PAINTED).all()
    assert (stored.origins[:, 30:] == Origin.MODEL).all()


def test_a_scene_marked_as_done_while_the_network_works_is_left_alone(
    project: Project, predictor: Predictor
) -> None:
    scene = project.scenes[0]
    meanwhile = _Interrupted(predictor, lambda: _paint(project, scene, 5, rest=3, done=True))
    report = prelabel_scenes(project, (scene,), cast(Predictor, meanwhile), 1, silent)
    assert (report.done, report.problems) == (0, ())
    stored = project.load_mask(scene)
    assert stored is not None
    assert (stored.labels[:, 30:] == 3).all()


def test_a_mask_that_others_save_again_and_again_is_left_alone(
    project: Project, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = project.scenes[0]
    load = Project.load_mask

    def interrupted(self: Project, asked: Scene) -> StoredMask | None:
        stored = load(self, asked)
        _paint(project, scene, 5)
        return stored

    monkeypatch.setattr(Project, "load_mask", interrupted)
    report = prelabel_scenes(project, (scene,), predictor, 1, silent)
    assert report.done == 0
    assert "changed meanwhile" in report.problems[0]
    stored = load(project, scene)
    assert stored is not None
    assert (stored.labels[:, :30] == 5).all()
    assert (stored.labels[:, 30:] == 0).all()


def test_cancelling_keeps_the_scenes_that_are_done(project: Project, predictor: Predictor) -> None:
    def cancel(done: int, total: int, note: str) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        prelabel_scenes(project, project.scenes, predictor, 1, cancel)
    states = [project.state(scene) for scene in project.scenes]
    at_once = predictor.at_once
    assert states == [SceneState.PREDICTED] * at_once + [SceneState.NONE] * (3 - at_once)


def test_a_scene_that_is_done_is_left_alone(project: Project, predictor: Predictor) -> None:
    """Its void pixels are what a person meant, even where their origin is none."""
    scene = project.scenes[0]
    labels = np.full((64, 96), VOID, np.uint8)
    project.save_mask(scene, labels, np.full((64, 96), Origin.NONE, np.uint8), Provenance(done=True))
    before = project.mask_path(scene).read_bytes()
    report = prelabel_scenes(project, [scene], predictor, 1, silent)
    assert (report.done, report.problems) == (0, ())
    assert project.mask_path(scene).read_bytes() == before


def test_a_mask_that_a_data_set_gives_as_bmp_is_left_alone(tmp_path: Path, predictor: Predictor) -> None:
    for folder in ("train", "trainannot"):
        (tmp_path / folder).mkdir()
    Image.new("RGB", (96, 64)).save(tmp_path / "train" / "a.png")
    Image.new("L", (96, 64), 11).save(tmp_path / "trainannot" / "a.bmp")  # void everywhere
    project = Project.open(tmp_path)
    report = prelabel_scenes(project, project.scenes, predictor, 1, silent)
    assert (report.done, report.problems) == (0, ())
    assert not project.labels_folder.exists()


def test_a_full_disk_stops_the_work_at_once(
    project: Project, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    started: list[int] = []
    with pytest.raises(WriteError, match="disk is full"):
        prelabel_scenes(project, 9 * project.scenes, predictor, 1, lambda done, *_: started.append(done))
    assert max(started) <= 3  # those that are between the steps


def test_a_model_without_a_common_class_is_refused(tmp_path: Path, predictor: Predictor) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")
    palette = {"version": 1, "palette": {"name": "x", "classes": [{"name": "Moss", "color": [0, 90, 0]}]}}
    (tmp_path / ".unetpp").mkdir()
    (tmp_path / ".unetpp" / "project.json").write_text(json.dumps(palette))
    project = Project.open(tmp_path)
    with pytest.raises(UserError, match="knows none of the classes"):
        prelabel_scenes(project, project.scenes, predictor, 1, silent)
    assert not project.mask_path(project.scenes[0]).exists()


def test_prelabelling_a_folder_with_a_model_that_is_none(project: Project) -> None:
    with pytest.raises(UserError, match="no model missing"):
        prelabel_folder(project.folder, None, "missing", 4, "cpu", silent)


def test_only_human_pixels_are_learnt_from(project: Project, tiny_model: ModelEntry) -> None:
    """Whatever the model said about unchecked pixels, the trained weights are the same to the bit."""
    weights = []
    for rest in (0, 9):
        _paint(project, project.scenes[0], 7, rest)
        result = finetune(project, tiny_model, FinetuneOptions(steps=2), silent, lambda _: None, "cpu")
        weights.append(result.candidate.weights.read_bytes())
    assert weights[0] == weights[1]
    _paint(project, project.scenes[0], 6)
    result = finetune(project, tiny_model, FinetuneOptions(steps=2), silent, lambda _: None, "cpu")
    assert result.candidate.weights.read_bytes() != weights[0]


def test_fine_tuning_reports_steps_and_leaves_a_candidate(project: Project, tiny_model: ModelEntry) -> None:
    _paint(project, project.scenes[0], 7)
    steps = []
    result = finetune(project, tiny_model, FinetuneOptions(steps=12), silent, steps.append, "cpu")
    assert [report.step for report in steps] == list(range(1, 13))
    assert any(report.miou is not None for report in steps)
    assert result.after.pixel_accuracy >= result.before.pixel_accuracy
    assert result.candidate.card.parent == "tiny"
    models = project.own_folder / "models"
    assert result.candidate.name in [entry.name for entry in list_models(models)[0]]
    set_aside(result.candidate)
    assert result.candidate.name not in [entry.name for entry in list_models(models)[0]]


def test_a_cancelled_fine_tuning_leaves_nothing(project: Project, tiny_model: ModelEntry) -> None:
    _paint(project, project.scenes[0], 7)

    def cancel(done: int, total: int, note: str) -> None:
        if note.startswith("learning"):
            raise Cancelled

    with pytest.raises(Cancelled):
        finetune(project, tiny_model, FinetuneOptions(steps=3), cancel, lambda _: None, "cpu")
    assert not (project.own_folder / "models").exists()


def test_without_corrections_there_is_nothing_to_learn(project: Project, tiny_model: ModelEntry) -> None:
    with pytest.raises(UserError, match="no corrected pixels"):
        finetune(project, tiny_model, FinetuneOptions(steps=1), silent, lambda _: None, "cpu")
    labels = np.full((64, 96), VOID, np.uint8)
    origins = np.full((64, 96), Origin.PAINTED, np.uint8)
    project.save_mask(project.scenes[0], labels, origins, Provenance())
    with pytest.raises(UserError, match="no corrected pixels"):
        finetune(project, tiny_model, FinetuneOptions(steps=1), silent, lambda _: None, "cpu")


def test_of_one_corrected_pixel_nothing_can_be_learnt_and_measured(
    project: Project, tiny_model: ModelEntry
) -> None:
    labels = np.full((64, 96), VOID, np.uint8)
    origins = np.full((64, 96), Origin.NONE, np.uint8)
    labels[3, 5], origins[3, 5] = 7, Origin.PAINTED
    project.save_mask(project.scenes[0], labels, origins, Provenance())
    with pytest.raises(UserError, match="Too few pixels are corrected"):
        finetune(project, tiny_model, FinetuneOptions(steps=1), silent, lambda _: None, "cpu")
    labels[3, 5:9], origins[3, 5:9] = 7, Origin.PAINTED
    project.save_mask(project.scenes[0], labels, origins, Provenance())
    result = finetune(project, tiny_model, FinetuneOptions(steps=1), silent, lambda _: None, "cpu")
    assert sum((result.after.pixels or {}).values()) == 1
