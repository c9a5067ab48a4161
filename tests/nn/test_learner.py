"""One step, and what is kept of it."""

import pytest
import torch

from tests.nn.conftest import TWO_CLASSES, toy_scene
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.device import fastest_convolutions
from unetpp_desktop.nn.learner import Learner, LearningRules
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import image_tensor

CARD = ModelCard(name="toy", palette=TWO_CLASSES, network=NetworkConfig(filters=(4, 6, 8), classes=2))


def _learner(device: str = "cpu") -> Learner:
    torch.manual_seed(0)
    rules = LearningRules(head_weights=(1.0, 1.0), class_weights=torch.ones(2))
    return Learner(UNetPlusPlus(CARD.network), CARD, rules, torch.device(device))


def _step(learner: Learner) -> None:
    image, labels = toy_scene(learner.steps)
    images = image_tensor(image, torch.device("cpu"))
    learner.step(images, torch.from_numpy(labels).long().unsqueeze(0), 1e-3)


def _saved() -> dict[str, torch.Tensor]:
    learner = _learner()
    _step(learner)
    return {name: tensor.contiguous() for name, tensor in learner.state().items()}


def test_a_state_is_a_copy_that_later_steps_leave_alone() -> None:
    learner = _learner()
    _step(learner)
    state = learner.state()
    kept = {name: tensor.clone() for name, tensor in state.items()}
    _step(learner)
    assert all(torch.equal(tensor, kept[name]) for name, tensor in state.items())


def test_averages_and_moments_lie_as_the_network_does() -> None:
    learner = _learner()
    learner.load_state(_saved(), 1)
    parameters = dict(learner.network.named_parameters())
    for name, parameter in parameters.items():
        assert learner.average.weights[name].stride() == parameter.stride(), name
        assert learner._optimiser.state[parameter]["exp_avg"].stride() == parameter.stride(), name


@pytest.mark.filterwarnings("ignore:.*copying from a non-meta parameter")
def test_a_fused_optimiser_gets_its_counters_back_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a GPU AdamW is fused and counts there; torch's own empty device stands for it."""
    optimiser = torch.optim.AdamW
    monkeypatch.setattr(torch.optim, "AdamW", lambda groups, lr, fused: optimiser(groups, lr=lr, fused=True))
    learner = _learner("meta")
    learner.load_state(_saved(), 1)
    places = {value.device.type for kept in learner._optimiser.state.values() for value in kept.values()}
    assert places == {"meta"}


def test_an_optimiser_that_is_not_fused_counts_on_the_cpu() -> None:
    learner = _learner()
    learner.load_state(_saved(), 1)
    counters = [kept["step"] for kept in learner._optimiser.state.values()]
    assert {(counter.device.type, float(counter)) for counter in counters} == {("cpu", 1.0)}


def test_cudnn_looks_for_the_fastest_convolutions_of_a_gpu_only() -> None:
    before = torch.backends.cudnn.benchmark
    for device, wanted in (("cuda", True), ("cpu", before)):
        with fastest_convolutions(torch.device(device)):
            assert torch.backends.cudnn.benchmark == wanted
        assert torch.backends.cudnn.benchmark == before
