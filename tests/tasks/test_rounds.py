"""Rounds of fine-tuning on a folder of light rectangles, with a real tiny network."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.nn.conftest import TWO_CLASSES, toy_scene
from tests.tasks.rounds import CORRECTED, RECIPE, SCENES, correct, play, rectangles, toy_dataset, untrained
from unetpp_desktop.cli import labelling as cli
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.palette import LabelClass, Palette
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.card import write_card
from unetpp_desktop.nn.checked_scenes import CheckedScenes
from unetpp_desktop.nn.finetuning import StepReport
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry, open_model
from unetpp_desktop.nn.weights import load_network, save_model
from unetpp_desktop.storage.bookkeeping import write_palette
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.agreement import contradicts
from unetpp_desktop.tasks.base_data import BaseData
from unetpp_desktop.tasks.correction_split import split_corrections
from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune
from unetpp_desktop.tasks.lineage import accept


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return rectangles(tmp_path / "rectangles")


@pytest.fixture
def base(tmp_path: Path) -> ModelEntry:
    return untrained(tmp_path / "toy")


def test_a_good_round_passes_and_a_poisoned_one_is_refused(project: Project, base: ModelEntry) -> None:
    for seed in range(CORRECTED):
        correct(project, seed)
    good = play(project, base)
    assert good.refused is None
    assert good.after.miou > max(0.8, good.before.miou)
    in_use = accept(good.candidate)
    weights = in_use.weights.read_bytes()
    held_out = good.candidate.card.finetuned.held_out if good.candidate.card.finetuned else ()
    learnt = [seed for seed in range(CORRECTED) if f"{seed}.png" not in held_out]
    for seed in learnt[: CORRECTED // 2]:
        correct(project, seed, 1 - toy_scene(seed)[1])
    options = FinetuneOptions(recipe=RECIPE, from_chosen=True)  # who has learnt nothing yet believes anything
    bad = finetune(project, in_use, options, silent, lambda _: None, "cpu")
    assert bad.refused is not None
    assert f"{CORRECTED // 2} corrected scenes contradict the others" in bad.refused
    odd = {entry.scene for entry in bad.agreements if contradicts(entry)}
    assert odd == {f"{seed}.png" for seed in learnt[: CORRECTED // 2]}
    assert bad.candidate.card.finetuned is not None
    assert bad.candidate.card.finetuned.refused == bad.refused
    assert bad.candidate.card.finetuned.agreements == bad.agreements
    assert bad.candidate.card.finetuned.compared_with == in_use.name
    assert in_use.weights.read_bytes() == weights


def _with_moss(folder: Path) -> Project:
    """Corrected scenes of three classes, one of which the toy model does not know, in another order."""
    folder.mkdir()
    moss = LabelClass(name="moss", color=(0, 90, 0))
    palette = Palette(name="three", classes=(TWO_CLASSES.classes[1], moss, TWO_CLASSES.classes[0]))
    for seed in range(CORRECTED):
        image = toy_scene(seed)[0]
        image[:8] = (0, 90, 0)
        Image.fromarray(image).save(folder / f"{seed}.png")
    write_palette(folder / ".unetpp", palette)
    project = Project.open(folder)
    for seed in range(CORRECTED):
        labels = np.where(toy_scene(seed)[1] == 1, 0, 2).astype(np.uint8)
        labels[:8] = 1
        correct(project, seed, labels)
    return project


def test_a_class_that_the_model_does_not_know_is_learnt(tmp_path: Path, base: ModelEntry) -> None:
    project = _with_moss(tmp_path / "with-moss")
    result = play(project, base)
    assert result.refused is None
    assert len(result.agreements) == len(result.candidate.card.finetuned.learnt)  # type: ignore[union-attr]
    assert result.candidate.card.palette.names == project.palette.names
    assert result.candidate.card.network.classes == 3
    assert result.after.iou["moss"] is not None
    assert result.after.iou["moss"] > 0.5


def test_a_new_class_is_there_although_training_moves_nothing(tmp_path: Path, base: ModelEntry) -> None:
    project = _with_moss(tmp_path / "with-moss")
    result = play(project, base, RECIPE.model_copy(update={"steps": 1, "checks": 1, "rate": 1e-9}))
    before, after = result.before.iou["moss"], result.after.iou["moss"]
    assert before is not None
    assert after is not None
    assert after > max(0.3, before + 0.2)
    old, new = load_network(base).state_dict(), load_network(result.candidate).state_dict()
    for here, there in ((0, 1), (2, 0)):  # light and dark keep what says so
        assert torch.allclose(new["heads.1.weight"][here], old["heads.1.weight"][there], atol=1e-4)


def test_the_command_line_compares_class_by_class(
    project: Project, base: ModelEntry, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(project, 0)
    cli.finetune(project.folder, str(base.folder), steps=1, device="cpu")
    told = capsys.readouterr().out
    assert "IoU in %" in told
    assert "dark" in told
    assert "before" in told
    assert "corrected-1" in told


def test_of_what_was_learnt_no_more_is_taken_than_the_base_can_forget(
    project: Project, base: ModelEntry
) -> None:
    """The reference is what the base says itself, so that whatever it learns is a loss there."""
    for seed in range(CORRECTED):
        correct(project, seed)
    predictor = open_predictor(base, "cpu")

    def load(index: int) -> LabelledScene:
        image = toy_scene(index)[0]
        return image, predictor.predict(image, 1).labels

    reference = CheckedScenes(TrainingScenes(3, load), "3 scenes that the base labelled")
    options = FinetuneOptions(recipe=RECIPE, reference=reference)
    careful = finetune(project, base, options, silent, lambda _: None, "cpu")
    bold = play(project, base)
    shares = []
    for result in (careful, bold):
        assert result.candidate.card.finetuned is not None
        shares.append(result.candidate.card.finetuned.settings["share"])
    assert shares == [0.2, 1.0]
    assert careful.reference_before is not None
    assert careful.reference_before.miou > 0.99


def test_without_a_reference_as_much_is_taken_as_the_corrections_held_out_bear(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    """All that is learnt is darkness; the scene that is held out is as it is."""
    for seed in range(CORRECTED):
        correct(project, seed)
    for scene in split_corrections(project.scenes[:CORRECTED]).learnt:
        correct(project, int(scene.name.removesuffix(".png")), np.zeros_like(toy_scene(0)[1]))
    taught = _taught(tmp_path, base)
    record = play(project, taught).candidate.card.finetuned
    assert record is not None
    assert record.reference_after is None
    assert record.settings["share"] == 0.2


def test_damaged_images_that_nobody_corrected_end_no_training(project: Project, base: ModelEntry) -> None:
    for seed in range(CORRECTED):
        correct(project, seed)
    for scene in project.scenes[CORRECTED:]:
        scene.image_path.write_bytes(scene.image_path.read_bytes()[:45])  # the header is whole
    assert play(project, base, RECIPE.model_copy(update={"steps": 2})).scenes_used == CORRECTED - 1


def test_a_training_can_be_stopped_while_it_counts(project: Project, base: ModelEntry) -> None:
    for seed in range(CORRECTED):
        correct(project, seed)
    seen: list[str] = []

    def stop(_done: int, _total: int, note: str) -> None:
        if note.startswith("counting the classes"):
            seen.append(note)
            raise Cancelled

    with pytest.raises(Cancelled):
        finetune(project, base, FinetuneOptions(recipe=RECIPE), stop, lambda _: None, "cpu")
    assert seen == [f"counting the classes of scene 1 of {CORRECTED - 1}"]


def test_base_data_is_replayed_and_measured(
    project: Project, base: ModelEntry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one corrected scene is all dark, which only teaches darkness; the base data knows what is light."""
    correct(project, 0, np.zeros_like(toy_scene(0)[1]))
    data = toy_dataset(tmp_path / "learnt-before", range(100, 112))
    cli.finetune(project.folder, str(base.folder), steps=1, device="cpu", base_data=data)
    assert "1 scene of learnt-before" in capsys.readouterr().out
    options = FinetuneOptions(recipe=RECIPE, base_data=BaseData(data))
    kept = finetune(project, base, options, silent, lambda _: None, "cpu")
    alone = play(project, base)
    light = []
    for result in (kept, alone):
        labels = open_predictor(result.candidate, "cpu").predict(toy_scene(200)[0], 1).labels
        light.append(float((labels == 1).mean()))
    assert light[1] < 0.1 < light[0]
    assert kept.reference_after is not None
    assert kept.reference_after.data == "1 scene of learnt-before"


def test_what_was_split_off_a_class_of_the_base_data_is_not_measured_as_forgotten(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    for seed in range(CORRECTED):
        correct(project, seed)
    root = _as_root(play(project, base).candidate, tmp_path / "root")
    project = _with_lamps(project)
    data = BaseData(toy_dataset(tmp_path / "learnt-before", range(100, 116)))
    options = FinetuneOptions(recipe=RECIPE, base_data=data)
    result = finetune(project, root, options, silent, lambda _: None, "cpu")
    assert result.reference_before is not None
    assert result.reference_after is not None
    assert result.after.iou["lamp"] is not None
    assert result.after.iou["lamp"] > 0.5
    assert result.reference_before.miou > 0.7
    assert result.reference_after.miou > result.reference_before.miou - 0.1
    assert result.refused is None


def test_a_class_that_the_base_data_do_not_tell_apart_is_not_unlearnt(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    root = _as_root(play(_with_lamps(project), base).candidate, tmp_path / "root")
    for seed in range(CORRECTED):
        (project.labels_folder / f"{seed}.png").unlink()
    project = Project.open(project.folder)
    correct(project, 0, np.zeros_like(toy_scene(0)[1]))
    data = BaseData(toy_dataset(tmp_path / "learnt-before", range(100, 112)))
    options = FinetuneOptions(recipe=RECIPE.model_copy(update={"shares": (1.0,)}), base_data=data)
    result = finetune(project, root, options, silent, lambda _: None, "cpu")
    before, after = (
        np.count_nonzero(open_predictor(model, "cpu").predict(toy_scene(200)[0], 1).labels == 2)
        for model in (root, result.candidate)
    )
    assert before > 100
    assert after > 0.9 * before


def _as_root(model: ModelEntry, folder: Path) -> ModelEntry:
    """A copy that was not fine-tuned here."""
    card = model.card.model_copy(update={"name": folder.name, "finetuned": None, "parent": None})
    return save_model(folder, card, load_network(model).state_dict())


def _with_lamps(project: Project) -> Project:
    """With a third class: what is light in the corrected scenes is a lamp."""
    lamp = LabelClass(name="lamp", color=(250, 240, 0))
    write_palette(project.own_folder, Palette(name="three", classes=(*TWO_CLASSES.classes, lamp)))
    project = Project.open(project.folder)
    for seed in range(CORRECTED):
        correct(project, seed, np.where(toy_scene(seed)[1] == 1, 2, 0).astype(np.uint8))
    return project


def test_a_damaged_mask_of_the_base_data_is_told_with_the_result(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    correct(project, 0)
    data = toy_dataset(tmp_path / "learnt-before", range(100, 106))
    (data / "trainannot" / "103.png").write_bytes(b"no picture")
    options = FinetuneOptions(recipe=RECIPE.model_copy(update={"steps": 1}), base_data=BaseData(data))
    result = finetune(project, base, options, silent, lambda _: None, "cpu")
    assert result.problems == ()
    assert ["103.png" in sentence for sentence in result.remarks] == [True]


def test_corrected_scenes_that_lie_in_the_base_data_are_not_replayed(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    correct(project, 0)
    data = BaseData(toy_dataset(tmp_path / "learnt-before", range(SCENES)))  # the images of the project
    options = FinetuneOptions(recipe=RECIPE, base_data=data)
    with pytest.raises(UserError, match="learnt-before are those that are corrected, too"):
        finetune(project, base, options, silent, lambda _: None, "cpu")


def test_base_data_that_are_gone_are_said_before_anything_is_learnt(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    correct(project, 0)
    steps: list[StepReport] = []
    options = FinetuneOptions(recipe=RECIPE, base_data=BaseData(tmp_path / "gone"))
    with pytest.raises(UserError, match="gone is not a folder"):
        finetune(project, base, options, silent, steps.append, "cpu")
    assert steps == []
    with pytest.raises(UserError, match="--base-split says which part"):
        cli.finetune(project.folder, str(base.folder), base_split="train")


def test_how_much_base_data_may_be_forgotten_is_a_setting_of_its_own(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    """Where all is corrected to darkness, and that weighs most, more of it means more that is forgotten."""
    for seed in range(CORRECTED):
        correct(project, seed, np.zeros_like(toy_scene(seed)[1]))
    taught = _taught(tmp_path, base)
    data = BaseData(toy_dataset(tmp_path / "learnt-before", range(100, 112)))
    shares = []
    for allowed in (0.0, 1.0):
        recipe = RECIPE.model_copy(update={"kept_share": 0.1, "learnt_loss": allowed, "known_loss": 1.0})
        options = FinetuneOptions(recipe=recipe, base_data=data)
        record = finetune(project, taught, options, silent, lambda _: None, "cpu").candidate.card.finetuned
        assert record is not None
        shares.append(record.settings["share"])
    assert shares[0] < shares[1]


def _taught(tmp_path: Path, base: ModelEntry) -> ModelEntry:
    """A root that knows rectangles: ``base``, after a training on scenes that are corrected as they are."""
    folder = tmp_path / "school"
    folder.mkdir()
    for seed in range(20, 20 + CORRECTED):
        Image.fromarray(toy_scene(seed)[0]).save(folder / f"{seed}.png")
    write_palette(folder / ".unetpp", TWO_CLASSES)
    school = Project.open(folder)
    for seed in range(20, 20 + CORRECTED):
        correct(school, seed)
    taught = play(school, base).candidate
    write_card(taught.folder, taught.card.model_copy(update={"finetuned": None}))
    return open_model(taught.folder)


def test_scenes_are_learnt_and_measured_at_the_scale_of_prediction(tmp_path: Path, base: ModelEntry) -> None:
    """In a photo four times as large as what the model was trained on, things look as they did there."""
    card = base.card.model_copy(update={"scene_pixels": math.prod(toy_scene(0)[1].shape)})
    model = save_model(tmp_path / "photos", card, load_network(base).state_dict())
    folder = tmp_path / "large"
    folder.mkdir()
    for seed in range(CORRECTED):
        Image.fromarray(toy_scene(seed)[0].repeat(4, 0).repeat(4, 1)).save(folder / f"{seed}.png")
    write_palette(folder / ".unetpp", TWO_CLASSES)
    project = Project.open(folder)
    for seed in range(CORRECTED):
        correct(project, seed, toy_scene(seed)[1].repeat(4, 0).repeat(4, 1))
    result = play(project, model)
    record = result.candidate.card.finetuned
    assert record is not None
    held_out = record.held_out[0]
    seed = int(held_out.removesuffix(".png"))
    labels = open_predictor(result.candidate, "cpu", looks=1).predict(toy_scene(seed)[0], 1).labels
    accuracy = float((labels == toy_scene(seed)[1]).mean())
    assert result.after.pixel_accuracy == pytest.approx(accuracy, abs=0.002)
    assert accuracy > 0.9
