"""Weights between two models of the same network."""

from collections.abc import Mapping

from torch import Tensor


def mixed_weights(base: Mapping[str, Tensor], new: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """``share`` (0..1) of ``new``, the rest of ``base`` (Wortsman et al., arXiv 2109.01903).

    A model fine-tuned on little data gains most of what it gains on the way there, and forgets most
    near the end. Whole numbers, the counters of batch norms, are those of ``new``.
    """
    return {
        name: base[name].lerp(tensor, share) if tensor.is_floating_point() else tensor
        for name, tensor in new.items()
    }
