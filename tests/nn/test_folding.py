"""Batch norms folded into convolutions."""

import pytest
import torch

from tests.nn.networks import untrained_network
from unetpp_desktop.nn.folding import folded

_DILATED = {"dilations": (2, 6, 0, 2, 0)}


@pytest.mark.parametrize("network", [{}, {"block": "residual"}, {"norm": "none"}, _DILATED])
def test_a_folded_network_says_the_same_without_norms(network: dict[str, object]) -> None:
    plain = untrained_network(**network).eval()
    before = {name: tensor.clone() for name, tensor in plain.state_dict().items()}
    without = folded(plain)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in without.modules())
    images = torch.randn(1, 3, 37, 53)
    with torch.inference_mode():
        wanted, found = plain(images), without(images)
    for depth, logits in wanted.items():
        torch.testing.assert_close(found[depth], logits, rtol=1e-4, atol=1e-4)
    assert all(torch.equal(before[name], tensor) for name, tensor in plain.state_dict().items())
