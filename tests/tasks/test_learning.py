"""Training and measuring on data sets with true masks, through the command line's own verbs."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import LabelClass, Palette
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.card import ErrorCalibration
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry, open_model
from unetpp_desktop.nn.weights import load_network
from unetpp_desktop.storage.class_tables import write_class_file
from unetpp_desktop.storage.street import write_samples
from unetpp_desktop.tasks.calibrate import CalibrationReport, calibrate_on, calibration_table
from unetpp_desktop.tasks.error_pictures import draw_worst_scenes
from unetpp_desktop.tasks.evaluate import evaluate_on, report_table
from unetpp_desktop.tasks.train import TrainOptions, train_on


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "streets"
    write_samples(folder, 8, 0, silent, 64, 96)
    return folder


def _told(problems: list[str]) -> str:
    return "\n".join(problems)


def test_evaluate_measures_every_depth(data: Path, tiny_model: ModelEntry) -> None:
    problems: list[str] = []
    report = evaluate_on(data, str(tiny_model.folder), "all", None, "cpu", silent, problems.append)
    assert problems == []
    assert report.scenes == 8
    assert list(report.depths) == ["1", "2", "3", "4"]
    for row in report.depths.values():
        assert 0 <= row.miou <= 1
        assert 0 <= row.pixel_accuracy <= 1
        assert row.ms_per_image > 0
        assert list(row.iou) == report.classes
    table = report_table(report)
    assert "Bicyclist" in table
    assert "mIoU" in table


def test_evaluate_says_what_is_mixed_up_and_draws_the_worst_scenes(
    tiny_model: ModelEntry, tmp_path: Path
) -> None:
    data = tmp_path / "twins"
    for town, seed in (("first", 0), ("second", 4)):  # with images of the same names
        write_samples(tmp_path / town, 4, seed, silent, 64, 96)
        for part in ("train", "trainannot"):
            shutil.copytree(tmp_path / town / part, data / part / town)
    report = evaluate_on(data, str(tiny_model.folder), "2", None, "cpu", silent, print)
    accuracies = [scene.pixel_accuracy for scene in report.worst_scenes]
    assert len(accuracies) == 8
    assert accuracies == sorted(accuracies)
    for name, row in report.confusions.items():
        assert row.taken_for != name
        assert row.found + row.taken <= 1
    predictor = open_predictor(tiny_model, "cpu")
    pictures = draw_worst_scenes(data, None, report, predictor, tmp_path / "worst", silent)
    assert len(pictures) == 8
    for path, scene in zip(pictures, report.worst_scenes, strict=True):
        assert Path(scene.name).stem in path.name
        errors = np.array(Image.open(path))[-64:, -96:].astype(int)  # the last of the four panels
        red = (errors[..., 0] - errors[..., 1] > 60).mean()
        truth = np.array(Image.open(data / scene.name.replace("train/", "trainannot/")))
        assert red == pytest.approx((1 - scene.pixel_accuracy) * (truth < 11).mean(), abs=0.02)


def test_the_card_keeps_the_figures_of_depths_that_were_not_measured_again(
    data: Path, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    folder = str(shutil.copytree(tiny_model.folder, tmp_path / "tiny"))
    for depth in ("2", "1"):
        evaluate_on(data, folder, depth, None, "cpu", silent, print).write_into_card(folder)
    assert sorted(open_model(Path(folder)).card.metrics) == ["1", "2"]


def test_evaluate_names_what_is_wrong(data: Path, tiny_model: ModelEntry, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no depth 5"):
        evaluate_on(data, str(tiny_model.folder), "5", None, "cpu", silent, print)
    with pytest.raises(UserError, match="no split val"):
        evaluate_on(data, str(tiny_model.folder), "1", "val", "cpu", silent, print)
    with pytest.raises(UserError, match=str(tmp_path)):
        evaluate_on(tmp_path, str(tiny_model.folder), "1", None, "cpu", silent, print)


def test_stray_colours_and_sizes_are_told_and_the_rest_goes_on(
    tmp_path: Path, tiny_model: ModelEntry
) -> None:
    folder = tmp_path / "streets"
    write_samples(folder, 3, 0, silent, 64, 96)
    masks = sorted((folder / "trainannot").iterdir())
    stray = np.array(Image.open(masks[0]))
    stray[0, :7] = 77
    Image.fromarray(stray).save(masks[0])
    Image.new("L", (5, 5)).save(masks[1])
    problems: list[str] = []
    report = evaluate_on(folder, str(tiny_model.folder), "1", None, "cpu", silent, problems.append)
    assert report.scenes == 2
    assert masks[0].name in _told(problems)
    assert "7 pixels" in _told(problems)
    assert masks[1].name in _told(problems)


def test_a_scene_of_void_alone_is_none_of_the_worst(tmp_path: Path, tiny_model: ModelEntry) -> None:
    folder = tmp_path / "streets"
    write_samples(folder, 3, 0, silent, 64, 96)
    empty, *others = sorted((folder / "trainannot").iterdir())
    Image.new("L", (96, 64), 11).save(empty)
    report = evaluate_on(folder, str(tiny_model.folder), "1", None, "cpu", silent, print)
    assert {Path(scene.name).name for scene in report.worst_scenes} == {mask.name for mask in others}


def test_with_one_class_nothing_is_taken_for_another(tmp_path: Path) -> None:
    data = tmp_path / "cells"
    for part, pixels in (
        ("train", np.full((64, 64, 3), 90, np.uint8)),
        ("trainannot", np.eye(64, dtype=np.uint8)),
    ):
        (data / part).mkdir(parents=True)
        Image.fromarray(pixels).save(data / part / "dish.png")
    one = Palette(name="one", classes=(LabelClass(name="Cell", color=(255, 0, 0)),))
    write_class_file(data / "classes.json", one, 1)
    options = TrainOptions(filters="4,6", epochs=1, device="cpu", generated=0)
    train_on(data, tmp_path / "small", options, silent, lambda _: None, print)
    report = evaluate_on(data, str(tmp_path / "small"), "1", None, "cpu", silent, print)
    assert report.confusions["Cell"].taken == 0
    assert "taken for" not in report_table(report)


def test_train_writes_a_model_that_evaluate_takes(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "small"
    options = TrainOptions(filters="4,6", epochs=1, device="cpu", block="residual")
    end = train_on(data, out, options, silent, lambda _: None, print)
    assert end.finished
    card = open_model(out).card
    assert card.name == "small"
    assert "8 scenes of streets train" in card.training_data
    assert str(tmp_path) not in card.model_dump_json()
    report = evaluate_on(data, str(out), "all", None, "cpu", silent, print)
    assert list(report.depths) == ["1"]
    report.write_into_card(str(out))
    figures = open_model(out).card.metrics["1"]
    assert (figures.miou, figures.scenes, figures.data) == (report.depths["1"].miou, 8, "streets train")


@pytest.mark.parametrize(
    "setting",
    [
        "distillation=1",
        "dice=1",
        "lovasz=0",
        "augmentation.paste_share=1",
        "finish_share=0.5",
        "average_decay=0",
    ],
)
def test_each_setting_changes_what_is_learnt_and_is_part_of_the_command(
    setting: str, data: Path, tmp_path: Path
) -> None:
    def trained(name: str, *settings: str) -> ModelEntry:
        small = ("augmentation.crop=48", "finish_crop=64", "batch=2")
        options = TrainOptions(filters="4,6,8", epochs=1, device="cpu", settings=(*small, *settings))
        return train_on(data, tmp_path / name, options, silent, lambda _: None, print).model

    plain, changed = trained("plain"), trained("changed", setting)
    assert plain.weights.read_bytes() != changed.weights.read_bytes()
    assert f"--set {setting}" in changed.card.command
    assert setting not in plain.card.command


@pytest.mark.parametrize(
    "setting",
    [
        "dice",
        "cake=1",
        "dice=much",
        "augmentation=1",
        "augmentation.crop=[]",
        "validate_every=0",
        "batch=0",
        "epochs=0",
        "seed=-1",
        "rate=NaN",
        "dice=Infinity",
        "extra_share=1.5",
        "head_weights=[0,0,0,0]",
        "finish_crop=0",
        "augmentation.crop=0",
        "augmentation.scale=[0,1]",
        "augmentation.scale=[2,1]",
    ],
)
def test_a_setting_that_is_none_is_told(setting: str, data: Path, tmp_path: Path) -> None:
    options = TrainOptions(filters="4,6", epochs=1, device="cpu", settings=(setting,))
    with pytest.raises(UserError, match=setting.split("=")[0].replace(".", r"\.")):
        train_on(data, tmp_path / "x", options, silent, lambda _: None, print)


def test_a_training_goes_on_from_the_weights_of_a_model(
    data: Path, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    out = tmp_path / "further"
    options = TrainOptions(epochs=1, device="cpu", start_from=str(tiny_model.folder), rate=1e-12)
    train_on(data, out, options, silent, lambda _: None, print)
    card = open_model(out).card
    assert (card.parent, card.network) == ("tiny", tiny_model.card.network)
    assert "--start-from tiny --rate 1e-12" in card.command
    before, after = load_network(tiny_model), load_network(open_model(out))
    for (name, was), (_, now) in zip(before.named_parameters(), after.named_parameters(), strict=True):
        assert was.shape == now.shape
        assert abs(was - now).max() < 1e-4, name


def test_a_training_adds_dilated_convolutions_to_a_model_and_to_a_new_network(
    data: Path, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    options = TrainOptions(epochs=1, device="cpu", start_from=str(tiny_model.folder), dilations="0,3,2,2,0")
    card = train_on(data, tmp_path / "further", options, silent, lambda _: None, print).model.card
    assert card.network == tiny_model.card.network.model_copy(update={"dilations": (0, 3, 2, 2, 0)})
    assert "--start-from tiny --dilations 0,3,2,2,0" in card.command
    options = TrainOptions(filters="4,6", epochs=1, device="cpu", dilations="0,3")
    model = train_on(data, tmp_path / "new", options, silent, lambda _: None, print).model
    assert model.card.network.dilations == (0, 3)
    learnt = dict(load_network(model).named_parameters())["nodes.1_0.dilated.weight"]
    assert learnt.abs().max() > 0
    complaints: list[str] = []
    other = replace(options, dilations=None, epochs=2, resume=True)
    train_on(data, tmp_path / "new", other, silent, lambda _: None, complaints.append)
    assert complaints == []
    train_on(
        data, tmp_path / "new", replace(other, dilations="0,9"), silent, lambda _: None, complaints.append
    )
    assert "--dilations 0,3." in _told(complaints)


def test_dilations_of_a_model_stay_as_they_are(data: Path, tmp_path: Path) -> None:
    options = TrainOptions(filters="4,6", epochs=1, device="cpu", dilations="0,3")
    first = train_on(data, tmp_path / "first", options, silent, lambda _: None, print).model
    options = TrainOptions(epochs=1, device="cpu", start_from=str(first.folder))
    assert (
        train_on(data, tmp_path / "on", options, silent, lambda _: None, print).model.card.network
        == first.card.network
    )
    with pytest.raises(UserError, match="other filters, blocks, dilations"):
        train_on(data, tmp_path / "x", replace(options, dilations="0,4"), silent, lambda _: None, print)


def test_a_training_refuses_to_go_on_from_a_model_of_other_classes(
    data: Path, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(tiny_model.folder, other)
    card = tiny_model.card.model_dump_json().replace('"Sky"', '"Heaven"')
    (other / "card.json").write_text(card)
    options = TrainOptions(epochs=1, device="cpu", start_from=str(other))
    with pytest.raises(UserError, match="other filters, blocks, dilations or classes"):
        train_on(data, tmp_path / "x", options, silent, lambda _: None, print)


@pytest.mark.parametrize(
    "changes", [{"filters": "4"}, {"filters": "a,b"}, {"block": "dense"}, {"dilations": "0,6"}]
)
def test_options_that_make_no_network(data: Path, tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(UserError, match="describe no network"):
        train_on(data, tmp_path / "x", TrainOptions(**changes), silent, lambda _: None, print)  # type: ignore[arg-type]


def _run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "unetpp_desktop", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_training_killed_in_mid_epoch_and_resumed_ends_as_an_unbroken_one(
    data: Path, tmp_path: Path
) -> None:
    unbroken, broken = tmp_path / "a" / "toy", tmp_path / "b" / "toy"
    words = ["train", data, "--epochs", 12, "--filters", "4,6,8", "--device", "cpu", "--out"]
    assert _run(*words, unbroken).returncode == 0
    command = [sys.executable, "-m", "unetpp_desktop", *map(str, [*words, broken])]
    training = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert training.stdout is not None
    for line in training.stdout:
        if line.startswith("epoch=4 "):
            break  # the fifth epoch is under way; the first one at least is on the disk
    training.kill()
    training.stdout.close()
    training.wait()
    epochs = len((broken / "log.csv").read_text().splitlines()) - 1
    assert 1 <= epochs < 12
    assert _run(*words, broken, "--resume").returncode == 0
    for name in ("log.csv", "weights.safetensors"):
        assert (unbroken / name).read_bytes() == (broken / name).read_bytes()


@pytest.mark.slow
def test_the_command_line_from_samples_to_figures(tmp_path: Path) -> None:
    folder, out = tmp_path / "streets", tmp_path / "model"
    assert _run("samples", folder, "--count", 8, "--height", 64, "--width", 96).returncode == 0
    words = ["train", folder, "--out", out, "--epochs", 2, "--filters", "4,6,8", "--device", "cpu"]
    done = _run(*words, "--plot", tmp_path / "curves.png")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    done = _run("evaluate", folder, "--model", out, "--json", "--device", "cpu")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scenes"] == 8
    done = _run("prelabel", folder / "train", "--model", out, "--device", "cpu")
    assert done.returncode == 0, done.stderr
    done = _run("evaluate", tmp_path / "nowhere", "--model", out)
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_error_rates_are_measured_and_kept_in_the_card(
    data: Path, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model.folder, tmp_path / "tiny")
    report = calibrate_on(data, str(tmp_path / "tiny"), None, "cpu", silent, lambda _: None)
    assert open_model(tmp_path / "tiny").card.calibration == {}
    report.write_into_card()
    card = open_model(tmp_path / "tiny").card
    assert list(card.calibration) == ["1", "2", "3", "4"]
    found = card.calibration["2"]
    assert found.fitted_on.endswith("scenes 1 to 3")
    assert found.measured_on.endswith("scenes 7 to 8")
    assert found.calibration_error < found.calibration_error_before
    assert "AUROC" in calibration_table(report)


def test_error_rates_want_more_than_a_handful_of_scenes(tiny_model: ModelEntry, tmp_path: Path) -> None:
    write_samples(tmp_path / "few", 3, 0, silent, 64, 96)
    with pytest.raises(UserError, match=r"only 3 scenes.*8 or more"):
        calibrate_on(tmp_path / "few", str(tiny_model.folder), None, "cpu", silent, lambda _: None)


def test_rates_that_do_not_pay_are_not_kept(tiny_model: ModelEntry, tmp_path: Path) -> None:
    shutil.copytree(tiny_model.folder, tmp_path / "tiny")

    def found(before: float, after: float) -> ErrorCalibration:
        return ErrorCalibration(
            error_rates=(0, 1),
            calibration_error_before=before,
            calibration_error=after,
            fitted_on="one part",
            measured_on="another",
        )

    def keep(**calibration: ErrorCalibration) -> dict[str, ErrorCalibration]:
        by_depth = {name.removeprefix("depth"): entry for name, entry in calibration.items()}
        areas = dict.fromkeys(by_depth, 0.9)
        CalibrationReport(str(tmp_path / "tiny"), by_depth, areas).write_into_card()
        return open_model(tmp_path / "tiny").card.calibration

    assert list(keep(depth1=found(0.2, 0.1), depth2=found(0.1, 0.2))) == ["1"]
    assert list(keep(depth2=found(0.2, 0.1))) == ["1", "2"]
    assert list(keep(depth1=found(0.1, 0.2))) == ["2"]
