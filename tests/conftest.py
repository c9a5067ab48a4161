"""Fixtures of the whole suite."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from unetpp_desktop.core import settings
from unetpp_desktop.core.settings import OnOpening

if TYPE_CHECKING:
    from unetpp_desktop.nn.registry import ModelEntry

# How long an example takes says more of what else the machine does than of the code.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the program finds out about this machine stays out of the user's own cache.

    And it finds out nothing that depends on how busy the machine is: the tests compute in fp32.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("unetpp_desktop.nn.self_test.LEAST_AGREEMENT", 2.0)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _no_previews(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows ask the network nothing of themselves; tests of the previews change the setting."""
    monkeypatch.setattr(settings, "ON_OPENING", replace(settings.ON_OPENING, default=OnOpening.NOTHING))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it are skipped where it is absent."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "camvid").is_dir():
        pytest.skip(f"real data are not here ({folder})")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> "ModelEntry":
    """A real, tiny, untrained network of CamVid's classes, called "tiny", alone in its parent folder."""
    import torch

    from unetpp_desktop.core.palette import shipped_palette
    from unetpp_desktop.nn.card import ModelCard
    from unetpp_desktop.nn.config import NetworkConfig
    from unetpp_desktop.nn.unetpp import UNetPlusPlus
    from unetpp_desktop.nn.weights import save_model

    torch.manual_seed(3)
    network = NetworkConfig(filters=(4, 4, 6, 6, 8), classes=11)
    card = ModelCard(name="tiny", palette=shipped_palette("camvid11"), network=network)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return save_model(folder, card, UNetPlusPlus(network).state_dict())
