"""The engine for CPUs: the same answers as PyTorch's, without PyTorch."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.nn.children import run_at_home
from tests.nn.networks import toy_model
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.explanation import EngineWhy, PrecisionWhy
from unetpp_desktop.nn.gpu import gpu_present
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.self_test import Finding, Labels, SelfTest

pytest.importorskip("openvino")
import openvino

from unetpp_desktop.nn.openvino_graphs import OpenVinoGraphs
from unetpp_desktop.nn.openvino_predictor import OpenVinoPredictor

_SURE = 1e-3  # logits closer than this may come out in either order


def _image(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height).integers(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    "network",
    [
        {},
        {"block": "residual"},
        {"norm": "none"},
        {"filters": (4, 8, 4)},
        {"dilations": (2, 6, 0, 2, 0)},
        {"dilations": (2, 6, 0, 2, 0), "block": "residual", "norm": "none"},
    ],
)
@pytest.mark.parametrize("size", [(1, 1), (37, 53), (64, 96)])
def test_it_says_what_pytorch_says(tmp_path: Path, network: dict[str, object], size: tuple[int, int]) -> None:
    entry = toy_model(tmp_path, **network)
    image = _image(*size)
    exact = open_predictor(entry, "cpu", "torch")
    predictor = OpenVinoPredictor(entry, tmp_path, "fp32")
    depths = range(1, entry.card.depth + 1)
    wanted, found = exact.predict_confidences(image, depths), predictor.predict_confidences(image, depths)
    for depth in depths:
        np.testing.assert_allclose(found[depth], wanted[depth], atol=1e-4)
        ranked = predictor.predict_ranked(image, depth)
        labels = predictor.predict(image, depth).labels
        assert np.array_equal(ranked[0], labels)
        assert labels.shape == size
        differs = labels != exact.predict(image, depth).labels
        assert differs.mean() <= _SURE
    together = predictor.predict_depths(image, depths)
    assert all(np.array_equal(together[depth], predictor.predict(image, depth).labels) for depth in depths)


@pytest.mark.parametrize("network", [{}, {"classes": 2, "filters": (4, 8, 4)}])
def test_what_is_reviewed_is_what_pytorch_says(tmp_path: Path, network: dict[str, object]) -> None:
    entry = toy_model(tmp_path, **network)
    exact = open_predictor(entry, "cpu", "torch", "fp32")
    predictor = OpenVinoPredictor(entry, tmp_path, "fp32")
    image = _image(37, 53)
    for depth in range(1, entry.card.depth + 1):
        wanted, found = exact.predict_for_review(image, depth), predictor.predict_for_review(image, depth)
        assert np.array_equal(found.labels, predictor.predict(image, depth).labels)
        assert found.ranked is not None
        assert np.array_equal(found.ranked, predictor.predict_ranked(image, depth))
        assert found.uncertainty is not None
        assert wanted.uncertainty is not None
        assert found.uncertainty.dtype == np.uint8
        same = found.labels == wanted.labels
        assert same.mean() > 1 - _SURE
        apart = np.abs(found.uncertainty.astype(int) - wanted.uncertainty)[same]
        assert apart.max() <= 1
        if depth == 1:
            doubt = np.sqrt(1 - predictor.predict_confidences(image, (1,))[1])
            np.testing.assert_allclose(found.uncertainty / 255, doubt, atol=0.6 / 255)


def test_the_cpu_labels_without_torch(tiny_model: ModelEntry, tmp_path: Path) -> None:
    script = f"""
import sys
import numpy as np
from pathlib import Path
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import open_model
predictor = open_predictor(open_model(Path({str(tiny_model.folder)!r})), "cpu")
labels = predictor.predict(np.zeros((20, 30, 3), np.uint8), 4).labels
print(predictor.engine, labels.shape, "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "openvino (20, 30) False"


class _Driver:
    """An NVIDIA driver that sees a GPU."""

    def cuInit(self, flags: int) -> int:
        return flags

    def cuDeviceGetCount(self, count: Any) -> int:
        count._obj.value = 1
        return 0


def test_beside_a_gpu_that_pytorch_cannot_use_openvino_labels(
    tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.gpu.gpu_present", gpu_present.__wrapped__)
    monkeypatch.setattr("unetpp_desktop.nn.gpu.sys.platform", "linux")
    monkeypatch.setattr("unetpp_desktop.nn.gpu.ctypes.CDLL", lambda name: _Driver())
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    explanation = open_predictor(tiny_model).explanation
    assert (explanation.engine, explanation.device) == ("openvino", "cpu")
    assert explanation.why is EngineWhy.FASTER_ON_CPU
    monkeypatch.setattr("unetpp_desktop.nn.predictor.find_spec", lambda name: None)
    assert open_predictor(tiny_model).explanation.why is EngineWhy.NO_OPENVINO


@pytest.fixture
def bf16_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """A self-test finds bf16 twice as fast, and good enough at depths 3 and 4."""

    def run(test: SelfTest, depth: int, exact: Labels, reduced: Labels) -> None:
        assert exact().shape == reduced().shape
        test._keep(depth, Finding(speed=2, agreement=0.99 if depth < 3 else 0.999))

    monkeypatch.setattr("unetpp_desktop.nn.self_test.LEAST_AGREEMENT", 0.995)
    monkeypatch.setattr(SelfTest, "run", run)


@pytest.mark.usefixtures("bf16_is_faster")
def test_each_depth_has_the_precision_that_pays_there(tiny_model: ModelEntry, tmp_path: Path) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path)
    if not predictor.reduces:
        pytest.skip("this processor does not compute in bf16")
    image, depths = _image(128, 144), (1, 2, 3, 4)
    first = predictor.predict_confidences(image, depths)
    assert predictor.precision == "fp32"
    assert {choice.why for choice in predictor.explanation.depths} == {PrecisionWhy.UNTESTED}
    second = predictor.predict_confidences(image, depths)
    assert predictor.precision == "bf16 at depth 3, 4, else fp32"
    assert [choice.why for choice in predictor.explanation.depths] == [
        PrecisionWhy.DIFFERS,
        PrecisionWhy.DIFFERS,
        PrecisionWhy.PAYS,
        PrecisionWhy.PAYS,
    ]
    for depth in depths:
        assert np.array_equal(first[depth], second[depth]) == (depth < 3)


def test_each_depth_is_tested_with_its_second_image_and_that_is_kept(
    tiny_model: ModelEntry, tmp_path: Path
) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path)
    if not predictor.reduces:
        pytest.skip("this processor does not compute in bf16")
    kept = tmp_path / "self-tests.json"
    predictor.predict(_image(40, 60), 1)
    predictor.predict(_image(40, 60), 4)
    assert not kept.exists()
    predictor.predict(_image(127, 160), 4)
    assert not kept.exists(), "so small a scene says too little"
    predictor.predict(_image(140, 160), 4)
    text = kept.read_text()
    assert text.count("agreement") == 1
    again = OpenVinoPredictor(tiny_model, tmp_path)
    assert again.explanation.depths[3].speed is not None
    for side in (130, 131, 132):
        again.predict(_image(side, side), 4)
    assert kept.read_text() == text


@pytest.mark.parametrize("engine", ["openvino", "torch"])
def test_a_precision_that_was_asked_for_is_taken_at_all_depths(tiny_model: ModelEntry, engine: str) -> None:
    image = _image(32, 48)
    exact = open_predictor(tiny_model, "cpu", engine, "fp32")
    if isinstance(exact, OpenVinoPredictor) and not exact.reduces:
        with pytest.raises(UserError, match=r"does not compute in bf16. Choose the precision auto or fp32"):
            open_predictor(tiny_model, "cpu", engine, "bf16")
        return
    rounded = open_predictor(tiny_model, "cpu", engine, "bf16")
    assert (exact.precision, rounded.precision) == ("fp32", "bf16")
    assert {choice.why for choice in rounded.explanation.depths} == {PrecisionWhy.ASKED}
    wanted, found = (predictor.predict_confidences(image, (1, 4)) for predictor in (exact, rounded))
    for depth in (1, 4):
        assert 0 < np.abs(wanted[depth] - found[depth]).max() < 0.2
        assert found[depth].dtype == np.float32


def test_images_at_the_same_time_get_the_answers_that_each_gets_alone(
    tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path, "fp32")
    images = [_image(40, 60), _image(41, 60)[:40]]
    found = predictor.predict_together(images, 3)
    assert found is not None
    for image, prediction in zip(images, found, strict=True):
        alone = predictor.predict_for_review(image, 3)
        assert alone.uncertainty is not None
        assert np.array_equal(prediction.labels, alone.labels)
        np.testing.assert_array_equal(prediction.ranked, alone.ranked)
        np.testing.assert_allclose(prediction.uncertainty, alone.uncertainty, atol=1)
    assert not np.array_equal(found[0].labels, found[1].labels)
    assert predictor.predict_together([_image(40, 60), _image(60, 40)], 3) is None
    monkeypatch.setattr("unetpp_desktop.nn.engine_predictor.most_pixels", lambda *_: 2 * 40 * 60 - 1)
    assert predictor.predict_together(images, 3) is None


@pytest.mark.parametrize(
    ("threads", "leaves_a_core", "at_once"), [(1, False, 1), (2, False, 2), (2, True, 1), (3, True, 2)]
)
def test_two_images_at_once_where_the_cores_can_be_shared_out(
    tiny_model: ModelEntry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    threads: int,
    leaves_a_core: bool,
    at_once: int,
) -> None:
    monkeypatch.setattr(OpenVinoGraphs, "_threads", threads)
    predictor = OpenVinoPredictor(tiny_model, tmp_path, "fp32")
    predictor.leaves_a_core = leaves_a_core
    assert predictor.at_once == at_once


def _full_above(pixels: int, compile_model: Callable[..., object]) -> Callable[..., object]:
    """A memory too small for graphs of more pixels than these."""

    def compiled(core: object, model: Any, *options: object) -> object:
        shape = model.input(0).get_partial_shape()
        if not shape.is_dynamic and shape[1].get_length() * shape[2].get_length() > pixels:
            raise RuntimeError("Failed to allocate 9 bytes of memory")
        return compile_model(core, model, *options)

    return compiled


def test_where_memory_is_short_pieces_get_smaller(
    tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.tiles.LEAST_SIDE", 64)
    image = _image(200, 300)
    whole = OpenVinoPredictor(tiny_model, tmp_path, "fp32", looks=1).predict(image, 1).labels
    predictor = OpenVinoPredictor(tiny_model, tmp_path, "fp32", looks=1)
    asked, real = list[int](), openvino.Core.compile_model
    limited = _full_above(120 * 160, real)

    def counted(core: object, model: Any, *options: object) -> object:
        asked.append(1)
        return limited(core, model, *options)

    monkeypatch.setattr("openvino.Core.compile_model", counted)
    assert (predictor.predict(image, 1).labels != whole).mean() < 0.001
    tried = len(asked)
    assert tried > 2, "the first tries fail"
    predictor.predict(image, 1)
    assert len(asked) == tried, "the next image does not fail first"


def test_a_full_memory_is_a_sentence(
    tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path, "fp32")
    monkeypatch.setattr("openvino.Core.compile_model", _full_above(0, openvino.Core.compile_model))
    with pytest.raises(UserError, match=r"memory is too small for depth 3.*smaller depth"):
        predictor.predict(np.zeros((8, 8, 3), np.uint8), 3)


def test_in_the_background_a_core_is_left_to_others(
    tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path, "fp32")
    real, threads = openvino.Core.compile_model, list[object]()

    def compiled(core: object, model: object, device: str, options: dict[str, object]) -> object:
        threads.append(options.get("INFERENCE_NUM_THREADS"))
        return real(core, model, device, options)

    image = _image(32, 48)
    monkeypatch.setattr("openvino.Core.compile_model", compiled)
    all_cores = predictor.predict(image, 4).labels
    predictor.leaves_a_core = True
    assert np.array_equal(predictor.predict(image, 4).labels, all_cores)
    predictor.leaves_a_core = False
    predictor.predict(image, 4)
    assert threads[0] is None
    assert threads[-1] == max(1, predictor._graphs._threads - 1)
    assert threads.count(threads[-1]) == 1


def test_what_cannot_be_is_a_sentence(tiny_model: ModelEntry) -> None:
    with pytest.raises(UserError, match=r"no engine abacus.*openvino"):
        open_predictor(tiny_model, "cpu", "abacus")
    with pytest.raises(UserError, match="OpenVINO labels on the CPU only"):
        open_predictor(tiny_model, "cuda", "openvino")
    with pytest.raises(UserError, match=r"no precision fp8.*bf16"):
        open_predictor(tiny_model, "cpu", "auto", "fp8")
    with pytest.raises(UserError, match="no INT8 of the model tiny yet"):
        open_predictor(tiny_model, "cpu", "openvino", "int8")
    with pytest.raises(UserError, match="INT8 is computed by OpenVINO only"):
        open_predictor(tiny_model, "cpu", "torch", "int8")


def test_the_engine_reports_to_nobody(tmp_path: Path) -> None:
    script = (
        "import threading, unetpp_desktop.nn.openvino_predictor, sys\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert not any(name.startswith('openvino_telemetry.') for name in sys.modules)"
    )
    run_at_home(script, tmp_path)
    assert list(tmp_path.iterdir()) == []  # where it would keep an identity of this user
