"""The predictor on OpenVINO, for CPUs; it does without torch."""

import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import openvino as ov

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.nn.explanation import EngineWhy, Explanation
from unetpp_desktop.nn.int8 import DepthLoss, Int8Store
from unetpp_desktop.nn.memory import DEFAULT_MEMORY, MemoryShort, most_pixels, with_less
from unetpp_desktop.nn.openvino_graph import (
    Reading,
    confidences_of,
    heads_for,
    labels_of,
    logits_of,
    ranked_classes_of,
    review_of,
)
from unetpp_desktop.nn.openvino_graphs import OpenVinoGraphs
from unetpp_desktop.nn.openvino_trunk import read_weights, trunk_of_file, trunk_of_weights
from unetpp_desktop.nn.precision import LabelsIn, Precisions
from unetpp_desktop.nn.predictor import Prediction, reviewable
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import AUTO, scale_for
from unetpp_desktop.nn.self_test import SelfTest
from unetpp_desktop.nn.tiles import Answers, Logits, in_pieces, least_pixels


class OpenVinoPredictor:
    """Compiles a graph for each size of image when one comes, and keeps the last ones."""

    engine = "openvino"
    device = "cpu"

    def __init__(
        self,
        entry: ModelEntry,
        cache_folder: Path,
        precision: str = "auto",
        why: EngineWhy = EngineWhy.FASTER_ON_CPU,
        memory: int = DEFAULT_MEMORY,
        scale: str = AUTO,
    ) -> None:
        self.card = entry.card
        self._memory, self._scale, self._most_pixels = memory, scale, sys.maxsize
        self._why = why
        core = ov.Core()
        self._processor: str = core.get_property("CPU", "FULL_DEVICE_NAME")
        self.reduces = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if precision == "bf16" and not self.reduces:
            raise UserError("This processor does not compute in bf16. Choose the precision auto or fp32.")
        trunks = {"fp32": trunk_of_weights(entry.card, read_weights(entry))}
        if self.reduces:
            trunks["bf16"] = trunks["fp32"]
        store, losses = Int8Store(cache_folder, entry), dict[int, DepthLoss]()
        if store.graph is not None and (precision == "int8" or store.switched_on):
            trunks["int8"] = trunk_of_file(core, store.graph)
            if store.report is not None and store.report.processor == self._processor:
                losses = store.report.losses
        elif precision == "int8":
            raise UserError(
                f"There is no INT8 of the model {entry.name} yet. "
                "Make it from your scenes: unetpp-desktop quantise FOLDER."
            )
        self._graphs = OpenVinoGraphs(core, entry.card, trunks, memory)
        test = None
        if precision == "auto" and self.reduces:
            test = SelfTest(cache_folder, f"{store.digest} bf16 openvino {ov.__version__} {self._processor}")
        self._precisions = Precisions(precision, test, losses)

    @property
    def leaves_a_core(self) -> bool:
        return self._graphs.leaves_a_core

    @leaves_a_core.setter
    def leaves_a_core(self, leaves: bool) -> None:
        self._graphs.leaves_a_core = leaves

    @property
    def precision(self) -> str:
        return self._precisions.words(self._depths)

    @property
    def explanation(self) -> Explanation:
        choices = tuple(map(self._precisions.choice, self._depths))
        return Explanation(self.card.name, self.engine, self.device, self._processor, self._why, choices)

    def predict(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        self._settle(image, (depth,))
        start = time.perf_counter()
        labels = self._read(image, (depth,), labels_of, scale, progress)[depth][0]
        return Prediction(labels, depth, time.perf_counter() - start)

    def predict_depths(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        self._settle(image, depths)
        answers = self._read(image, depths, labels_of, scale, silent)
        return {depth: planes[0] for depth, planes in answers.items()}

    def predict_confidences(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        self._settle(image, depths)
        answers = self._read(image, depths, confidences_of, scale, silent)
        return {depth: planes[0] for depth, planes in answers.items()}

    def predict_ranked(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> np.ndarray:
        self._settle(image, (depth,))
        return self._read(image, (depth,), ranked_classes_of, scale, progress)[depth]

    def predict_for_review(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        self._settle(image, (depth,))
        start = time.perf_counter()
        planes = self._read(image, (depth,), review_of, scale, progress)[depth]
        return reviewable(planes, depth, time.perf_counter() - start)

    def _read(
        self,
        image: np.ndarray,
        depths: Sequence[int],
        reading: Reading,
        scale: Fraction | None,
        progress: Progress,
    ) -> dict[int, np.ndarray]:
        """By depth, ``(planes, H, W)`` as ``reading`` has them."""
        groups = self._precisions.groups(depths)

        def answers(piece: np.ndarray) -> Answers:
            found: dict[int, np.ndarray] = {}
            for precision, group in groups.items():
                found |= self._graphs.run(piece, group, reading, precision)
            return found

        def logits(piece: np.ndarray) -> Logits:
            found: dict[int, np.ndarray] = {}
            for precision, group in groups.items():
                found |= self._graphs.run(piece, heads_for(reading, group), logits_of, precision)
            return found

        def read(blended: Logits) -> Answers:
            return self._graphs.read(blended, depths, reading)

        chosen = scale or scale_for(self._scale, image.shape, self.card.scene_pixels)

        def work(largest: int) -> dict[int, np.ndarray]:
            return in_pieces(image, largest, max(depths), chosen, answers, logits, read, progress)

        planned = most_pixels(self.card, heads_for(reading, depths), self._memory, chosen)
        largest = min(planned, self._most_pixels, image.shape[0] * image.shape[1])
        try:
            found, taken = with_less(largest, least_pixels(chosen), work)
        except MemoryShort as error:
            raise UserError(
                f"The memory is too small for depth {max(depths)}. "
                "Choose a smaller depth, or close other programs."
            ) from error
        if taken < largest:
            self._most_pixels = taken  # the next image need not fail first
        return found

    @property
    def _depths(self) -> tuple[int, ...]:
        return tuple(range(1, self.card.depth + 1))

    def _settle(self, image: np.ndarray, depths: Sequence[int]) -> None:
        """Finds out whether bf16 pays at ``depths``, where that is due."""

        def labels(depth: int) -> LabelsIn:
            return lambda piece, precision: self._graphs.run(piece, (depth,), labels_of, precision)[depth][0]

        if self._precisions.settle(image, depths, labels):
            self._graphs.clear()
