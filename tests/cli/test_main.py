"""The command line, as typed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import unetpp_desktop
from tests.storage.folders import image_folder, save_full
from unetpp_desktop.cli.console import progress_bar
from unetpp_desktop.cli.main import arguments_with_command
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.street import write_samples


def _run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "unetpp_desktop", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_loads_neither_torch_nor_qt() -> None:
    script = (
        "import sys; sys.argv = ['unetpp-desktop', '--help']\n"
        "from unetpp_desktop.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('loaded', sorted({'torch', 'PySide6', 'cv2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "prelabel" in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_ctrl_c_is_told_in_a_word_of_our_own(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from unetpp_desktop.cli.main import main\n"
        "from unetpp_desktop.core import files\n"
        "files.sync_folder = lambda _folder: os.kill(os.getpid(), signal.SIGINT)\n"  # at the first file
        "main()"
    )
    words = [sys.executable, "-c", script, "samples", str(tmp_path / "drawn"), "--count", "50"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() == "unetpp-desktop: interrupted."
    assert len(list((tmp_path / "drawn").rglob("*.png"))) == 1


def test_version() -> None:
    done = _run("--version")
    assert (done.returncode, done.stdout.strip()) == (0, unetpp_desktop.__version__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ([], ["open"]),
        (["photos"], ["open", "photos"]),
        (["--samples"], ["open", "--samples"]),
        (["train", "data"], ["train", "data"]),
        (["--help"], ["--help"]),
        (["./train"], ["open", "./train"]),
    ],
)
def test_a_folder_alone_is_opened(typed: list[str], meant: list[str]) -> None:
    assert arguments_with_command(typed) == meant


@pytest.mark.parametrize("command", ["samples", "finetune", "effort"])
def test_a_seed_below_zero_is_refused_before_anything_is_done(command: str, tmp_path: Path) -> None:
    done = _run(command, tmp_path / "folder", "--seed", -1)
    assert done.returncode == 2
    assert "--seed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "folder").exists()


@pytest.mark.parametrize("command", ["prelabel", "finetune", "evaluate", "calibrate", "tour"])
def test_an_empty_folder_is_one_sentence_and_status_1(command: str, tmp_path: Path) -> None:
    done = _run(command, tmp_path)
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr


def test_prelabel_and_evaluate_explain_what_they_took(tiny_model: ModelEntry, tmp_path: Path) -> None:
    write_samples(tmp_path, 2, 0, silent, 64, 64)
    options = ("--model", tiny_model.folder, "--engine", "torch", "--precision", "fp32", "--explain")
    done = _run("prelabel", tmp_path / "train", *options, "--depth", 2)
    assert done.returncode == 0, done.stderr
    assert "tiny: torch on cpu (" in done.stderr
    assert done.stderr.count("fp32: it was asked for") == 4
    done = _run("evaluate", tmp_path, *options, "--split", "train", "--depth", 1, "--json")
    assert done.returncode == 0, done.stderr
    assert "depth 1: fp32: it was asked for" in done.stderr
    explanation = json.loads(done.stdout)["explanation"]
    assert explanation["engine"] == "torch"
    assert [row["why"] for row in explanation["depths"]] == ["asked"] * 4


def test_what_was_measured_is_said_before_pictures_cannot_be_drawn(
    tiny_model: ModelEntry, tmp_path: Path
) -> None:
    write_samples(tmp_path / "data", 2, 0, silent, 64, 64)
    taken = tmp_path / "taken"
    taken.touch()
    options = ("--model", tiny_model.folder, "--engine", "torch", "--depth", 1, "--json")
    done = _run("evaluate", tmp_path / "data", *options, "--pictures", taken)
    assert done.returncode == 1
    assert json.loads(done.stdout)["depths"]
    assert str(taken) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_cannot_be_printed_is_escaped(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "unetpp_desktop",
        "samples",
        str(tmp_path / "stra\u00dfe"),
        "--count",
        "1",
    ]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 scenes in " in done.stdout
    assert "stra\\xdfe" in done.stdout


def test_a_path_too_long_for_the_disk_is_one_sentence(tmp_path: Path) -> None:
    done = _run("prelabel", tmp_path / ("a" * 300))
    assert done.returncode == 1
    assert "aaa could not be read: File name too long. Check the path" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["prelabel", "finetune", "advise", "export"])
def test_a_labels_folder_of_other_images_is_one_sentence_and_status_1(command: str, tmp_path: Path) -> None:
    for folder in ("ours", "theirs"):
        image_folder(tmp_path / folder)
    labels = tmp_path / "masks"
    save_full(Project.open(tmp_path / "ours", labels), "a.png", 2, Origin.PAINTED, done=True)
    words = [tmp_path / "out"] if command == "export" else []
    done = _run(command, tmp_path / "theirs", *words, "--labels", labels)
    assert done.returncode == 1
    told = " ".join(done.stderr.split())
    assert f"{labels} holds the masks of {tmp_path / 'ours'}, not those of {tmp_path / 'theirs'}." in told
    assert f"such as {labels / 'theirs'}" in told
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_is_not_done_is_exported_only_on_request(tiny_model: ModelEntry, tmp_path: Path) -> None:
    write_samples(tmp_path / "streets", 2, 0, silent, 64, 96)
    scenes = tmp_path / "streets" / "train"
    assert _run("prelabel", scenes, "--model", tiny_model.folder, "--depth", 1).returncode == 0
    done = _run("export", scenes, tmp_path / "done")
    assert done.stdout.startswith("0 scenes")
    assert done.stderr.count("it is not marked as done") == 2
    assert _run("export", scenes, tmp_path / "all", "--unchecked").stdout.startswith("2 scenes")


def test_a_benchmark_prints_json_for_a_fresh_network() -> None:
    done = _run(
        "benchmark", "--filters", "4,6", "--size", "64x64", "--engine", "torch", "--device", "cpu",
        "--repeats", 1, "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["machine"]["device"] == "cpu"
    assert {row["engine"] for row in printed["rows"]} == {"plain", "torch"}


def test_a_benchmark_of_nonsense_is_one_sentence_and_status_1() -> None:
    done = _run("benchmark", "--size", "wide")
    assert done.returncode == 1
    assert "--size wide" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("quantise", "--calibrate", "nowhere"), "--calibrate nowhere needs a FOLDER"),
        (("quantise", "--labels", "nowhere"), "--labels nowhere needs the FOLDER"),
        (("open", "--labels", "nowhere"), "--labels nowhere needs the FOLDER"),
        (("open", "somewhere", "--samples"), "leave somewhere or --samples out"),
    ],
)
def test_an_option_that_could_not_be_followed_is_refused(words: tuple[str, ...], said: str) -> None:
    done = _run(*words)
    assert done.returncode == 1
    assert said in done.stderr


def test_an_export_of_nothing_says_so_and_leaves_the_place_free(tmp_path: Path) -> None:
    write_samples(tmp_path / "data", 1, 0, silent, 64, 64)
    out = tmp_path / "out"
    for _ in range(2):
        done = _run("export", tmp_path / "data" / "train", out)
        assert done.returncode == 1
        assert "was left out: it has no mask" in done.stderr
        assert not out.exists()


def test_a_progress_bar_takes_any_name(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Testing") as progress:
        progress(0, 2, "set[/a].png")
    assert "Traceback" not in capsys.readouterr().err
