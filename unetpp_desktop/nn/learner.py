"""One optimisation step, shared by training and fine-tuning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from unetpp_desktop.nn.average import AveragedWeights
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.losses import distillation_loss, supervised_loss
from unetpp_desktop.nn.overlap_losses import dice_loss, lovasz_loss
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import normalise

_OPTIMISER_STATE = ("exp_avg", "exp_avg_sq", "step")


@dataclass(frozen=True)
class LearningRules:
    """How a step changes the weights (AdamW, Loshchilov and Hutter, arXiv 1711.05101)."""

    head_weights: Sequence[float]
    class_weights: Tensor
    weight_decay: float = 1e-2
    clip: float = 1.0  # norm of the whole gradient
    average_decay: float = 0.999
    bf16: bool = False
    encoder_rate: float = 1.0  # factor on the learning rate of the encoder, X(i,0)
    freeze_norms: bool = False  # batch norms keep their statistics
    distillation: float = 0.0  # weight of what the shallower heads learn from the deepest one
    dice: float = 0.0  # weight of the Dice loss of the deepest head
    lovasz: float = 0.0  # weight of the Lovasz-Softmax loss of the deepest head
    pull: float = 0.0  # decay towards the starting weights (L2-SP, arXiv 1802.01483)


class Learner:
    """A network, its optimiser and its averaged weights on one device."""

    def __init__(
        self, network: UNetPlusPlus, card: ModelCard, rules: LearningRules, device: torch.device
    ) -> None:
        self.network = network.placed_on(device)
        self.card, self.rules, self.device = card, rules, device
        self._class_weights = rules.class_weights.to(device)
        self._parameters = dict(self.network.named_parameters())
        self._optimiser = torch.optim.AdamW(self._groups(), lr=0.0, fused=device.type == "cuda")
        self._start = (
            {name: tensor.detach().clone() for name, tensor in self._parameters.items()} if rules.pull else {}
        )
        self.average = AveragedWeights(self.network, rules.average_decay)
        self.steps = 0

    def _groups(self) -> list[dict[str, object]]:
        """One group per parameter kind: encoder or not, decayed (matrices) or not (norms and biases)."""
        kinds: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, parameter in self._parameters.items():
            encoder = name.startswith("nodes.") and name.split(".")[1].endswith("_0")
            kinds.setdefault((encoder, parameter.ndim > 1), []).append(parameter)
        return [
            {
                "params": parameters,
                "weight_decay": self.rules.weight_decay if decayed else 0.0,
                "rate_factor": self.rules.encoder_rate if encoder else 1.0,
            }
            for (encoder, decayed), parameters in kinds.items()
        ]

    def step(self, images: Tensor, labels: Tensor, rate: float) -> Tensor:
        """Learns from one batch, ``images`` in 0..255 and ``int64`` labels; returns its loss."""
        labels = labels.to(self.device)
        return self.learn(images, rate, lambda logits: self._loss(logits, labels))

    def learn(self, images: Tensor, rate: float, loss_of: Callable[[dict[int, Tensor]], Tensor]) -> Tensor:
        """One step against ``loss_of`` the logits per depth of ``images`` (in 0..255); returns the loss.

        The loss stays on the device: reading it would make the processor wait for every step.
        """
        self.network.train()
        if self.rules.freeze_norms:
            for module in self.network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        for group in self._optimiser.param_groups:
            group["lr"] = rate * group["rate_factor"]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.rules.bf16):
            loss = loss_of(self.network(normalise(images.to(self.device), self.card)))
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._parameters.values(), self.rules.clip)
        self._optimiser.step()
        self._pull_back(rate)
        self.average.update(self.network, self.steps)
        self.steps += 1
        return loss.detach()

    def _loss(self, logits: dict[int, Tensor], labels: Tensor) -> Tensor:
        rules = self.rules
        loss = supervised_loss(logits, labels, self._class_weights, rules.head_weights)
        if rules.distillation:
            loss = loss + rules.distillation * distillation_loss(logits, rules.head_weights)
        for weight, overlap_loss in ((rules.dice, dice_loss), (rules.lovasz, lovasz_loss)):
            if weight:
                loss = loss + weight * overlap_loss(logits[max(logits)], labels)
        return loss

    @torch.no_grad()
    def _pull_back(self, rate: float) -> None:
        for name, start in self._start.items():
            self._parameters[name].lerp_(start, rate * self.rules.pull)

    def is_finite(self) -> bool:
        """Whether all weights are numbers still.

        A gradient that is none makes some of them NaN, and so they stay: asking once in many steps suffices.
        """
        weights = [tensor for tensor in self.network.state_dict().values() if tensor.is_floating_point()]
        return bool(torch.stack([tensor.isfinite().all() for tensor in weights]).all())

    def averaged_network(self) -> UNetPlusPlus:
        """A network of its own with the averaged weights as they are now, in evaluation mode."""
        network = UNetPlusPlus(self.card.network).placed_on(self.device)
        network.load_state_dict(self.average.weights)
        return network.eval()

    def state(self) -> dict[str, Tensor]:
        """Everything that the next step depends on, by name; `load_state` takes it back.

        The copy lies on the device: one per epoch costs a GPU nothing there.
        """
        tensors = {f"network.{name}": tensor for name, tensor in self.network.state_dict().items()}
        tensors |= {f"average.{name}": tensor for name, tensor in self.average.weights.items()}
        for name, parameter in self._parameters.items():
            for key in _OPTIMISER_STATE:
                if parameter in self._optimiser.state:
                    tensors[f"optimiser.{key}.{name}"] = self._optimiser.state[parameter][key]
        return {name: tensor.detach().clone() for name, tensor in tensors.items()}

    def load_state(self, tensors: dict[str, Tensor], steps: int) -> None:
        """Goes back to a `state` that was taken after ``steps`` steps."""
        own = {part: _part(tensors, f"{part}.") for part in ("network", "average", "optimiser")}
        self.network.load_state_dict(own["network"])
        for name, tensor in own["average"].items():
            self.average.weights[name].copy_(tensor)  # which lie as the network's do
        fused = self._optimiser.defaults["fused"]
        for name, parameter in self._parameters.items():
            for key in _OPTIMISER_STATE:
                saved = own["optimiser"].get(f"{key}.{name}")
                if saved is None:
                    continue
                if key != "step":
                    value = torch.zeros_like(parameter).copy_(saved)
                else:  # AdamW counts its steps on the CPU, unless it is fused
                    value = saved.to(parameter.device if fused else "cpu")
                self._optimiser.state[parameter][key] = value
        self.steps = steps


def averages_of(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The averaged weights of a `Learner.state`: those that a model gets."""
    return _part(state, "average.")


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
