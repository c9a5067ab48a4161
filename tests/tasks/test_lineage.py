"""From which model each model came: every round starts from the root of its line, wherever that is."""

import shutil
from pathlib import Path

import pytest

from tests.tasks.rounds import RECIPE, correct, play, rectangles, toy_dataset, untrained
from unetpp_desktop.cli import labelling as cli
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.card import FinetuneRecord, write_card
from unetpp_desktop.nn.registry import ModelEntry, list_models, open_model
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.base_data import BaseData
from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune
from unetpp_desktop.tasks.lineage import accept, chain_of, root_of

SHORT = RECIPE.model_copy(update={"steps": 2, "checks": 1})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = rectangles(tmp_path / "rectangles")
    for seed in range(2):
        correct(project, seed)
    return project


@pytest.fixture
def base(tmp_path: Path) -> ModelEntry:
    return untrained(tmp_path / "toy")


def _listed(project: Project) -> list[ModelEntry]:
    return list_models(project.own_folder / "models")[0]


def _record(model: ModelEntry) -> FinetuneRecord:
    record = open_model(model.folder).card.finetuned
    assert record is not None
    return record


def test_every_round_starts_from_the_root_and_the_cards_hold_the_line(
    project: Project, base: ModelEntry
) -> None:
    root_weights = base.weights.read_bytes()
    first = play(project, base, SHORT).candidate
    card, record = open_model(first.folder).card, _record(first)
    assert card.parent == "toy"
    assert card.calibration["1"].error_rates == base.card.calibration["1"].error_rates
    assert card.calibration["1"].measured_with == "toy"
    assert record.learnt == ("0.png", "1.png")
    assert record.settings["steps_done"] == 2
    assert record.settings["rate"] == RECIPE.rate
    assert record.accepted is None
    assert accept(first).card.finetuned != record
    assert _record(first) != record
    models = [base, *_listed(project)]
    child = next(entry for entry in models if entry.name == first.name)
    assert chain_of(child, models) == (child, base)
    assert root_of(child, models) == base
    assert base.weights.read_bytes() == root_weights


def test_the_card_says_what_was_replayed_taken_and_held_out(
    project: Project, base: ModelEntry, tmp_path: Path
) -> None:
    plain = play(project, base, SHORT).candidate
    assert (_record(plain).base_data, _record(plain).from_chosen) == (None, False)
    data = BaseData(toy_dataset(tmp_path / "learnt-before", range(100, 106)))
    options = FinetuneOptions(recipe=SHORT, base_data=data, from_chosen=True, scale="0.5")
    record = _record(finetune(project, plain, options, silent, lambda _: None, "cpu").candidate)
    assert (record.base_data, record.from_chosen, record.scale) == ("learnt-before", True, "0.5")
    assert record.settings["share"] in RECIPE.shares
    assert record.held_out == ("0.png", "1.png")


def test_a_root_in_no_list_is_found_where_it_was(project: Project, base: ModelEntry) -> None:
    first = play(project, base, SHORT).candidate
    second = play(project, first, SHORT)
    assert second.candidate.card.parent == "toy"
    assert second.remarks == ()
    assert [entry.folder for entry in chain_of(second.candidate, _listed(project))][1:] == [base.folder]


def test_a_root_that_was_moved_among_the_models_is_known_by_its_weights(
    project: Project, base: ModelEntry
) -> None:
    first = play(project, base, SHORT).candidate
    moved = project.own_folder / "models" / "renamed"
    shutil.move(base.folder, moved)
    write_card(moved, base.card.model_copy(update={"name": "renamed"}))
    assert root_of(first, _listed(project)).folder == moved


def test_a_model_with_the_name_of_another_is_not_taken_for_it(project: Project, tmp_path: Path) -> None:
    """The shipped model is called light, too."""
    foreign = untrained(tmp_path / "foreign", "light")
    first = play(project, foreign, SHORT).candidate
    assert "light" in [entry.name for entry in _listed(project)]
    assert root_of(first, _listed(project)).folder == foreign.folder


def test_a_root_with_new_weights_takes_the_place_of_the_old_one(project: Project, base: ModelEntry) -> None:
    """As the shipped model of a new version of the app does."""
    shipped = project.own_folder / "models" / "toy"
    shutil.copytree(base.folder, shipped)
    first = play(project, open_model(shipped), SHORT).candidate
    shutil.copy(first.weights, shipped)
    assert root_of(first, _listed(project)).folder == shipped


def test_a_card_of_an_older_version_tells_the_name_of_its_parent(project: Project, base: ModelEntry) -> None:
    first = play(project, base, SHORT).candidate
    older = _record(first).model_dump(exclude={"parent_weights", "parent_folder", "from_chosen", "scale"})
    card = first.card.model_copy(update={"finetuned": FinetuneRecord.model_validate(older)})
    child = ModelEntry(first.folder, card)
    assert chain_of(child, [base, child]) == (child, base)
    assert chain_of(child, [child]) == (child,)


def test_a_training_says_that_its_root_is_gone(
    project: Project, base: ModelEntry, capsys: pytest.CaptureFixture[str]
) -> None:
    play(project, base, SHORT)
    shutil.rmtree(base.folder)
    child = _listed(project)[-1]
    assert root_of(child, _listed(project)) == child
    cli.finetune(project.folder, child.name, steps=1, device="cpu")
    assert "toy, the model that corrected-1 came from, is not to be found" in capsys.readouterr().err
    cli.finetune(project.folder, child.name, steps=1, device="cpu", go_on=True)
    assert "not to be found" not in capsys.readouterr().err
