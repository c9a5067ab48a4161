"""A model whose classes were merged in the folder is measured as it labels there."""

from pathlib import Path

import pytest
import torch

from tests.nn.conftest import TWO_CLASSES
from tests.tasks.rounds import CORRECTED, correct, play, rectangles
from unetpp_desktop.core.palette import LabelClass, Palette
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import save_model
from unetpp_desktop.storage.bookkeeping import write_palette
from unetpp_desktop.storage.project import Project

_DARK, _LIGHT = TWO_CLASSES.classes
_DIM = LabelClass(name="dim", color=(90, 90, 90))


def _says(name: str, folder: Path) -> ModelEntry:
    """A model of dark, light and dim that calls every pixel by this ``name``."""
    palette = Palette(name="three", classes=(_DARK, _LIGHT, _DIM))
    torch.manual_seed(3)
    config = NetworkConfig(filters=(6, 8), classes=3)
    network = UNetPlusPlus(config)
    for head in network.heads.values():
        assert isinstance(head, torch.nn.Conv2d)
        assert head.bias is not None
        with torch.no_grad():
            head.weight.mul_(0.01)
            head.bias.copy_(torch.tensor([0.0, -3.0, -3.0]))
            head.bias[palette.index_of(name)] = 3.0
    card = ModelCard(name="toy", palette=palette, network=config)
    return save_model(folder, card, network.state_dict())


@pytest.mark.parametrize("said", ["light", "dim"])
@pytest.mark.parametrize(
    "merged",
    [
        _LIGHT.model_copy(update={"former": ("dim",)}),
        LabelClass(name="bright", color=(250, 250, 250), former=("light", "dim")),
    ],
)
def test_what_is_called_by_any_of_the_merged_names_counts_as_the_new_class(
    tmp_path: Path, merged: LabelClass, said: str
) -> None:
    folder = rectangles(tmp_path / "rectangles").folder
    write_palette(folder / ".unetpp", Palette(name="two", classes=(_DARK, merged)))
    project = Project.open(folder)
    for seed in range(CORRECTED):
        correct(project, seed)
    result = play(project, _says(said, tmp_path / "toy"))
    pixels = result.before.pixels
    assert result.before.iou["dark"] == 0
    assert result.before.iou[merged.name] == pytest.approx(pixels[merged.name] / sum(pixels.values()))
    assert result.refused is None
    assert result.after.miou > 0.8
