"""What a U-Net++ computes between the normalised image and the logits, as OpenVINO operators.

Built from a model's weights, with batch norms folded into the convolutions before them, or read from a
file in which they are quantised to INT8. `unetpp` says what is computed, and why.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as ops
from safetensors import SafetensorError
from safetensors.numpy import load

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.registry import ModelEntry

Weights = Mapping[str, np.ndarray]
Heads = Mapping[int, ov.Output]
"""The logits ``(1, classes, H, W)`` of each depth."""
Trunk = Callable[[ov.Output, int], Heads]
"""Gives the logits up to a depth for normalised, padded values ``float32 (1, 3, H, W)``."""

_NORM_EPSILON = 1e-5  # of torch's batch norm
_COUNTER = ".num_batches_tracked"  # of torch's batch norm, too; only training asks for it


def read_weights(entry: ModelEntry) -> dict[str, np.ndarray]:
    """The tensors of a model in fp32, by torch's names; raises `UserError` where they are none.

    And where they are in a type that numpy does not have.
    """
    try:
        tensors = load(read_bytes(entry.weights))
    except SafetensorError as error:
        raise UserError(
            f"{entry.weights} is not a safetensors file ({error}). Copy the model again, or train one."
        ) from error
    except KeyError as error:
        # The name of a type that numpy does not have, such as bfloat16.
        raise UserError(
            f"{entry.weights} holds numbers of the type {error.args[0]}, which OpenVINO is not given. "
            "Choose the engine torch, or save the weights in fp16."
        ) from error
    return {name: tensor.astype(np.float32) for name, tensor in tensors.items()}


def trunk_of_weights(card: ModelCard, weights: Weights) -> Trunk:
    """The nodes of a network. When it is called, raises `UserError` where the weights do not fit the card."""
    builder = _Builder(card, weights)

    def trunk(values: ov.Output, deepest: int) -> Heads:
        try:
            heads = builder.logits(values, deepest)
            if deepest == card.depth:
                builder.check_all_taken()
            return heads
        except (KeyError, ValueError, RuntimeError) as error:
            raise UserError(
                f"The weights file of the model {card.name} does not fit its card: "
                f"{str(error).splitlines()[-1].strip()} Copy the model folder again, or choose another model."
            ) from error

    return trunk


def trunk_of_file(core: ov.Core, path: Path) -> Trunk:
    """The nodes that `trunk_model` gave and that were saved, whatever was done to them.

    Raises `UserError` where the file, or the one of its weights beside it, is missing or damaged.
    """
    try:
        read = core.read_model(path)
    except RuntimeError as error:
        raise UserError(
            f"{path} could not be read ({str(error).strip().splitlines()[-1].strip()}). "
            "Make INT8 again: unetpp-desktop quantise FOLDER."
        ) from error

    def trunk(values: ov.Output, deepest: int) -> Heads:
        model = read.clone()
        for reader in model.input(0).get_target_inputs():
            reader.replace_source_output(values)
        return {depth: model.output(_head_name(depth)).node.input_value(0) for depth in range(1, deepest + 1)}

    return trunk


def trunk_model(card: ModelCard, weights: Weights) -> ov.Model:
    """A trunk as a model: from values ``float32 (1, 3, H, W)`` of any size to the logits of all depths.

    Its convolutions have the names of their weights.
    """
    values = ops.parameter(ov.PartialShape([1, 3, -1, -1]), np.float32, name="values")
    results = []
    for depth, logits in trunk_of_weights(card, weights)(values.output(0), card.depth).items():
        logits.get_tensor().set_names({_head_name(depth)})
        results.append(logits)
    return ov.Model(results, [values], card.name)


def _head_name(depth: int) -> str:
    return f"depth_{depth}"


class _Builder:
    def __init__(self, card: ModelCard, weights: Weights) -> None:
        self._card, self._weights = card, weights
        self._filters = card.network.filters
        self._taken = set[str]()

    def check_all_taken(self) -> None:
        """Raises `ValueError` where the whole network has no place for some of the weights.

        They are those of another network, of which this one would be a part that says something else.
        """
        left = sorted(name for name in self._weights.keys() - self._taken if not name.endswith(_COUNTER))
        if left:
            raise ValueError(f"{left[0]} is no part of its network.")

    def logits(self, values: ov.Output, deepest: int) -> Heads:
        rows = [[self._block("0_0", values)]]
        heads = {}
        for depth in range(1, deepest + 1):
            halved = ops.max_pool(rows[depth - 1][0], [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0)
            rows.append([self._block(f"{depth}_0", halved)])
            for column in range(1, depth + 1):
                row = depth - column
                upsampled = self._upsampled(f"ups.{row}_{column}", rows[row + 1][column - 1])
                rows[row].append(self._block(f"{row}_{column}", ops.concat([*rows[row], upsampled], 1)))
            kernel = self._kernel(f"heads.{depth}", self._card.network.classes)
            bias = self._tensor(f"heads.{depth}.bias")
            logits = self._convolved(rows[0][depth], kernel, bias, f"heads.{depth}")
            heads[depth] = logits.output(0)
        return heads

    def _block(self, key: str, x: ov.Output | ov.Node) -> ov.Output:
        first = ops.relu(self._convolved(x, *self._folded(key, 1), f"nodes.{key}.conv1"))
        y = self._convolved(first, *self._folded(key, 2), f"nodes.{key}.conv2")
        dilation = self._card.network.dilation(_row(key)) if key.endswith("_0") else 0
        if dilation:
            name = f"nodes.{key}.dilated"
            kernel = self._kernel(name, self._filters[_row(key)]) * self._factor(key, 2)
            y = ops.add(y, _convolution(first, kernel, name, dilation))
        if self._card.network.block == "residual":
            name = f"nodes.{key}.shortcut"
            kernel = self._kernel(name, self._filters[_row(key)])
            y = ops.add(y, self._convolved(x, kernel, self._tensor(f"{name}.bias"), name))
        return ops.relu(y).output(0)

    def _folded(self, key: str, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Kernel and bias of a convolution with its batch norm, if it has one, folded in."""
        kernel = self._kernel(f"nodes.{key}.conv{number}", self._filters[_row(key)])
        if self._card.network.norm == "none":
            return kernel, self._tensor(f"nodes.{key}.conv{number}.bias")
        norm, factor = f"nodes.{key}.norm{number}", self._factor(key, number)
        bias = self._tensor(f"{norm}.bias") - self._tensor(f"{norm}.running_mean") * factor.ravel()
        return kernel * factor, bias

    def _factor(self, key: str, number: int) -> np.ndarray:
        """What a batch norm, if there is one, multiplies the channels of a kernel by: ``(C, 1, 1, 1)``."""
        norm = f"nodes.{key}.norm{number}"
        if self._card.network.norm == "none":
            return np.ones((1, 1, 1, 1), np.float32)
        variance = self._tensor(f"{norm}.running_var")
        factor: np.ndarray = self._tensor(f"{norm}.weight") / np.sqrt(variance + _NORM_EPSILON)
        return factor.reshape(-1, 1, 1, 1)

    def _tensor(self, name: str) -> np.ndarray:
        self._taken.add(name)
        return self._weights[name]

    def _kernel(self, name: str, channels: int) -> np.ndarray:
        kernel = self._tensor(f"{name}.weight")
        if len(kernel) != channels:
            raise ValueError(f"{name} has {len(kernel)} channels, not {channels}.")
        return kernel

    @staticmethod
    def _convolved(x: ov.Output | ov.Node, kernel: np.ndarray, bias: np.ndarray, name: str) -> ov.Node:
        return ops.add(_convolution(x, kernel, name), ops.constant(bias.reshape(1, -1, 1, 1)))

    def _upsampled(self, name: str, x: ov.Output) -> ov.Node:
        y = ops.convolution_backprop_data(x, ops.constant(self._tensor(f"{name}.weight")), [2, 2])
        return ops.add(y, ops.constant(self._tensor(f"{name}.bias").reshape(1, -1, 1, 1)))


def _convolution(x: ov.Output | ov.Node, kernel: np.ndarray, name: str, dilation: int = 1) -> ov.Node:
    pad = [dilation * (kernel.shape[-1] // 2)] * 2
    return ops.convolution(x, ops.constant(kernel), [1, 1], pad, pad, [dilation] * 2, name=name)


def _row(key: str) -> int:
    return int(key.split("_")[0])
