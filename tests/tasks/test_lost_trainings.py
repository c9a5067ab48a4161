"""A training takes minutes: what can end it without a model is found out before, or goes by without harm."""

import errno
import os
from pathlib import Path

import pytest

from tests.tasks.rounds import CORRECTED, RECIPE, correct, play, rectangles, untrained
from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.finetuning import StepReport
from unetpp_desktop.nn.registry import ModelEntry, list_models
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.correction_split import split_corrections
from unetpp_desktop.tasks.finetune import FinetuneOptions, FinetuneResult, finetune

SHORT = RECIPE.model_copy(update={"steps": 3, "checks": 1})


@pytest.fixture
def base(tmp_path: Path) -> ModelEntry:
    return untrained(tmp_path / "toy")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = rectangles(tmp_path / "rectangles")
    for seed in range(CORRECTED):
        correct(project, seed)
    return project


class _Steps(list[StepReport]):
    """The steps of a training; at the first one ``then`` is done."""

    def __init__(self, then: object = None) -> None:
        super().__init__()
        self._then = then

    def __call__(self, report: StepReport) -> None:
        self.append(report)
        if report.step == 1 and callable(self._then):
            self._then()


def _train(project: Project, base: ModelEntry, steps: _Steps) -> FinetuneResult:
    return finetune(project, base, FinetuneOptions(recipe=SHORT), silent, steps, "cpu")


def _fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


def test_without_room_for_the_model_nothing_is_learnt(
    project: Project, base: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill_the_disk(monkeypatch)
    steps = _Steps()
    with pytest.raises(UserError, match=r"corrected-1 has no room for the new model, .* the disk is full"):
        _train(project, base, steps)
    assert steps == []
    assert not (project.own_folder / "models").exists()


def test_where_no_model_can_lie_nothing_is_learnt(project: Project, base: ModelEntry) -> None:
    (project.own_folder / "models").write_text("a file, and no folder")
    steps = _Steps()
    with pytest.raises(UserError, match=r"could not be saved in .* Make the folder writable"):
        _train(project, base, steps)
    assert steps == []


def test_a_training_that_cannot_be_saved_says_that_it_is_lost(
    project: Project, base: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WriteError) as raised:
        _train(project, base, _Steps(lambda: _fill_the_disk(monkeypatch)))
    assert "This training is lost" in str(raised.value)
    assert "the disk is full" in str(raised.value)
    assert "nothing was lost" not in str(raised.value)
    assert not (project.own_folder / "models").exists()


def test_two_trainings_in_one_folder_make_two_models(project: Project, base: ModelEntry) -> None:
    second: list[FinetuneResult] = []
    first = _train(project, base, _Steps(lambda: second.append(play(project, base, SHORT))))
    assert [first.candidate.name, second[0].candidate.name] == ["corrected-1", "corrected-2"]
    names = [entry.name for entry in list_models(project.own_folder / "models")[0]]
    assert names[-2:] == ["corrected-1", "corrected-2"]


def test_a_training_under_way_is_no_broken_model(project: Project, base: ModelEntry) -> None:
    problems: list[str] = []

    def look() -> None:
        assert (project.own_folder / "models" / "corrected-1").is_dir()
        problems.extend(list_models(project.own_folder / "models")[1])

    _train(project, base, _Steps(look))
    assert problems == []


def test_what_a_crash_left_is_passed_over(project: Project, base: ModelEntry) -> None:
    left = project.own_folder / "models" / "corrected-1"
    left.mkdir(parents=True)
    (left / "weights.safetensors").write_bytes(b"half")
    result = _train(project, base, _Steps())
    assert result.candidate.name == "corrected-2"
    assert (left / "weights.safetensors").read_bytes() == b"half"


@pytest.mark.parametrize("what", ["learnt", "held_out"])
def test_an_image_that_goes_away_ends_no_training(project: Project, base: ModelEntry, what: str) -> None:
    scene = getattr(split_corrections(project.scenes[:CORRECTED]), what)[0]
    result = _train(
        project, base, _Steps(lambda: scene.image_path.rename(scene.image_path.with_suffix(".x")))
    )
    assert result.before.pixels == result.after.pixels
    told = [f"{scene.image_path} does not exist. It may have been moved: open the folder again."]
    assert list(result.problems) == (told if what == "learnt" else [])
    assert scene.name not in [entry.scene for entry in result.agreements] or what == "held_out"


def test_where_no_corrected_image_can_be_read_the_first_is_named(project: Project, base: ModelEntry) -> None:
    for seed in range(CORRECTED):
        project.scene(f"{seed}.png").image_path.write_bytes(b"no image")
    with pytest.raises(UserError, match=r"0\.png cannot be read as an image"):
        _train(project, base, _Steps())
