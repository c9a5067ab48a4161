"""Models of which something is missing, or whose files do not belong together."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from tests.nn.networks import toy_model
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.explanation import lines_of
from unetpp_desktop.nn.int8 import GRAPH_FILE, DepthLoss, Int8Report, Int8Store
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.weights import read_tensors

pytest.importorskip("openvino")
import openvino

from unetpp_desktop.nn.openvino_predictor import OpenVinoPredictor
from unetpp_desktop.nn.openvino_trunk import read_weights, trunk_model


@pytest.mark.parametrize(
    ("network", "card"),
    [
        ({"block": "residual"}, {"block": "plain"}),
        ({"dilations": (2, 6, 0, 2, 0)}, {"dilations": ()}),
        ({"dilations": (2, 6, 0, 2, 0)}, {"dilations": (2, 0, 0, 2, 0)}),
        ({}, {"filters": (4, 4, 6, 6)}),
        ({"norm": "none"}, {}),
        ({}, {"norm": "none"}),
    ],
)
@pytest.mark.parametrize("engine", ["openvino", "torch"])
def test_weights_of_another_network_are_refused(
    tmp_path: Path, network: dict[str, object], card: dict[str, object], engine: str
) -> None:
    entry, other = toy_model(tmp_path / "other", **network), toy_model(tmp_path, **card)
    other.weights.write_bytes(entry.weights.read_bytes())
    with pytest.raises(UserError, match=r"does not fit its card: .*Copy the model folder again"):
        open_predictor(other, "cpu", engine)


def test_weights_in_a_type_that_it_is_not_given_are_refused(tmp_path: Path) -> None:
    entry = toy_model(tmp_path)
    rounded = {
        name: tensor.bfloat16() if tensor.is_floating_point() else tensor
        for name, tensor in read_tensors(entry.weights).items()
    }
    save_file(rounded, entry.weights)
    with pytest.raises(UserError, match=r"weights.safetensors holds numbers of the type BF16.*engine torch"):
        open_predictor(entry, "cpu", "openvino")
    assert open_predictor(entry, "cpu", "torch").predict(np.zeros((16, 16, 3), np.uint8), 1).labels.shape == (
        16,
        16,
    )


def _int8(entry: ModelEntry, cache: Path) -> Path:
    """Takes the graph of fp32 for INT8 of a model, twice as fast at every depth, and switches it on."""
    store = Int8Store(cache, entry)
    graph = store.folder / "these" / GRAPH_FILE
    graph.parent.mkdir(parents=True)
    openvino.save_model(trunk_model(entry.card, read_weights(entry)), graph, compress_to_fp16=False)
    report = Int8Report(
        model=entry.name,
        created="",
        processor=openvino.Core().get_property("CPU", "FULL_DEVICE_NAME"),
        calibrated_on="",
        calibration_scenes=1,
        compared_on="",
        compared_scenes=1,
        known_scenes=0,
        depths=(DepthLoss(speed=2, agreement=0.99),) * entry.card.depth,
    )
    store.take("these", report)
    store.switch(True)
    return graph


@pytest.mark.parametrize(
    ("suffix", "left"), [(".bin", None), (".bin", 100), (".bin", 0), (".xml", 0), (".xml", 900)]
)
def test_a_damaged_int8_is_done_without_and_named_where_it_is_asked_for(
    tiny_model: ModelEntry, tmp_path: Path, suffix: str, left: int | None
) -> None:
    graph, image = _int8(tiny_model, tmp_path), np.zeros((20, 30, 3), np.uint8)
    whole = OpenVinoPredictor(tiny_model, tmp_path)
    assert whole.precision == "int8"
    assert lines_of(whole.explanation)[-1].startswith("depth 4: int8")
    part = graph.with_suffix(suffix)
    content = part.read_bytes()
    part.unlink()
    if left is not None:
        part.write_bytes(content[:left])
    for precision in ("auto", "fp32"):
        predictor = OpenVinoPredictor(tiny_model, tmp_path, precision)
        assert predictor.predict(image, 1).labels.shape == (20, 30)
        assert predictor.precision == "fp32"
        said = lines_of(predictor.explanation)[-1]
        assert said.startswith(f"INT8 is not used: {graph} could not be read") == (precision == "auto")
    with pytest.raises(
        UserError, match=r"graph.xml could not be read.*Make INT8 again: unetpp-desktop quantise"
    ):
        OpenVinoPredictor(tiny_model, tmp_path, "int8")
