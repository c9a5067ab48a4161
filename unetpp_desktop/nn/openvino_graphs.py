"""The compiled OpenVINO graphs of a model: one for each size, precision, question and depths."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import openvino as ov

from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.engine_predictor import Question, heads_for
from unetpp_desktop.nn.memory import MemoryShort, network_bytes
from unetpp_desktop.nn.openvino_graph import build_graph, reading_graph
from unetpp_desktop.nn.openvino_trunk import Trunk
from unetpp_desktop.nn.tiles import Answers, Logits

_MOST_GRAPHS = 12  # each keeps memory for all its nodes, which `memory` bounds as well

_Key = tuple[tuple[int, int], tuple[int, ...], Question, str, bool, int]


class OpenVinoGraphs:
    """Compiles a graph when an image comes that needs it, and keeps those used last.

    ``trunks`` are those of the precisions: fp32, bf16 where the processor has it, and int8 where the
    model was quantised. The graphs that are kept take about ``memory`` MiB at most, or one alone
    more. Raises `UserError` where weights do not fit the card.
    """

    def __init__(
        self, core: ov.Core, card: ModelCard, trunks: Mapping[str, Trunk], memory: int, looks: int
    ) -> None:
        self._core, self._card, self._trunks, self._memory, self._looks = core, card, trunks, memory, looks
        self._graphs: OrderedDict[_Key, list[ov.InferRequest]] = OrderedDict()
        self.leaves_a_core = False
        self._readings: dict[tuple[tuple[int, ...], Question], ov.CompiledModel] = {}
        # What does not fit is to be known now, not at the first image.
        for trunk in set(trunks.values()):
            build_graph(card, trunk, (1, 1), (card.depth,), Question.LABELS, 1)

    @property
    def at_once(self) -> int:
        """How many images are best computed at the same time.

        Two threads that share an image wait for each other: on two cores two images, each on a core of
        its own, take an eighth less processor time. Cores that would be left over do more together.
        """
        return 2 if self._used_threads % 2 == 0 else 1

    def run(
        self, images: Sequence[np.ndarray], depths: tuple[int, ...], question: Question, precision: str
    ) -> list[Answers]:
        """The answers for images of one size, computed at the same time: by depth, ``(planes, H, W)``.

        An image is ``uint8 (H, W, 3)``. Raises `MemoryShort` where the memory does not suffice.
        """
        height, width = images[0].shape[:2]
        try:
            requests = self._requests((height, width), depths, question, precision, len(images))
            for request, image in zip(requests, images, strict=True):
                request.start_async([np.ascontiguousarray(image)[None]])
            for request in requests:
                request.wait()
        except (RuntimeError, MemoryError) as error:
            self.clear()
            if isinstance(error, RuntimeError) and "alloc" not in str(error).lower():
                raise
            raise MemoryShort from error
        return [
            {depth: request.get_output_tensor(place).data[0].copy() for place, depth in enumerate(depths)}
            for request in requests
        ]

    def read(self, logits: Logits, depths: Sequence[int], question: Question) -> Answers:
        """The answers that lie in logits which come from no graph."""
        key = (tuple(depths), question)
        if key not in self._readings:
            graph = reading_graph(self._card.network.classes, depths, question)
            self._readings[key] = self._core.compile_model(graph, "CPU")
        outputs = self._readings[key]([logits[head][None] for head in heads_for(question, depths)])
        return {depth: outputs[place][0] for place, depth in enumerate(depths)}

    def clear(self) -> None:
        """Lets go of all graphs and their memory."""
        self._graphs.clear()

    def _requests(
        self, size: tuple[int, int], depths: tuple[int, ...], question: Question, precision: str, count: int
    ) -> list[ov.InferRequest]:
        key = (size, depths, question, precision, self.leaves_a_core, count)
        if key not in self._graphs:
            while self._graphs and (
                len(self._graphs) >= _MOST_GRAPHS or self._bytes([*self._graphs, key]) > self._memory * 2**20
            ):
                self._graphs.popitem(last=False)  # first let go of the memory of an old one
            # What a quantised network does not compute in INT8 may be rounded as well.
            hint = "bf16" if precision != "fp32" and "bf16" in self._trunks else "f32"
            options: dict[str, str | int] = {"INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY"}
            if self.leaves_a_core or count > 1:
                options["INFERENCE_NUM_THREADS"] = self._used_threads
            if count > 1:
                options["NUM_STREAMS"] = count
            model = build_graph(self._card, self._trunks[precision], size, depths, question, self._looks)
            graph = self._core.compile_model(model, "CPU", options)
            self._graphs[key] = [graph.create_infer_request() for _ in range(count)]
        self._graphs.move_to_end(key)
        return self._graphs[key]

    def _bytes(self, keys: Iterable[_Key]) -> float:
        return sum(
            count * size[0] * size[1] * network_bytes(self._card, max(depths))
            for size, depths, *_, count in keys
        )

    @property
    def _used_threads(self) -> int:
        return max(1, self._threads - 1) if self.leaves_a_core else self._threads

    @cached_property
    def _threads(self) -> int:
        """How many threads OpenVINO takes by itself; on many processors it passes over hyper-threads."""
        graph = reading_graph(self._card.network.classes, (1,), Question.LABELS)
        compiled = self._core.compile_model(graph, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        return int(compiled.get_property("INFERENCE_NUM_THREADS"))
