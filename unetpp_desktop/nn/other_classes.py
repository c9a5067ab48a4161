"""A network for other classes than it was trained on: what it knows of the new ones it keeps."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import load_network

_NEW_ROW = 0.01  # standard deviation of a new class's weights: it says nothing until it has learnt


def known_classes(entry: ModelEntry, palette: Palette) -> Tensor:
    """``int64 (n,)``: the classes of ``palette`` that the model knows by a present or former name."""
    known = [place for place, parts in enumerate(_parts(entry, palette)) if parts]
    return torch.tensor(known, dtype=torch.int64)


def merged_classes(entry: ModelEntry, palette: Palette) -> list[int]:
    """The classes of ``palette`` into which more than one of the model's were merged."""
    return [place for place, parts in enumerate(_parts(entry, palette)) if len(parts) > 1]


def answering_network(entry: ModelEntry, palette: Palette, device: torch.device) -> nn.Module:
    """What a model answers in the classes of ``palette``; not to be trained.

    `network_for`, or where classes were merged, `MergedAnswers`: no single row answers as several do.
    """
    if merged_classes(entry, palette):
        return MergedAnswers(load_network(entry).placed_on(device), _parts(entry, palette)).eval()
    return network_for(entry, palette).placed_on(device).eval()


class MergedAnswers(nn.Module):
    """A network whose classes were merged: the probabilities of those that are one now are added.

    ``parts`` names, for each of the new classes, those of ``network``; where there are none, the class is
    never the likeliest.
    """

    def __init__(self, network: UNetPlusPlus, parts: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self._network, self._parts = network, parts

    def forward(self, images: Tensor, heads: Iterable[int] | None = None) -> dict[int, Tensor]:
        """As `UNetPlusPlus.forward`, in the new classes."""
        answers: dict[int, Tensor] = self._network(images, heads)
        return {depth: self._merged(scores.float()) for depth, scores in answers.items()}

    def _merged(self, scores: Tensor) -> Tensor:
        never = scores.amin(1)  # finite, so that tiles can be blended
        rows = [scores[:, list(parts)].logsumexp(1) if parts else never for parts in self._parts]
        return torch.stack(rows, 1)


def _parts(entry: ModelEntry, palette: Palette) -> list[list[int]]:
    """For each class of ``palette``, the classes of the model that have its present or a former name."""
    table = palette.mapping_from(entry.card.palette)[: len(entry.card.palette)].tolist()
    return [[there for there, here in enumerate(table) if here == place] for place in range(len(palette))]


def network_for(entry: ModelEntry, palette: Palette) -> UNetPlusPlus:
    """The network of a model with heads for the classes of ``palette``, which are matched by name.

    Rows of classes it knows are kept, those of new ones start near zero; classes that ``palette``
    lacks are dropped. Of `merged_classes` only one row is kept. With the classes of the model it is the
    network itself.
    """
    network = load_network(entry)
    if entry.card.palette.names == palette.names:
        return network
    config = entry.card.network.model_copy(update={"classes": len(palette)})
    other = UNetPlusPlus(config)
    weights = network.state_dict()
    former, present = entry.card.palette.names, palette.names
    kept = {  # of classes that were merged into one, the one that still has its name
        here: next((there for there in parts if former[there] == present[here]), parts[-1])
        for here, parts in enumerate(_parts(entry, palette))
        if parts
    }
    chance = torch.Generator().manual_seed(0)
    for name, fresh in other.state_dict().items():
        if not name.startswith("heads."):
            continue
        old = weights[name]
        rows = torch.zeros_like(fresh)
        if rows.ndim > 1:
            rows.normal_(0.0, _NEW_ROW, generator=chance)
        for here, there in kept.items():
            rows[here] = old[there]
        weights[name] = rows
    other.load_state_dict(weights)
    return other.eval()
