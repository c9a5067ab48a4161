"""The predictor on PyTorch."""

import hashlib
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import torch

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.nn.device import resolve_device, use_cores
from unetpp_desktop.nn.explanation import EngineWhy, Explanation
from unetpp_desktop.nn.folding import folded
from unetpp_desktop.nn.memory import DEFAULT_MEMORY, MemoryShort, most_pixels, with_less
from unetpp_desktop.nn.precision import LabelsIn, Precisions
from unetpp_desktop.nn.predictor import Prediction, reviewable
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import AUTO, scale_for
from unetpp_desktop.nn.self_test import SelfTest
from unetpp_desktop.nn.tiles import Logits, in_pieces, least_pixels
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import (
    classes_of,
    confidences_of,
    image_tensor,
    load_network,
    normalise,
    ranked_classes_of,
    review_of,
)

_MEMORY_FACTOR = 1.6  # what it takes per pixel, as a multiple of OpenVINO's

_Reading = Callable[[torch.Tensor], np.ndarray]
_Answers = dict[int, np.ndarray]
_Reader = Callable[[dict[int, torch.Tensor]], _Answers]


class TorchPredictor:
    """Runs the network channels-last, its batch norms folded; large images in tiles.

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
    ) -> None:
        if precision == "int8":
            raise UserError("INT8 is computed by OpenVINO only. Choose the engine openvino, or bf16.")
        self.card = entry.card
        self._why = why
        self._memory, self._scale, self._most_pixels = memory, scale, sys.maxsize
        self.leaves_a_core = False
        self._device = resolve_device(device)
        self.device = self._device.type
        self._exact = folded(load_network(entry)).placed_on(self._device)
        self._rounded: UNetPlusPlus | None = None
        self._asked, self._cache_folder = precision, cache_folder
        self._digest = hashlib.sha256(read_bytes(entry.weights)).hexdigest()
        self._precisions = self._untested()

    def _untested(self) -> Precisions:
        """The precisions on the device, as far as they are known there."""
        test = None
        if self._asked == "auto" and self.device in ("cpu", "cuda"):
            key = f"{self._digest} bf16 torch {torch.__version__} {_processor(self._device)}"
            test = SelfTest(self._cache_folder, key)
        return Precisions(self._asked, test, {})

    @property
    def precision(self) -> str:
        return self._precisions.words(self._depths)

    @property
    def explanation(self) -> Explanation:
        choices = tuple(map(self._precisions.choice, self._depths))
        return Explanation(
            self.card.name, self.engine, self.device, _processor(self._device), self._why, choices
        )

    def predict(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        self._settle(image, (depth,))
        start = time.perf_counter()
        labels = self._read(image, (depth,), _each(classes_of), scale, progress)[depth]
        return Prediction(labels, depth, time.perf_counter() - start)

    def predict_depths(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        self._settle(image, depths)
        return self._read(image, depths, _each(classes_of), scale, silent)

    def predict_confidences(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        self._settle(image, depths)
        return self._read(image, depths, _each(confidences_of), scale, silent)

    def predict_ranked(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> np.ndarray:
        self._settle(image, (depth,))
        return self._read(image, (depth,), _each(ranked_classes_of), scale, progress)[depth]

    def predict_for_review(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        self._settle(image, (depth,))
        start = time.perf_counter()

        def read(logits: dict[int, torch.Tensor]) -> _Answers:
            return {depth: review_of(logits, depth)}

        planes = self._read(image, (depth,), read, scale, progress, range(1, depth + 1))[depth]
        return reviewable(planes, depth, time.perf_counter() - start)

    @property
    def _depths(self) -> tuple[int, ...]:
        return tuple(range(1, self.card.depth + 1))

    def _settle(self, image: np.ndarray, depths: Sequence[int]) -> None:
        """Finds out whether bf16 pays at ``depths``, where that is due."""

        def labels(depth: int) -> LabelsIn:
            return lambda piece, precision: self._run(piece, (depth,), _each(classes_of), precision)[depth]

        self._precisions.settle(image, depths, labels)

    def _read(
        self,
        image: np.ndarray,
        depths: Sequence[int],
        read: _Reader,
        scale: Fraction | None,
        progress: Progress,
        heads: Sequence[int] | None = None,
    ) -> _Answers:
        """By depth, ``(..., H, W)`` as ``read`` has it of the logits of ``heads``, by default ``depths``."""
        groups = self._precisions.groups(depths)

        def answers(piece: np.ndarray, read: _Reader = read) -> _Answers:
            found: _Answers = {}
            for precision, group in groups.items():
                found |= self._run(piece, heads or group, read, precision)
            return found

        def read_blended(logits: Logits) -> _Answers:
            return read({depth: torch.from_numpy(scores)[None] for depth, scores in logits.items()})

        chosen = scale or scale_for(self._scale, image.shape, self.card.scene_pixels)

        def work(largest: int) -> _Answers:
            logits = partial(answers, read=_each(_logits_of))
            return in_pieces(image, largest, max(depths), chosen, answers, logits, read_blended, progress)

        planned = most_pixels(self.card, heads or depths, self._memory, chosen, _MEMORY_FACTOR)
        largest = min(planned, self._most_pixels, image.shape[0] * image.shape[1])
        try:
            found, taken = with_less(largest, least_pixels(chosen), work)
        except MemoryShort as error:
            if self.device == "cpu":
                raise UserError(
                    f"The memory is too small for depth {max(depths)}. "
                    "Choose a smaller depth, or close other programs."
                ) from error
            self._go_to_cpu()
            return self._read(image, depths, read, scale, progress, heads)
        if taken < largest:
            self._most_pixels = taken  # the next image need not fail first
        return found

    def _go_to_cpu(self) -> None:
        """Stays on the CPU from now on: the memory of the GPU does not even suffice for a small tile."""
        self._device = torch.device("cpu")
        self.device, self._why, self._most_pixels = "cpu", EngineWhy.GPU_TOO_SMALL, sys.maxsize
        self._exact, self._rounded = self._exact.placed_on(self._device), None
        self._precisions = self._untested()

    def _run(self, image: np.ndarray, depths: Sequence[int], read: _Reader, precision: str) -> _Answers:
        use_cores(leave_one=self.leaves_a_core)
        try:
            with torch.inference_mode():
                network = self._network(precision)
                values = normalise(image_tensor(image, self._device), self.card)
                values = values.to(next(network.parameters()).dtype)
                return read({depth: scores.float() for depth, scores in network(values, depths).items()})
        except (torch.OutOfMemoryError, RuntimeError) as error:
            if not isinstance(error, torch.OutOfMemoryError) and "memory" not in str(error):
                raise
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
            raise MemoryShort from error

    def _network(self, precision: str) -> UNetPlusPlus:
        if precision == "fp32":
            return self._exact
        if self._rounded is None:
            self._rounded = deepcopy(self._exact).to(torch.bfloat16)
        return self._rounded


def _each(read: _Reading) -> _Reader:
    return lambda logits: {depth: read(scores) for depth, scores in logits.items()}


def _processor(device: torch.device) -> str:
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


def _logits_of(logits: torch.Tensor) -> np.ndarray:
    return logits[0].cpu().numpy()
