"""The predictor on OpenVINO, for CPUs; it does without torch."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.engine_predictor import EnginePredictor, Question, prediction_of
from unetpp_desktop.nn.explanation import EngineWhy, Explanation
from unetpp_desktop.nn.int8 import DepthLoss, Int8Store
from unetpp_desktop.nn.memory import DEFAULT_MEMORY, MemoryShort
from unetpp_desktop.nn.openvino_graphs import OpenVinoGraphs
from unetpp_desktop.nn.openvino_trunk import read_weights, trunk_of_file, trunk_of_weights
from unetpp_desktop.nn.precision import Precisions
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import AUTO, USUAL_LOOKS
from unetpp_desktop.nn.self_test import SelfTest
from unetpp_desktop.nn.tiles import Answers, Logits


class OpenVinoPredictor(EnginePredictor):
    """Compiles a graph for each size of image when one comes, and keeps the last ones."""

    engine = "openvino"

    def __init__(
        self,
        entry: ModelEntry,
        cache_folder: Path,
        precision: str = "auto",
        why: EngineWhy = EngineWhy.FASTER_ON_CPU,
        memory: int = DEFAULT_MEMORY,
        scale: str = AUTO,
        looks: int = USUAL_LOOKS,
    ) -> None:
        core = ov.Core()
        self._processor_name: str = core.get_property("CPU", "FULL_DEVICE_NAME")
        self.reduces = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if precision == "bf16" and not self.reduces:
            raise UserError("This processor does not compute in bf16. Choose the precision auto or fp32.")
        trunks = {"fp32": trunk_of_weights(entry.card, read_weights(entry))}
        if self.reduces:
            trunks["bf16"] = trunks["fp32"]
        store, losses = Int8Store(cache_folder, entry), dict[int, DepthLoss]()
        self._int8_problem = ""
        if store.graph is not None and (precision == "int8" or (precision == "auto" and store.switched_on)):
            try:
                trunks["int8"] = trunk_of_file(core, store.graph)
            except UserError as error:
                if precision == "int8":
                    raise
                self._int8_problem = str(error)
            else:
                if store.report is not None and store.report.processor == self._processor:
                    losses = store.report.losses
        elif precision == "int8":
            raise UserError(
                f"There is no INT8 of the model {entry.name} yet. "
                "Make it from your scenes: unetpp-desktop quantise FOLDER."
            )
        self._graphs = OpenVinoGraphs(core, entry.card, trunks, memory, looks)
        test = None
        if precision == "auto" and self.reduces:
            key = f"{store.digest} bf16 looks {looks} openvino {ov.__version__} {self._processor}"
            test = SelfTest(cache_folder, key)
        super().__init__(entry.card, "cpu", Precisions(precision, test, losses), why, memory, scale, looks)

    @property
    def explanation(self) -> Explanation:
        return replace(super().explanation, int8_problem=self._int8_problem)

    @property
    def at_once(self) -> int:
        self._graphs.leaves_a_core = self.leaves_a_core
        return self._graphs.at_once

    def predict_together(self, images: Sequence[np.ndarray], depth: int) -> list[Prediction] | None:
        if len({image.shape for image in images}) > 1 or not self._fit(images, depth):
            return None
        self._settle(images[0], (depth,))
        precision = self._precisions.at(depth)
        start = time.perf_counter()
        self._graphs.leaves_a_core = self.leaves_a_core
        try:
            answers = self._graphs.run(images, (depth,), Question.REVIEW, precision)
        except MemoryShort:
            return None
        seconds = (time.perf_counter() - start) / len(images)
        return [prediction_of(planes[depth], depth, seconds) for planes in answers]

    @property
    def _processor(self) -> str:
        return self._processor_name

    def _run(self, image: np.ndarray, depths: tuple[int, ...], question: Question, precision: str) -> Answers:
        self._graphs.leaves_a_core = self.leaves_a_core
        return self._graphs.run([image], depths, question, precision)[0]

    def _read(self, logits: Logits, depths: Sequence[int], question: Question) -> Answers:
        return self._graphs.read(logits, depths, question)

    def _settle(self, image: np.ndarray, depths: Sequence[int]) -> bool:
        tested = super()._settle(image, depths)
        if tested:
            self._graphs.clear()  # some were for the test alone
        return tested
