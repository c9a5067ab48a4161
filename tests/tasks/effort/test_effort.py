"""The modes compared, through the verb of the command line."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from unetpp_desktop.cli.main import app
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.camvid import open_dataset
from unetpp_desktop.storage.street import write_samples
from unetpp_desktop.tasks.effort.curves import Curve
from unetpp_desktop.tasks.effort.report import effort_table
from unetpp_desktop.tasks.effort.run import EffortOptions, measure_effort


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "streets"
    write_samples(folder, 2, 0, silent, 64, 64)
    return folder


def _options(model: ModelEntry, **changes: object) -> EffortOptions:
    return EffortOptions(model=str(model.folder), device="cpu", **changes)  # type: ignore[arg-type]


def test_the_report_has_a_curve_and_two_times_for_each_mode(
    data: Path, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    table, plot = tmp_path / "curves.csv", tmp_path / "curves.png"
    words = ["effort", str(data), "--model", str(tiny_model.folder), "--scenes", "1", "--device", "cpu"]
    words += [
        "--modes",
        "from-nothing,pre-label,pre-label+queue",
        "--json",
        "--csv",
        str(table),
        "--plot",
        str(plot),
    ]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert list(report) == ["modes"]
    assert list(report["modes"]) == ["from-nothing", "pre-label", "pre-label+queue"]
    for mode in report["modes"].values():
        assert set(mode) == {
            "seconds",
            "miou",
            "pixel_accuracy",
            "seconds_to_95_accuracy",
            "seconds_to_98_accuracy",
        }
        assert len(mode["seconds"]) == len(mode["miou"]) == len(mode["pixel_accuracy"]) > 10
        assert mode["seconds"][0] == 0
        assert mode["seconds"] == sorted(mode["seconds"])
        assert mode["pixel_accuracy"][-1] > 0.9
        assert mode["seconds_to_98_accuracy"] is None  # so small a scene is mostly borders
    nothing = report["modes"]["from-nothing"]
    assert (nothing["miou"][0], nothing["pixel_accuracy"][0]) == (0, 0)
    assert report["modes"]["pre-label"]["pixel_accuracy"][0] > 0
    with table.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["mode"] for row in rows} == set(report["modes"])
    assert len(rows) == sum(len(mode["seconds"]) for mode in report["modes"].values())
    with Image.open(plot) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 5
    assert plot.stat().st_size < 100_000


def test_the_table_says_where_the_seconds_go(data: Path, tiny_model: ModelEntry) -> None:
    outcomes = measure_effort(data, _options(tiny_model, scenes=1, modes=("pre-label",)), silent, print)
    (outcome,) = outcomes.values()
    title, figures, empty, used = effort_table(outcomes).splitlines()
    assert "to 95 %" in title
    assert figures.startswith("pre-label ")
    assert f"{outcome.seconds:.0f} s" in figures
    assert empty == ""
    assert "looking " in used
    assert all(f"{name} {seconds:.0f} s" in used for name, seconds in outcome.tally.seconds.items())


def test_the_same_seed_gives_the_same_seconds_and_another_one_others(
    data: Path, tiny_model: ModelEntry
) -> None:
    modes = ("from-nothing", "pre-label+queue")
    once, again, other = (
        measure_effort(data, _options(tiny_model, scenes=1, seed=seed, modes=modes), silent, print)
        for seed in (4, 4, 5)
    )
    for name, outcome in once.items():
        assert outcome.curve == again[name].curve
        assert outcome.curve != other[name].curve


@pytest.mark.slow
def test_what_was_corrected_is_learnt_and_all_scenes_are_predicted_anew(
    data: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.tasks.finetune._STEPS_ON_CPU", 2)
    monkeypatch.setattr("unetpp_desktop.tasks.effort.retraining.reason_not_to_use", lambda result: None)
    monkeypatch.setattr("unetpp_desktop.tasks.effort.queue._LEAST_EXPECTED", 1)
    monkeypatch.setattr("unetpp_desktop.tasks.effort.queue._WORTH", 0.1)  # something is corrected at once
    notes = []
    names = ("pre-label+queue", "pre-label+queue+retraining")
    outcomes = measure_effort(
        data,
        _options(tiny_model, modes=names, retrain_every=1),
        lambda done, total, note: notes.append(note),
        print,
    )
    alone, learnt = (outcomes[name] for name in names)
    assert alone.tally.regions > 0
    assert alone.curve.pixel_accuracy[0] == learnt.curve.pixel_accuracy[0]
    assert any(note.startswith(f"{names[1]}: learning: ") for note in notes)
    first, second = (pair.image.name for pair in sorted(open_dataset(data).splits["train"], key=str))
    predicted = [note for note in notes if note.startswith(f"{names[1]}: predicting")]
    both = [f"{names[1]}: predicting {name}" for name in (first, second)]
    assert predicted == both * 3  # at first, when one scene was begun, and when the other was


def test_a_model_that_the_gate_refuses_predicts_nothing(
    data: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.tasks.finetune._STEPS_ON_CPU", 2)
    monkeypatch.setattr("unetpp_desktop.tasks.effort.retraining.reason_not_to_use", lambda result: "worse")
    monkeypatch.setattr("unetpp_desktop.tasks.effort.queue._LEAST_EXPECTED", 1)
    monkeypatch.setattr("unetpp_desktop.tasks.effort.queue._WORTH", 0.1)  # something is corrected at once
    notes = []
    mode = "pre-label+queue+retraining"
    options = _options(tiny_model, modes=(mode,), retrain_every=1)
    measure_effort(data, options, lambda done, total, note: notes.append(note), print)
    assert any(note.startswith(f"{mode}: learning: ") for note in notes)
    assert sum(note.startswith(f"{mode}: predicting") for note in notes) == 2


def test_a_wish_that_cannot_be_met_is_told(data: Path, tiny_model: ModelEntry) -> None:
    with pytest.raises(UserError, match="no mode sleep"):
        measure_effort(data, _options(tiny_model, modes=("sleep",)), silent, print)
    with pytest.raises(UserError, match="no depth 5"):
        measure_effort(data, _options(tiny_model, depth=5), silent, print)
    with pytest.raises(UserError, match="no split val"):
        measure_effort(data, _options(tiny_model, split="val"), silent, print)


def test_it_can_be_stopped(data: Path, tiny_model: ModelEntry) -> None:
    notes = []

    def stop(done: int, total: int, note: str) -> None:
        assert done <= total
        notes.append(note)
        if note.startswith("pre-label+queue: ") and note.endswith(" s"):
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_effort(data, _options(tiny_model, scenes=1), stop, print)
    assert any(note.startswith("from-nothing: ") for note in notes)


def test_a_time_is_none_where_it_is_never_reached_and_0_where_it_is_met_at_once() -> None:
    curve = Curve((0.0, 2.0, 5.0), (0.1, 0.2, 0.3), (0.96, 0.97, 0.975))
    assert curve.seconds_to(curve.pixel_accuracy, 0.95) == 0
    assert curve.seconds_to(curve.pixel_accuracy, 0.97) == 2
    assert curve.seconds_to(curve.pixel_accuracy, 0.98) is None


def test_a_long_curve_keeps_its_ends() -> None:
    numbers = tuple(map(float, range(2500)))
    short = Curve(numbers, numbers, numbers).thinned()
    assert len(short.seconds) == 1000
    assert (short.seconds[0], short.miou[-1]) == (0, 2499)
