"""How fast a model labels on this machine, as the command line prints it."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.cost import multiply_adds
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.benchmark import BenchmarkOptions, image_size, run_benchmark
from unetpp_desktop.tasks.benchmark_plot import draw_report
from unetpp_desktop.tasks.benchmark_report import BenchmarkReport, report_table

KEYS = {"engine", "precision", "depth", "height", "width", "ms_p50", "ms_p95", "peak_mib", "ratio_to_plain"}


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    chance = np.random.default_rng(4)
    for name in ("a", "b"):
        Image.fromarray(chance.integers(0, 256, (48, 64, 3)).astype(np.uint8)).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def report(tiny_model: ModelEntry, images: Path) -> BenchmarkReport:
    options = BenchmarkOptions(
        model=str(tiny_model.folder), size=(64, 80), depth="2", device="cpu", repeats=1, folder=images
    )
    return run_benchmark(options, silent)


def test_every_row_has_every_key(report: BenchmarkReport) -> None:
    rows = json.loads(report.model_dump_json())["rows"]
    assert rows
    assert all(set(row) >= KEYS for row in rows)
    assert {(row["depth"], row["height"], row["width"]) for row in rows} == {(2, 64, 80)}
    assert all(row["ms_p95"] >= row["ms_p50"] > 0 for row in rows)


def test_the_plain_way_is_a_row_of_the_same_run(report: BenchmarkReport) -> None:
    (plain,) = (row for row in report.rows if row.engine == "plain")
    assert plain.ratio_to_plain == 1.0
    for row in report.rows:
        assert row.ratio_to_plain == pytest.approx(plain.ms_p50 / row.ms_p50)


def test_each_engine_is_there_and_one_row_is_the_default(report: BenchmarkReport) -> None:
    engines = {row.engine for row in report.rows}
    assert engines == {"plain", "torch"} | ({"openvino"} if find_spec("openvino") else set())
    assert sum(row.default for row in report.rows) == 1


def test_the_share_of_the_machine_is_counted(report: BenchmarkReport, tiny_model: ModelEntry) -> None:
    row = next(row for row in report.rows if row.precision == "fp32")
    assert row.gmac == pytest.approx(multiply_adds(tiny_model.card.network, 2, (64, 80)) / 1e9)
    rate = report.machine.gflops["fp32"]
    assert row.share_of_matmul == pytest.approx(2 * row.gmac / (row.ms_p50 / 1000) / rate)


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_memory_is_that_of_a_process_of_its_own(report: BenchmarkReport) -> None:
    assert all(row.peak_mib is not None and 0 < row.peak_mib < 500 for row in report.rows)


def test_a_folder_is_labelled_and_left_as_it_was(report: BenchmarkReport, images: Path) -> None:
    (row,) = report.folder
    assert (row.depth, row.images) == (2, 2)
    assert row.per_second > 0
    assert row.network_per_second > 0
    assert sorted(file.name for file in images.iterdir()) == ["a.png", "b.png"]


def test_the_table_names_every_row(report: BenchmarkReport) -> None:
    table = report_table(report)
    assert table.count("plain ") >= 1
    assert all(f"{row.ms_p50:.1f}" in table for row in report.rows)
    assert "folder of 2 images, depth 2" in table
    assert all(sentence in table for sentence in report.left_out)


def test_the_plot_is_a_picture(report: BenchmarkReport, tmp_path: Path) -> None:
    draw_report(report, tmp_path / "rows.png")
    with Image.open(tmp_path / "rows.png") as picture:
        assert len(np.unique(np.asarray(picture).reshape(-1, 3), axis=0)) > 10
    with pytest.raises(UserError, match="png"):
        draw_report(report, tmp_path / "rows.doc")


@pytest.mark.slow
def test_a_fresh_network_gets_int8_and_the_faster_precision_is_the_default() -> None:
    pytest.importorskip("openvino")
    if find_spec("nncf") is None:
        pytest.skip("NNCF is not installed")
    options = BenchmarkOptions(filters="4,6", size=(64, 64), device="cpu", engine="openvino", repeats=1)
    found = run_benchmark(options, silent)
    rows = {row.precision: row for row in found.rows if row.engine == "openvino"}
    assert set(rows) >= {"fp32", "int8"}
    fastest = min((row for row in rows.values() if row.precision != "int8"), key=lambda row: row.ms_p50)
    assert [row for row in found.rows if row.default] == [fastest]


def test_progress_stops_it(tiny_model: ModelEntry) -> None:
    notes: list[str] = []

    def stop(done: int, total: int, note: str) -> None:
        notes.append(note)
        if total:
            raise Cancelled

    options = BenchmarkOptions(model=str(tiny_model.folder), size=(64, 64), depth="1", device="cpu")
    with pytest.raises(Cancelled):
        run_benchmark(options, stop)
    assert notes[-1] == "plain fp32, depth 1"


@pytest.mark.parametrize(
    "words",
    [
        "368",
        "368x",
        "x480",
        "8x8",
        "0x480",
        "-64x64",
        "axb",
        "64x64x3",
        "64x²5",
        "64x4097",
        "99999999x99999999",
    ],
)
def test_a_size_that_is_none_is_one_sentence(words: str) -> None:
    with pytest.raises(UserError, match="368x480"):
        image_size(words)


def test_a_size_is_height_and_width() -> None:
    assert image_size("368x480") == (368, 480)
    assert image_size("4096x4096") == (4096, 4096)


@pytest.mark.parametrize("filters", ["", "8", "a,b", "8,0", "1,2,3,4,5,6", "8,-8"])
def test_filters_that_are_none_are_one_sentence(filters: str) -> None:
    with pytest.raises(UserError, match="--filters"):
        run_benchmark(BenchmarkOptions(filters=filters, size=(64, 64)), silent)


@pytest.mark.parametrize("depth", ["0", "5", "deep", ""])
def test_a_depth_that_is_none_is_one_sentence(tiny_model: ModelEntry, depth: str) -> None:
    options = BenchmarkOptions(model=str(tiny_model.folder), size=(64, 64), depth=depth)
    with pytest.raises(UserError, match="depth"):
        run_benchmark(options, silent)
