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


def _dilated_network() -> UNetPlusPlus:
    network = _network(dilations=(0, 6, 3, 2, 0))
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if "dilated" in name:
                weight.normal_(std=0.2)
    return network


def test_a_pruned_network_keeps_the_dilated_convolutions_of_its_rows() -> None:
    network, image = _dilated_network(), torch.randn(1, 3, 37, 53)
    with torch.inference_mode():
        for depth, logits in network(image).items():
            pruned = network.at_depth(depth)
            assert pruned.config.dilations == (0, 6, 3, 2, 0)[: depth + 1]
            assert torch.equal(pruned(image)[depth], logits)


@pytest.mark.parametrize("dilations", [(), (0, 6, 3, 2, 0)])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_network_looks_as_far_as_its_reach(dilations: tuple[int, ...], depth: int) -> None:
    network = _network(norm="none", dilations=dilations).double()
    for parameter in network.parameters():
        parameter.data.abs_().add_(0.01)  # so that nothing that is seen leaves the logits as they are
    reach = network.config.reach(depth)
    first, last = 256, 256 + 2**depth - 1  # of a cell

    def sees(pixel: int, column: int) -> bool:
        image = torch.zeros(1, 3, 16, 512, dtype=torch.float64)
        image[..., column] = 1
        with torch.inference_mode():
            dark, lit = (network(seen, (depth,))[depth][0, :, 8, pixel] for seen in (0 * image, image))
        return not torch.equal(dark, lit)

    assert sees(first, first - reach)
    assert not sees(first, first - reach - 1)
    assert sees(last, last + reach)
    assert not sees(last, last + reach + 1)


def test_a_network_that_gets_dilated_convolutions_says_at_first_what_it_said() -> None:
    network, image = _network(), torch.randn(1, 3, 37, 53)
    config = network.config.model_copy(update={"dilations": (0, 6, 6, 6, 0)})
    grown = network.grown(config)
    assert grown.config == config
    assert not grown.training
    with torch.inference_mode():
        wanted, found = network(image), grown(image)
    assert all(torch.equal(found[depth], logits) for depth, logits in wanted.items())


def test_no_dilation_anywhere_is_none_and_rows_can_get_theirs_one_after_another() -> None:
    plain = NetworkConfig(filters=(4, 6, 8), classes=11)
    assert NetworkConfig(filters=(4, 6, 8), classes=11, dilations=(0, 0, 0)) == plain
    one, two, other = (
        NetworkConfig(filters=(4, 6, 8), classes=11, dilations=row)
        for row in ((0, 3, 0), (0, 3, 6), (0, 4, 6))
    )
    assert plain.grows_to(one)
    assert one.grows_to(two)
    assert two.grows_to(two)
    assert not two.grows_to(one)
    assert not one.grows_to(other)


@pytest.mark.parametrize("changes", [{"filters": (4, 6, 8, 10, 14)}, {"classes": 3}, {"block": "residual"}])
def test_nothing_else_grows(changes: dict[str, object]) -> None:
    network = _network()
    with pytest.raises(ValueError, match="dilated"):
        network.grown(network.config.model_copy(update={"dilations": (0, 6, 6, 6, 0), **changes}))


@pytest.mark.parametrize("dilations", [(0, 2), (0, 2, -1), (2,) * 4, (0, 1, 0), (0, 0, 33)])
def test_dilations_that_make_no_network_are_refused(dilations: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="dilations"):
        NetworkConfig(filters=(4, 6, 8), classes=11, dilations=dilations)


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
