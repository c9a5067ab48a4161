"""Quantising a model on a folder's scenes; each run of NNCF takes seconds, so there is one of them."""

import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.explanation import PrecisionWhy
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.street import write_samples
from unetpp_desktop.tasks.quantise import int8_store, make_int8, report_table

pytest.importorskip("nncf")
pytest.importorskip("openvino")
import openvino

from unetpp_desktop.nn.openvino_predictor import OpenVinoPredictor
from unetpp_desktop.nn.openvino_trunk import read_weights, trunk_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("street")
    write_samples(folder, 3, 0, silent, 64, 96)
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_int8_is_made_measured_kept_and_only_then_taken(
    folder: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match=r"no INT8 of the model tiny yet.*unetpp-desktop quantise"):
        open_predictor(tiny_model, "cpu", "openvino", "int8")
    project, notes = Project.open(folder), list[tuple[int, int, str]]()
    report = make_int8(project, tiny_model, lambda *step: notes.append(step))
    assert {note for _, _, note in notes} == {"quantising", "comparing", ""}
    assert notes[-1][:2] == (6, 6)
    assert [done for done, _, _ in notes] == sorted(done for done, _, _ in notes)
    assert (report.calibration_scenes, report.compared_scenes, report.known_scenes) == (3, 3, 3)
    for loss in report.depths:
        assert 0.5 < loss.agreement <= 1
        assert loss.speed > 0
        assert loss.miou_fp32 is not None
        assert loss.miou_int8 is not None
        assert abs(loss.miou_fp32 - loss.miou_int8) < 0.2
    table = report_table(report).splitlines()
    assert len(table) == 3 + 4
    assert "3 of them with known classes" in table[1]

    store = int8_store(tiny_model)
    image = np.random.default_rng(0).integers(0, 256, (37, 53, 3)).astype(np.uint8)
    reduced = open_predictor(tiny_model, "cpu", "openvino", "int8")
    exact = open_predictor(tiny_model, "cpu", "openvino", "fp32")
    assert reduced.precision == "int8"
    for depth in (1, 4):
        confidences = reduced.predict_confidences(image, (depth,))[depth]
        assert confidences.shape == (37, 53)
        difference = np.abs(confidences - exact.predict_confidences(image, (depth,))[depth])
        assert 0 < difference.max() < 0.3
    together = reduced.predict_depths(image, (1, 2, 3, 4))
    assert all((together[d] == reduced.predict(image, d).labels).mean() > 0.99 for d in together)

    auto = open_predictor(tiny_model, "cpu", "openvino")
    assert "int8" not in {choice.precision for choice in auto.explanation.depths}
    store.switch(True)
    taken = open_predictor(tiny_model, "cpu", "openvino").explanation.depths
    for loss, choice in zip(report.depths, taken, strict=True):
        assert (choice.why is PrecisionWhy.SWITCHED_ON) == (loss.speed > 1)

    def never(*_: object) -> None:
        raise AssertionError("the same scenes are not quantised again")

    monkeypatch.setattr("unetpp_desktop.tasks.quantise.quantise", never)
    again = make_int8(project, tiny_model, silent)
    assert [loss.agreement for loss in again.depths] == [loss.agreement for loss in report.depths]
    assert not store.switched_on

    script = f"""
import sys
import numpy as np
from pathlib import Path
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import open_model
predictor = open_predictor(open_model(Path({str(tiny_model.folder)!r})), "cpu", "openvino", "int8")
labels = predictor.predict(np.zeros((20, 30, 3), np.uint8), 4).labels
print(labels.shape, bool({{"torch", "nncf"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(20, 30) False"


def test_the_images_are_not_in_memory_all_at_once(
    folder: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, alive = list[Any](), list[int]()

    def read(path: Path) -> np.ndarray:
        image = read_image(path)
        images.append(weakref.ref(image))
        alive.append(sum(reference() is not None for reference in images))
        return image

    def stop(*_: object) -> None:
        raise Cancelled

    monkeypatch.setattr("unetpp_desktop.tasks.quantise.read_image", read)
    with pytest.raises(Cancelled):
        make_int8(Project.open(folder), tiny_model, stop)
    assert len(alive) == 3
    assert max(alive) <= 2


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The graphs that were made, in place of NNCF's, which take long: they compute in fp32."""
    made = list[Path]()

    def exact(entry: ModelEntry, images: object, graph: Path, progress: object) -> None:
        graph.parent.mkdir(parents=True, exist_ok=True)
        openvino.save_model(trunk_model(entry.card, read_weights(entry)), graph, compress_to_fp16=False)
        made.append(graph)

    monkeypatch.setattr("unetpp_desktop.tasks.quantise.quantise", exact)
    return made


@pytest.mark.usefixtures("made")
def test_large_scenes_are_compared_at_the_scale_at_which_they_are_predicted(
    tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_samples(tmp_path / "large", 1, 0, silent, 960, 1280)
    shapes, real = set[tuple[int, ...]](), OpenVinoPredictor._run

    def run(self: OpenVinoPredictor, image: np.ndarray, *asked: Any) -> object:
        shapes.add(image.shape)
        return real(self, image, *asked)

    monkeypatch.setattr(OpenVinoPredictor, "_run", run)
    report = make_int8(Project.open(tmp_path / "large"), tiny_model, silent)
    assert shapes == {(480, 640, 3)}, "the whole scene at half its size"
    assert report.known_scenes == 1
    assert report.depths[0].miou_fp32 == report.depths[0].miou_int8


def test_a_damaged_graph_is_made_anew(folder: Path, tiny_model: ModelEntry, made: list[Path]) -> None:
    project = Project.open(folder)
    make_int8(project, tiny_model, silent)
    make_int8(project, tiny_model, silent)
    assert len(made) == 1
    weights = made[0].with_suffix(".bin")
    weights.write_bytes(weights.read_bytes()[:50])
    assert len(make_int8(project, tiny_model, silent).depths) == 4
    assert len(made) == 2
