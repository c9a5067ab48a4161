"""The engine for CPUs: the same answers as PyTorch's, without PyTorch."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry

pytest.importorskip("openvino")
from unetpp_desktop.nn.openvino_predictor import OpenVinoPredictor

_SURE = 1e-3  # logits closer than this may come out in either order


def _model(folder: Path, **network: object) -> ModelEntry:
    """A tiny untrained network whose batch norms have statistics of their own."""
    import torch

    from unetpp_desktop.nn.unetpp import UNetPlusPlus
    from unetpp_desktop.nn.weights import save_model

    config = NetworkConfig.model_validate({"filters": (4, 4, 6, 6, 8), "classes": 11, **network})
    torch.manual_seed(1)
    net = UNetPlusPlus(config)
    for name, buffer in net.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2)
        elif name.endswith("running_mean"):
            buffer.normal_()
    card = ModelCard(name="toy", palette=shipped_palette("camvid11"), network=config)
    return save_model(folder / "toy", card, net.state_dict())


def _image(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height).integers(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize("network", [{}, {"block": "residual"}, {"norm": "none"}, {"filters": (4, 8, 4)}])
@pytest.mark.parametrize("size", [(1, 1), (37, 53), (64, 96)])
def test_it_says_what_pytorch_says(tmp_path: Path, network: dict[str, object], size: tuple[int, int]) -> None:
    entry = _model(tmp_path, **network)
    image = _image(*size)
    exact = open_predictor(entry, "cpu", "torch")
    predictor = OpenVinoPredictor(entry, tmp_path)
    predictor.choose(())
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


def test_large_images_are_labelled_in_tiles(tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = open_predictor(tiny_model, "cpu", "openvino")
    image = _image(300, 1100)
    whole, ranked = predictor.predict(image, 2).labels, predictor.predict_ranked(image, 2)
    monkeypatch.setattr("unetpp_desktop.nn.tiles.WHOLE_PIXELS", 0)
    tiled = predictor.predict(image, 2).labels
    assert (tiled != whole).mean() < 0.001
    assert (predictor.predict_ranked(image, 2) != ranked).mean() < 0.001


def test_each_depth_has_the_precision_that_was_chosen_for_it(tiny_model: ModelEntry, tmp_path: Path) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path)
    predictor.choose((3, 4))
    assert predictor.precision == "bf16 at depth 3, 4, else fp32"
    image, exact = _image(32, 48), OpenVinoPredictor(tiny_model, tmp_path)
    exact.choose(())
    assert exact.precision == "fp32"
    wanted, found = (
        exact.predict_confidences(image, (1, 2, 3, 4)),
        predictor.predict_confidences(image, (1, 2, 3, 4)),
    )
    for depth in (1, 2):
        assert np.array_equal(wanted[depth], found[depth])
    if predictor.reduces:
        for depth in (3, 4):
            assert not np.array_equal(wanted[depth], found[depth])


def test_the_second_image_decides_about_bf16_and_that_is_kept(tiny_model: ModelEntry, tmp_path: Path) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path)
    if not predictor.reduces:
        pytest.skip("this processor does not compute in bf16")
    kept = tmp_path / "self-tests.json"
    predictor.predict(_image(40, 60), 4)
    assert not kept.exists()
    predictor.predict(_image(50, 60), 4)
    text = kept.read_text()
    assert "agreement" in text
    again = OpenVinoPredictor(tiny_model, tmp_path)
    for side in (30, 31, 32):
        again.predict(_image(side, side), 1)
    assert kept.read_text() == text


def test_a_full_memory_is_a_sentence(tiny_model: ModelEntry, tmp_path: Path) -> None:
    predictor = OpenVinoPredictor(tiny_model, tmp_path)
    predictor.choose(())

    def full(*_: object) -> None:
        raise RuntimeError("Failed to allocate 9 bytes of memory")

    predictor._core.compile_model = full
    with pytest.raises(UserError, match=r"memory is too small for depth 3.*smaller depth"):
        predictor.predict(np.zeros((8, 8, 3), np.uint8), 3)


def test_what_cannot_be_is_a_sentence(tiny_model: ModelEntry) -> None:
    with pytest.raises(UserError, match=r"no engine abacus.*openvino"):
        open_predictor(tiny_model, "cpu", "abacus")
    with pytest.raises(UserError, match="OpenVINO labels on the CPU only"):
        open_predictor(tiny_model, "cuda", "openvino")


def test_the_engine_reports_to_nobody(tmp_path: Path) -> None:
    script = (
        "import threading, unetpp_desktop.nn.openvino_predictor, sys\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert not any(name.startswith('openvino_telemetry.') for name in sys.modules)"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []  # where it would keep an identity of this user
