"""Models on disk, and predicting with them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.nn.conftest import TWO_CLASSES, toy_scene
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.card import CARD_FILE, WEIGHTS_FILE
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry, list_models, open_model, resolve_model


def test_a_card_rebuilds_its_network_and_all_depths_label(tiny_model: ModelEntry) -> None:
    predictor = open_predictor(open_model(tiny_model.folder), "cpu")
    image = np.random.default_rng(0).integers(0, 256, (37, 53, 3)).astype(np.uint8)
    image.flags.writeable = False
    together = predictor.predict_depths(image, (1, 2, 3, 4))
    for depth in (1, 2, 3, 4):
        prediction = predictor.predict(image, depth)
        assert prediction.labels.shape == (37, 53)
        assert prediction.labels.dtype == np.uint8
        assert prediction.depth == depth
        assert np.array_equal(prediction.labels, together[depth])


def test_the_ranked_classes_are_in_the_order_of_the_logits(tiny_model: ModelEntry) -> None:
    import torch

    from unetpp_desktop.nn.weights import image_tensor, load_network, normalise

    image = np.random.default_rng(1).integers(0, 256, (21, 33, 3)).astype(np.uint8)
    predictor = open_predictor(tiny_model, "cpu", looks=1)
    ranked = predictor.predict_ranked(image, 2)
    with torch.inference_mode():
        network = load_network(tiny_model).placed_on(torch.device("cpu"))
        logits = network(normalise(image_tensor(image, torch.device("cpu")), tiny_model.card), (2,))[2]
    order = np.argsort(-logits[0].numpy(), axis=0, kind="stable")
    assert ranked.dtype == np.uint8
    assert np.array_equal(ranked, order[:3])
    assert np.array_equal(ranked[0], predictor.predict(image, 2).labels)


@pytest.mark.parametrize("engine", ["openvino", "torch"])
def test_two_looks_are_the_mean_of_the_scene_and_a_smaller_copy(tiny_model: ModelEntry, engine: str) -> None:
    import torch
    import torch.nn.functional as F

    from unetpp_desktop.nn.weights import image_tensor, load_network, normalise

    image = np.random.default_rng(1).integers(0, 256, (64, 128, 3)).astype(np.uint8)
    once, twice = (open_predictor(tiny_model, "cpu", engine, "fp32", looks=looks) for looks in (1, 2))
    with torch.inference_mode():
        network = load_network(tiny_model).placed_on(torch.device("cpu"))
        values = normalise(image_tensor(image, torch.device("cpu")), tiny_model.card)
        smaller = F.interpolate(values, (48, 96), mode="bilinear", antialias=True)
        second = F.interpolate(network(smaller, (2,))[2], (64, 128), mode="bilinear")
        wanted = (network(values, (2,))[2] + second)[0].argmax(0).numpy()
    assert (twice.predict(image, 2).labels != wanted).mean() < 1e-3
    assert (once.predict(image, 2).labels != wanted).mean() > 0.01, "one look says something else"


def test_there_are_one_or_two_looks(tiny_model: ModelEntry) -> None:
    with pytest.raises(UserError, match="Choose 1 or 2 looks"):
        open_predictor(tiny_model, "cpu", looks=3)


def test_heads_that_disagree_make_a_pixel_uncertain(tiny_model: ModelEntry) -> None:
    """The logits of all heads are mixed; what others than the label then get is the uncertainty."""
    import torch

    from unetpp_desktop.nn.uncertainty import head_weights
    from unetpp_desktop.nn.weights import image_tensor, load_network, normalise

    image = np.random.default_rng(1).integers(0, 256, (21, 33, 3)).astype(np.uint8)
    review = open_predictor(tiny_model, "cpu", "torch", "fp32", looks=1).predict_for_review(image, 3)
    with torch.inference_mode():
        network = load_network(tiny_model).placed_on(torch.device("cpu"))
        logits = network(normalise(image_tensor(image, torch.device("cpu")), tiny_model.card), (1, 2, 3))
    weights = head_weights(3)
    assert sum(weights) == pytest.approx(1)
    assert weights[0] < weights[1] < weights[2]
    mixed = np.tensordot(weights, np.stack([logits[depth][0].numpy() for depth in (1, 2, 3)]), 1)
    shares = np.exp(mixed) / np.exp(mixed).sum(0)
    others = 1 - np.take_along_axis(shares, review.labels[None].astype(int), 0)[0]
    assert review.uncertainty is not None
    np.testing.assert_allclose(review.uncertainty / 255, np.sqrt(others), atol=0.6 / 255)


def test_a_network_of_two_classes_has_no_third_choice(tmp_path: Path) -> None:
    from unetpp_desktop.nn.card import ModelCard
    from unetpp_desktop.nn.config import NetworkConfig
    from unetpp_desktop.nn.unetpp import UNetPlusPlus
    from unetpp_desktop.nn.weights import save_model

    network = NetworkConfig(filters=(4, 4), classes=2)
    card = ModelCard(name="two", palette=TWO_CLASSES, network=network)
    entry = save_model(tmp_path / "two", card, UNetPlusPlus(network).state_dict())
    ranked = open_predictor(entry, "cpu").predict_ranked(toy_scene(0)[0], 1)
    assert (ranked[0] + ranked[1] == 1).all()
    assert (ranked[2] == 255).all()


def test_a_memory_that_is_too_small_is_a_sentence(
    tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = open_predictor(tiny_model, "cpu", "torch")

    def full(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    monkeypatch.setattr("unetpp_desktop.nn.torch_predictor.normalise", full)
    with pytest.raises(UserError, match="memory is too small for depth 3"):
        predictor.predict(np.zeros((8, 8, 3), np.uint8), 3)


def test_a_missing_device_is_a_sentence(tiny_model: ModelEntry) -> None:
    import torch

    missing = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(UserError, match=rf"device {missing} is not available.*the device cpu"):
        open_predictor(tiny_model, missing)
    with pytest.raises(UserError, match="no device tpu"):
        open_predictor(tiny_model, "tpu")


def test_models_are_found_by_name_and_by_path(tiny_model: ModelEntry) -> None:
    parent = tiny_model.folder.parent
    assert resolve_model("tiny", parent).folder == tiny_model.folder
    assert resolve_model(str(tiny_model.folder)).name == "tiny"
    assert resolve_model(str(tiny_model.weights)).name == "tiny"
    models, problems = list_models(parent)
    assert "tiny" in [entry.name for entry in models]
    assert problems == []


@pytest.mark.parametrize("name", ["net.pth", "net.pt", "net.ckpt", "net.pkl"])
def test_a_pickle_is_refused_with_the_way_out(name: str) -> None:
    with pytest.raises(UserError, match=r"pickle.*safetensors"):
        resolve_model(name)


def test_what_is_no_model_is_named(tiny_model: ModelEntry, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no model nobody"):
        resolve_model("nobody")
    with pytest.raises(UserError, match=CARD_FILE):
        open_model(tmp_path)
    broken = tmp_path / "broken"
    shutil.copytree(tiny_model.folder, broken)
    (broken / WEIGHTS_FILE).write_bytes(b"nonsense")
    with pytest.raises(UserError, match="not a safetensors file"):
        open_predictor(open_model(broken), "cpu")
    (broken / CARD_FILE).write_text("{}")
    _, problems = list_models(tmp_path)
    assert len(problems) == 1
    assert str(broken / CARD_FILE) in problems[0]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"classes": 11,', '"classes": 12,', "the palette names 11 classes, the network tells 12 apart"),
        ('"scene_pixels": 172800', '"scene_pixels": 0', "scene_pixels: Input should be greater than 0"),
        ('"scene_pixels": 172800', '"scene_pixels": -5', "scene_pixels: Input should be greater than 0"),
    ],
)
def test_a_card_that_cannot_be_is_told_with_its_fault(
    tiny_model: ModelEntry, tmp_path: Path, old: str, new: str, fault: str
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(tiny_model.folder, folder)
    text = (folder / CARD_FILE).read_text()
    assert old in text
    (folder / CARD_FILE).write_text(text.replace(old, new))
    with pytest.raises(UserError, match=rf"{CARD_FILE} is not a model card: .*{fault}.*Choose another model"):
        resolve_model(str(folder))


def test_weights_of_another_network_are_refused(tiny_model: ModelEntry, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(tiny_model.folder, other)
    card = (other / CARD_FILE).read_text().replace("[\n      4,", "[\n      5,")
    (other / CARD_FILE).write_text(card)
    with pytest.raises(UserError, match="does not fit its card"):
        open_predictor(open_model(other), "cpu")
