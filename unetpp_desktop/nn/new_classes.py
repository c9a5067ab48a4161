"""The rows that a head gets for classes the network does not know yet."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import image_tensor, normalise

_SCENES_AT_MOST = 20
_PIXELS = 10_000  # of a scene
_LONGEST_SIDE = 1024  # of what the network looks at; the memory would not hold a large photo
_ITERATIONS = 100
_SPLIT_OFF = 0.5  # of the pixels of a new class that were answered as one other class
_DECAY = 1e-4  # keeps rows finite where a class is told apart without error


def fit_new_rows(
    network: UNetPlusPlus,
    card: ModelCard,
    scenes: TrainingScenes,
    classes: Sequence[int],
    progress: Progress,
) -> dict[int, int]:
    """Sets, in every head of ``network``, the rows of ``classes`` to those that suit ``scenes`` best.

    Everything else stays: what a head is given, and the rows of the other classes, as in imprinting (Qi et
    al., arXiv 1712.07136), but by the cross-entropy of some pixels of at most 20 scenes, which has one
    minimum. Starting from nothing, the few steps of a fine-tuning move a row too little. The row of a class
    that is none of these pixels' stays.

    Returns the class that each new one was split off: as which the deepest head answered more than half
    of its pixels before. New classes of which there is no such class are not in it.
    """
    features, labels = _pixels(network, card, scenes, classes, progress)
    new = torch.tensor([index for index in classes if (labels == index).any()], dtype=torch.int64)
    if not len(new):
        return {}
    split_off = _split_off(network, features, labels, classes)
    for depth, head in network.heads.items():
        assert isinstance(head, nn.Conv2d)
        rows = _fitted(head, features[depth], labels, new)
        with torch.no_grad():
            assert head.bias is not None
            head.weight[new, :, 0, 0] = rows[:, :-1].to(head.weight)
            head.bias[new] = rows[:, -1].to(head.bias)
    return split_off


def _split_off(
    network: UNetPlusPlus, features: Mapping[str, Tensor], labels: Tensor, classes: Sequence[int]
) -> dict[int, int]:
    deepest = max(network.heads, key=int)
    head = network.heads[deepest]
    assert isinstance(head, nn.Conv2d)
    scores = _scores(head, features[deepest])
    scores[:, list(classes)] = -torch.inf
    answers = scores.argmax(1)
    found = {}
    for index in classes:
        its_answers = answers[labels == index]
        if len(its_answers) and len(classes) < scores.shape[1]:
            whole = int(its_answers.mode().values)
            if (its_answers == whole).double().mean() > _SPLIT_OFF:
                found[index] = whole
    return found


@torch.no_grad()
def _scores(head: nn.Conv2d, features: Tensor) -> Tensor:
    """``float32 (n, classes)``: the logits of a head for what it is given at some pixels."""
    assert head.bias is not None
    return features @ head.weight[:, :, 0, 0].cpu().T + head.bias.cpu()


def _pixels(
    network: UNetPlusPlus,
    card: ModelCard,
    scenes: TrainingScenes,
    classes: Sequence[int],
    progress: Progress,
) -> tuple[dict[str, Tensor], Tensor]:
    """What each head is given at some known pixels, ``float32 (n, channels)``, and their classes ``(n,)``."""
    device = next(network.parameters()).device
    given: dict[str, Tensor] = {}

    def watch(depth: str) -> torch.utils.hooks.RemovableHandle:
        return network.heads[depth].register_forward_pre_hook(lambda _, x: given.update({depth: x[0]}))

    watching = [watch(depth) for depth in network.heads]
    chance = torch.Generator().manual_seed(0)
    features: dict[str, list[Tensor]] = {depth: [] for depth in network.heads}
    labels = []
    chosen = spread_indexes(scenes.count, _SCENES_AT_MOST)
    for done, index in enumerate(chosen):
        progress(done, len(chosen), "looking at new classes in scene")
        image, truth = _part(*scenes.load(index), classes)
        with torch.no_grad():
            network(normalise(image_tensor(image, device), card))
        height, width = truth.shape
        known = torch.from_numpy(truth.ravel() != VOID).nonzero()[:, 0]
        some = known[torch.randperm(len(known), generator=chance)[:_PIXELS]]
        labels.append(torch.from_numpy(truth.ravel())[some].long())
        for depth, found in features.items():
            found.append(given[depth][0, :, :height, :width].flatten(1).T.cpu()[some].float())
    for handle in watching:
        handle.remove()
    return {depth: torch.cat(found) for depth, found in features.items()}, torch.cat(labels)


def _part(image: np.ndarray, truth: np.ndarray, classes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The two, or of a large scene what surrounds a pixel of ``classes``, or one that is known at all."""
    if max(truth.shape) <= _LONGEST_SIDE:
        return image, truth
    wanted = np.flatnonzero(np.isin(truth, classes))
    if not len(wanted):
        wanted = np.flatnonzero(truth != VOID)
    row, column = divmod(int(wanted[len(wanted) // 2]) if len(wanted) else 0, truth.shape[1])
    part = _around(row, truth.shape[0]), _around(column, truth.shape[1])
    return image[part], truth[part]


def _around(middle: int, length: int) -> slice:
    start = max(0, min(middle - _LONGEST_SIDE // 2, length - _LONGEST_SIDE))
    return slice(start, start + _LONGEST_SIDE)


def _fitted(head: nn.Conv2d, features: Tensor, labels: Tensor, new: Tensor) -> Tensor:
    """``float32 (classes, channels + 1)``: weights and bias of the ``new`` rows."""
    known = _scores(head, features)
    rows = torch.zeros(len(new), features.shape[1] + 1, requires_grad=True)
    solver = torch.optim.LBFGS([rows], max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        scores = known.index_copy(1, new, features @ rows[:, :-1].T + rows[:, -1])
        value = F.cross_entropy(scores, labels) + _DECAY * rows.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    solver.step(loss)  # type: ignore[no-untyped-call]
    return rows.detach()
