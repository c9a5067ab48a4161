"""What is measured stays as it was when the training began, whatever people correct meanwhile."""

from pathlib import Path

import numpy as np
import pytest

from tests.nn.conftest import toy_scene
from tests.tasks.rounds import CORRECTED, RECIPE, correct, rectangles, untrained
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.finetuning import StepReport
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.corrected_scenes import learnt_and_held_out
from unetpp_desktop.tasks.correction_split import split_corrections
from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return rectangles(tmp_path / "rectangles")


def test_before_and_after_are_compared_on_the_same_truths(project: Project, tmp_path: Path) -> None:
    """While the model learns, somebody paints the scene that is held out the wrong way round."""
    for seed in range(CORRECTED):
        correct(project, seed)
    held_out = split_corrections(project.scenes[:CORRECTED]).held_out

    def go_on_correcting(report: StepReport) -> None:
        if report.step == 1:
            for scene in held_out:
                seed = int(scene.name.removesuffix(".png"))
                correct(project, seed, 1 - toy_scene(seed)[1])

    options = FinetuneOptions(recipe=RECIPE)
    result = finetune(project, untrained(tmp_path / "toy"), options, silent, go_on_correcting, "cpu")
    assert result.refused is None
    assert result.after.miou > 0.8
    assert result.before.pixels == result.after.pixels


def _paint_columns(project: Project, seed: int, columns: slice) -> None:
    truth = toy_scene(seed)[1]
    origins = np.full(truth.shape, Origin.NONE, np.uint8)
    origins[:, columns] = Origin.PAINTED
    project.save_mask(project.scene(f"{seed}.png"), truth, origins, Provenance())


def test_a_band_stays_where_it_is_and_what_is_painted_beside_it_is_learnt(project: Project) -> None:
    for seed in range(3):
        _paint_columns(project, seed, slice(0, 20))
    split = split_corrections(project.scenes[:3])
    learnt, held_out = learnt_and_held_out(project, split, None, silent, lambda *_: None)
    assert split.bands
    before = [held_out.load(index)[1] for index in range(3)]
    for seed in range(3):
        _paint_columns(project, seed, slice(0, 56))
    for index in range(3):
        measured = held_out.load(index)[1]
        assert np.array_equal(measured, before[index])
        assert (measured != VOID).any()
        classes = learnt.load(index)[1][0]
        assert ((classes != VOID) == (measured == VOID)).all()
