"""The nested network and its pruned versions."""

import pytest
import torch
from pydantic import ValidationError

from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.unetpp import UNetPlusPlus


def _network(**changes: object) -> UNetPlusPlus:
    config = NetworkConfig.model_validate({"filters": (4, 6, 8, 10, 12), "classes": 11, **changes})
    torch.manual_seed(1)
    network = UNetPlusPlus(config).train()
    with torch.no_grad():
        network(torch.randn(2, 3, 48, 48))  # gives the batch norms statistics that are not trivial
    return network.eval()


@pytest.mark.parametrize("block", ["plain", "residual"])
@pytest.mark.parametrize("norm", ["batch", "none"])
@pytest.mark.parametrize("size", [(1, 1), (37, 53), (96, 128)])
def test_the_pruned_network_equals_the_head_exactly(block: str, norm: str, size: tuple[int, int]) -> None:
    network = _network(block=block, norm=norm)
    image = torch.randn(1, 3, *size)
    with torch.inference_mode():
        heads = network(image)
        assert list(heads) == [1, 2, 3, 4]
        for depth, logits in heads.items():
            assert logits.shape == (1, 11, *size)
            pruned = network.at_depth(depth)
            assert not pruned.training
            assert torch.equal(pruned(image)[depth], logits)
            assert torch.equal(network(image, [depth])[depth], logits)


def test_depths_have_the_parameters_of_the_paper() -> None:
    network = UNetPlusPlus(NetworkConfig(filters=(32, 64, 128, 256, 512), classes=11))
    for depth, millions in {1: 0.1, 2: 0.5, 3: 2.2, 4: 9.0}.items():
        parameters = sum(tensor.numel() for tensor in network.at_depth(depth).parameters())
        assert parameters / 1e6 == pytest.approx(millions, rel=0.05)


def test_a_depth_that_the_network_lacks_is_refused() -> None:
    network = _network(filters=(4, 6, 8))
    assert network.depth == 2
    with pytest.raises(ValueError, match="depth 3"):
        network.at_depth(3)


@pytest.mark.parametrize("filters", [(8,), (8, 8, 8, 8, 8, 8), (8, 0)])
def test_filters_that_make_no_network_are_refused(filters: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="filters"):
        NetworkConfig(filters=filters, classes=11)


def test_pixels_beside_the_image_do_not_depend_on_the_depth() -> None:
    """An odd-sized image is continued by its mirror image, a very small one by its last row and column."""
    network = _network()
    for side, mode in ((20, "reflect"), (5, "replicate")):
        image = torch.randn(1, 3, side, side)
        extended = torch.nn.functional.pad(image, (0, -side % 16, 0, -side % 16), mode=mode)
        with torch.inference_mode():
            for depth in range(1, 5):
                assert torch.equal(network(image)[depth], network(extended)[depth][..., :side, :side])
