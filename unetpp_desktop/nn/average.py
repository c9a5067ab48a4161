"""Exponential moving average of weights."""

import torch
from torch import Tensor, nn


class AveragedWeights:
    """Follows a network's parameters and buffers; the average generalises better than the last step.

    The decay ramps up as (1 + step) / (10 + step), so that a short training is not held back by
    its random start.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights: dict[str, Tensor] = {
            name: tensor.detach().clone() for name, tensor in network.state_dict().items()
        }

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        averages: list[Tensor] = []
        latest: list[Tensor] = []
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                averages.append(self.weights[name])
                latest.append(tensor)
            else:
                self.weights[name].copy_(tensor)
        torch._foreach_lerp_(averages, latest, 1 - decay)  # one call for all: a GPU is told what to do once
