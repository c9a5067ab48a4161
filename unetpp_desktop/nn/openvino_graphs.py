"""The compiled OpenVINO graphs of a model: one for each size, precision and reading of some depths."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import openvino as ov

from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.memory import MemoryShort, network_bytes
from unetpp_desktop.nn.openvino_graph import (
    Reading,
    build_graph,
    heads_for,
    labels_of,
    reading_graph,
)
from unetpp_desktop.nn.openvino_trunk import Trunk
from unetpp_desktop.nn.tiles import Answers, Logits

_MOST_GRAPHS = 6  # each keeps memory for all its nodes

_Key = tuple[tuple[int, int], tuple[int, ...], Reading, str, bool]


class OpenVinoGraphs:
    """Compiles a graph when an image comes that needs it, and keeps those used last.

    ``trunks`` are those of the precisions: fp32, bf16 where the processor has it, and int8 where the
    model was quantised. The graphs that are kept take about ``memory`` MiB at most, or one alone
    more. Raises `UserError` where weights do not fit the card.
    """

    def __init__(self, core: ov.Core, card: ModelCard, trunks: Mapping[str, Trunk], memory: int) -> None:
        self._core, self._card, self._trunks, self._memory = core, card, trunks, memory
        self._graphs: OrderedDict[_Key, ov.CompiledModel] = OrderedDict()
        self.leaves_a_core = False
        self._readings: dict[tuple[tuple[int, ...], Reading], ov.CompiledModel] = {}
        # What does not fit is to be known now, not at the first image.
        for trunk in set(trunks.values()):
            build_graph(card, trunk, (1, 1), (card.depth,), labels_of)

    def run(
        self, image: np.ndarray, depths: tuple[int, ...], reading: Reading, precision: str
    ) -> dict[int, np.ndarray]:
        """What ``reading`` makes of each depth: ``(planes, H, W)``.

        The image is ``uint8 (H, W, 3)``. Raises `MemoryShort` where the memory does not suffice.
        """
        try:
            graph = self._graph((image.shape[0], image.shape[1]), depths, reading, precision)
            outputs = graph(np.ascontiguousarray(image)[None])
        except (RuntimeError, MemoryError) as error:
            self.clear()
            if isinstance(error, RuntimeError) and "alloc" not in str(error).lower():
                raise
            raise MemoryShort from error
        return {depth: outputs[place][0] for place, depth in enumerate(depths)}

    def read(self, logits: Logits, depths: Sequence[int], reading: Reading) -> Answers:
        """What ``reading`` makes of logits that come from no graph: by depth, ``(planes, H, W)``."""
        key = (tuple(depths), reading)
        if key not in self._readings:
            graph = reading_graph(self._card.network.classes, depths, reading)
            self._readings[key] = self._core.compile_model(graph, "CPU")
        outputs = self._readings[key]([logits[head][None] for head in heads_for(reading, depths)])
        return {depth: outputs[place][0] for place, depth in enumerate(depths)}

    def clear(self) -> None:
        """Lets go of all graphs and their memory."""
        self._graphs.clear()

    def _graph(
        self, size: tuple[int, int], depths: tuple[int, ...], reading: Reading, precision: str
    ) -> ov.CompiledModel:
        key = (size, depths, reading, precision, self.leaves_a_core)
        if key not in self._graphs:
            while self._graphs and (
                len(self._graphs) >= _MOST_GRAPHS or self._bytes([*self._graphs, key]) > self._memory * 2**20
            ):
                self._graphs.popitem(last=False)  # first let go of the memory of an old one
            # What a quantised network does not compute in INT8 may be rounded as well.
            hint = "bf16" if precision != "fp32" and "bf16" in self._trunks else "f32"
            options: dict[str, str | int] = {"INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY"}
            if self.leaves_a_core:
                options["INFERENCE_NUM_THREADS"] = max(1, self._threads - 1)
            model = build_graph(self._card, self._trunks[precision], size, depths, reading)
            self._graphs[key] = self._core.compile_model(model, "CPU", options)
        self._graphs.move_to_end(key)
        return self._graphs[key]

    def _bytes(self, keys: Iterable[_Key]) -> float:
        return sum(size[0] * size[1] * network_bytes(self._card, max(depths)) for size, depths, *_ in keys)

    @cached_property
    def _threads(self) -> int:
        """How many threads OpenVINO takes by itself; on many processors it passes over hyper-threads."""
        graph = reading_graph(self._card.network.classes, (1,), labels_of)
        compiled = self._core.compile_model(graph, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        return int(compiled.get_property("INFERENCE_NUM_THREADS"))
