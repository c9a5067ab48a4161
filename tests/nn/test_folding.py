"""Batch norms folded into convolutions."""

import pytest
import torch

from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.folding import folded
from unetpp_desktop.nn.unetpp import UNetPlusPlus


@pytest.mark.parametrize("network", [{}, {"block": "residual"}, {"norm": "none"}])
def test_a_folded_network_says_the_same_without_norms(network: dict[str, object]) -> None:
    config = NetworkConfig.model_validate({"filters": (4, 4, 6, 6, 8), "classes": 11, **network})
    torch.manual_seed(1)
    plain = UNetPlusPlus(config)
    for name, buffer in plain.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2)
        elif name.endswith("running_mean"):
            buffer.normal_()
    plain.eval()
    before = {name: tensor.clone() for name, tensor in plain.state_dict().items()}
    without = folded(plain)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in without.modules())
    images = torch.randn(1, 3, 37, 53)
    with torch.inference_mode():
        wanted, found = plain(images), without(images)
    for depth, logits in wanted.items():
        torch.testing.assert_close(found[depth], logits, rtol=1e-4, atol=1e-4)
    assert all(torch.equal(before[name], tensor) for name, tensor in plain.state_dict().items())
