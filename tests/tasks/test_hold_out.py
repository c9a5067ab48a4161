"""Parts of a training split that a recipe is chosen on."""

from pathlib import Path

import pytest

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.camvid import Pair
from unetpp_desktop.storage.street import write_samples
from unetpp_desktop.tasks.evaluate import evaluate_on
from unetpp_desktop.tasks.hold_out import drive_of, part_of


def _pairs(**counts: int) -> tuple[Pair, ...]:
    names = [f"{drive}_{frame:05d}.png" for drive, count in counts.items() for frame in range(count)]
    return tuple(Pair(Path("train") / name, Path("trainannot") / name) for name in names)


def _names(pairs: tuple[Pair, ...] | None) -> list[str]:
    assert pairs is not None
    return [pair.image.stem for pair in pairs]


def test_the_end_of_each_drive_is_held_out_and_a_gap_lies_before_it() -> None:
    pairs = _pairs(a=10, b=20)
    fit, held = part_of(pairs, "fit"), part_of(pairs, "hold-out")
    assert _names(held) == ["a_00008", "a_00009", "b_00016", "b_00017", "b_00018", "b_00019"]
    assert _names(fit) == [f"a_{frame:05d}" for frame in range(5)] + [f"b_{frame:05d}" for frame in range(13)]


def test_a_drive_as_a_whole() -> None:
    pairs = _pairs(a=3, b=4)
    without, only = part_of(pairs, "without-b"), part_of(pairs, "only-b")
    assert without is not None
    assert only is not None
    assert {drive_of(pair) for pair in without} == {"a"}
    assert {drive_of(pair) for pair in only} == {"b"}
    assert len(without) + len(only) == len(pairs)


@pytest.mark.parametrize("name", ["without-c", "only-", "val", "holdout"])
def test_other_names_stand_for_no_part(name: str) -> None:
    assert part_of(_pairs(a=3), name) is None


def test_evaluate_takes_a_part_of_train(tmp_path: Path, tiny_model: ModelEntry) -> None:
    folder = tmp_path / "streets"
    write_samples(folder, 5, 0, silent, 64, 96)
    drive = sorted((folder / "train").iterdir())[0].stem.split("_")[0]
    report = evaluate_on(folder, str(tiny_model.folder), "1", f"only-{drive}", "cpu", silent, print)
    assert report.data == f"streets only-{drive}"
    row = report.depths["1"]
    assert row.boundary_accuracy is not None
    assert 0 <= row.boundary_accuracy <= 1
    assert 0 <= row.calibration_error <= 1
    with pytest.raises(UserError, match="no split without-nothing"):
        evaluate_on(folder, str(tiny_model.folder), "1", "without-nothing", "cpu", silent, print)
