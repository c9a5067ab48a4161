"""A network for other classes than it was trained on: what it knows of the new ones it keeps."""

import torch
from torch import Tensor

from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import load_network

_NEW_ROW = 0.01  # standard deviation of a new class's weights: it says nothing until it has learnt


def known_classes(entry: ModelEntry, palette: Palette) -> Tensor:
    """``int64 (n,)``: the classes of ``palette`` that the model knows by a present or former name."""
    table = palette.mapping_from(entry.card.palette)[: len(entry.card.palette)]
    return torch.tensor(sorted({int(place) for place in table if place != VOID}), dtype=torch.int64)


def network_for(entry: ModelEntry, palette: Palette) -> UNetPlusPlus:
    """The network of a model with heads for the classes of ``palette``, which are matched by name.

    Rows of classes it knows are kept, those of new ones start near zero; classes that ``palette``
    lacks are dropped. With the classes of the model it is the network itself.
    """
    network = load_network(entry)
    if entry.card.palette.names == palette.names:
        return network
    config = entry.card.network.model_copy(update={"classes": len(palette)})
    other = UNetPlusPlus(config)
    weights = network.state_dict()
    table = palette.mapping_from(entry.card.palette)
    # Of two classes that were merged into one, the one that still has its name comes last and stays.
    places = sorted(
        ((there, int(table[there])) for there in range(len(entry.card.palette)) if table[there] != VOID),
        key=lambda place: palette.names[place[1]] == entry.card.palette.names[place[0]],
    )
    chance = torch.Generator().manual_seed(0)
    for name, fresh in other.state_dict().items():
        if not name.startswith("heads."):
            continue
        old = weights[name]
        rows = torch.zeros_like(fresh)
        if rows.ndim > 1:
            rows.normal_(0.0, _NEW_ROW, generator=chance)
        for there, here in places:
            rows[here] = old[there]
        weights[name] = rows
    other.load_state_dict(weights)
    return other.eval()
