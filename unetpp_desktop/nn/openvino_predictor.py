"""The predictor on OpenVINO, for CPUs; it does without torch."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import openvino as ov

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.nn.explanation import EngineWhy, Explanation
from unetpp_desktop.nn.openvino_graph import (
    Reading,
    confidences_of,
    labels_of,
    ranked_classes_of,
    read_weights,
    review_of,
)
from unetpp_desktop.nn.openvino_graphs import OpenVinoGraphs
from unetpp_desktop.nn.precision import LabelsIn, Precisions
from unetpp_desktop.nn.predictor import RANKS, Prediction, reviewable
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.self_test import SelfTest
from unetpp_desktop.nn.tiles import in_tiles


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
    ) -> None:
        self.card = entry.card
        self._why = why
        core = ov.Core()
        self._graphs = OpenVinoGraphs(core, entry.card, read_weights(entry))
        self.reduces = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if precision == "bf16" and not self.reduces:
            raise UserError("This processor does not compute in bf16. Choose the precision auto or fp32.")
        if precision == "int8":
            raise UserError(f"There is no INT8 of the model {entry.name}. Choose the precision auto.")
        test = None
        if precision == "auto" and self.reduces:
            processor = core.get_property("CPU", "FULL_DEVICE_NAME")
            digest = hashlib.sha256(read_bytes(entry.weights)).hexdigest()
            test = SelfTest(cache_folder, f"{digest} bf16 openvino {ov.__version__} {processor}")
        self._precisions = Precisions(precision, test)

    @property
    def precision(self) -> str:
        return self._precisions.words(self._depths)

    @property
    def explanation(self) -> Explanation:
        choices = tuple(map(self._precisions.choice, self._depths))
        return Explanation(self.card.name, self.engine, self.device, self._why, choices)

    def predict(self, image: np.ndarray, depth: int) -> Prediction:
        self._settle(image, (depth,))
        start = time.perf_counter()
        labels = self._read(image, (depth,), labels_of, (), np.uint8)[depth]
        return Prediction(labels, depth, time.perf_counter() - start)

    def predict_depths(self, image: np.ndarray, depths: Sequence[int]) -> dict[int, np.ndarray]:
        self._settle(image, depths)
        return self._read(image, depths, labels_of, (), np.uint8)

    def predict_confidences(self, image: np.ndarray, depths: Sequence[int]) -> dict[int, np.ndarray]:
        self._settle(image, depths)
        return self._read(image, depths, confidences_of, (), np.float32)

    def predict_ranked(self, image: np.ndarray, depth: int) -> np.ndarray:
        self._settle(image, (depth,))
        return self._read(image, (depth,), ranked_classes_of, (RANKS,), np.uint8)[depth]

    def predict_for_review(self, image: np.ndarray, depth: int) -> Prediction:
        self._settle(image, (depth,))
        start = time.perf_counter()
        planes = self._read(image, (depth,), review_of, (RANKS + 1,), np.uint8)[depth]
        return reviewable(planes, depth, time.perf_counter() - start)

    def _read(
        self,
        image: np.ndarray,
        depths: Sequence[int],
        reading: Reading,
        planes: tuple[int, ...],
        dtype: type[np.generic],
    ) -> dict[int, np.ndarray]:
        groups = self._precisions.groups(depths)

        def answer(piece: np.ndarray) -> Mapping[int, np.ndarray]:
            answers: dict[int, np.ndarray] = {}
            for precision, group in groups.items():
                answers |= self._graphs.run(piece, group, reading, precision)
            return answers

        return in_tiles(image, depths, answer, planes, dtype)

    @property
    def _depths(self) -> tuple[int, ...]:
        return tuple(range(1, self.card.depth + 1))

    def _settle(self, image: np.ndarray, depths: Sequence[int]) -> None:
        """Finds out whether bf16 pays at ``depths``, where that is due."""

        def labels(depth: int) -> LabelsIn:
            return lambda piece, precision: self._graphs.run(piece, (depth,), labels_of, precision)[depth]

        if self._precisions.settle(image, depths, labels):
            self._graphs.clear()
