"""The predictor on PyTorch."""

import os
import platform
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.cuda_graphs import CudaGraphs
from unetpp_desktop.nn.device import resolve_device, use_cores
from unetpp_desktop.nn.engine_predictor import EnginePredictor, Question, heads_for
from unetpp_desktop.nn.explanation import EngineWhy, Explanation
from unetpp_desktop.nn.folding import folded
from unetpp_desktop.nn.memory import DEFAULT_MEMORY, TORCH_FACTOR, MemoryShort
from unetpp_desktop.nn.precision import Precisions
from unetpp_desktop.nn.registry import ModelEntry, answers_digest
from unetpp_desktop.nn.scale import AUTO, USUAL_LOOKS, second_size
from unetpp_desktop.nn.self_test import SelfTest
from unetpp_desktop.nn.tiles import Answers, Logits
from unetpp_desktop.nn.torch_answers import answers_of
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import batch_of, load_network, normalise, pixels_of


class TorchPredictor(EnginePredictor):
    """Runs the network channels-last, its batch norms folded.

    In bf16 the weights and all values between are rounded, as autocast would do it at each call;
    the logits are fp32 again.
    """

    engine = "torch"

    def __init__(
        self,
        entry: ModelEntry,
        device: str,
        cache_folder: Path,
        precision: str = "auto",
        why: EngineWhy = EngineWhy.ASKED,
        memory: int = DEFAULT_MEMORY,
        scale: str = AUTO,
        looks: int = USUAL_LOOKS,
    ) -> None:
        if precision == "int8":
            raise UserError("INT8 is computed by OpenVINO only. Choose the engine openvino, or bf16.")
        self._device = resolve_device(device)
        self._exact = folded(load_network(entry)).placed_on(self._device)
        self._rounded: UNetPlusPlus | None = None
        self._graphs = CudaGraphs(self._device) if self._device.type == "cuda" else None
        self._asked, self._cache_folder = precision, cache_folder
        self._key = f"{answers_digest(entry)} bf16 looks {looks} torch {torch.__version__}"
        super().__init__(
            entry.card, self._device.type, self._untested(), why, memory, scale, looks, TORCH_FACTOR
        )

    def _untested(self) -> Precisions:
        """The precisions on the device, as far as they are known there."""
        test = None
        if self._asked == "auto" and self._device.type in ("cpu", "cuda"):
            test = SelfTest(self._cache_folder, f"{self._key} {self._processor}")
        return Precisions(self._asked, test, {})

    @property
    def explanation(self) -> Explanation:
        problem = "" if self._graphs is None else self._graphs.problem
        return replace(super().explanation, graph_problem=problem)

    @property
    def _processor(self) -> str:
        return _name_of(self._device)

    def _go_to_cpu(self) -> bool:
        """Stays on the CPU from now on: the memory of the GPU does not even suffice for a small tile."""
        if self.device == "cpu":
            return False
        self._device = torch.device("cpu")
        self.device, self._why, self._most_pixels = "cpu", EngineWhy.GPU_TOO_SMALL, sys.maxsize
        self._exact, self._rounded = self._exact.placed_on(self._device), None
        self._graphs = None
        self._precisions = self._untested()
        return True

    def _run(self, image: np.ndarray, depths: tuple[int, ...], question: Question, precision: str) -> Answers:
        network = self._network(precision)

        def compute(pixels: torch.Tensor) -> dict[int, torch.Tensor]:
            values = normalise(batch_of(pixels), self.card)
            logits = _looked_at(network, values, heads_for(question, depths), self.looks)
            return answers_of(logits, depths, question)

        use_cores(leave_one=self.leaves_a_core)
        try:
            with torch.inference_mode():
                if self._graphs is not None:
                    return self._graphs.run((image.shape, depths, question, precision), image, compute)
                return _arrays(compute(pixels_of(image).to(self._device)))
        except (torch.OutOfMemoryError, RuntimeError) as error:
            if not isinstance(error, torch.OutOfMemoryError) and "memory" not in str(error):
                raise
            if self._graphs is not None:
                self._graphs.clear()
                torch.cuda.empty_cache()
            raise MemoryShort from error

    def _read(self, logits: Logits, depths: Sequence[int], question: Question) -> Answers:
        with torch.inference_mode():
            tensors = {depth: torch.from_numpy(scores)[None] for depth, scores in logits.items()}
            return _arrays(answers_of(tensors, depths, question))

    def _network(self, precision: str) -> UNetPlusPlus:
        if precision == "fp32":
            return self._exact
        if self._rounded is None:
            self._rounded = deepcopy(self._exact).to(torch.bfloat16)
        return self._rounded


def _looked_at(
    network: UNetPlusPlus, values: torch.Tensor, heads: tuple[int, ...], looks: int
) -> dict[int, torch.Tensor]:
    """The logits of ``heads`` in fp32, of two looks their mean."""
    dtype, size = next(network.parameters()).dtype, values.shape[-2:]
    logits = {head: scores.float() for head, scores in network(values.to(dtype), heads).items()}
    if looks > 1:
        smaller = F.interpolate(values, second_size(*size), mode="bilinear", antialias=True)
        for head, scores in network(smaller.to(dtype), heads).items():
            logits[head] = (logits[head] + F.interpolate(scores.float(), size, mode="bilinear")) / 2
    return logits


def _arrays(answers: dict[int, torch.Tensor]) -> Answers:
    return {depth: planes.cpu().numpy() for depth, planes in answers.items()}


def _name_of(device: torch.device) -> str:
    """What the speed of bf16 depends on, as far as torch knows it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type != "cpu":
        return platform.machine()
    known = [platform.machine(), torch.backends.cpu.get_cpu_capability()]
    known += ["AVX512_BF16"] if torch.cpu._is_avx512_bf16_supported() else []
    known += ["AMX"] if torch.cpu._is_amx_tile_supported() else []
    limit = os.environ.get("ONEDNN_MAX_CPU_ISA")
    return " ".join(known + ([f"ONEDNN_MAX_CPU_ISA={limit}"] if limit else []))
