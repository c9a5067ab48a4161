"""When a computation is recorded and replayed; no GPU is at hand, so what records is a fake."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from unetpp_desktop.nn.cuda_graphs import Compute, CudaGraphs
from unetpp_desktop.nn.explanation import lines_of
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.tiles import Answers
from unetpp_desktop.nn.torch_predictor import TorchPredictor


class _FakeRecorded:
    """Computes anew instead of replaying."""

    made: list[tuple[int, ...]]
    replayed: list[tuple[int, ...]]
    error: Exception | None

    def __init__(self, shape: tuple[int, ...], device: torch.device, compute: Compute) -> None:
        if self.error is not None:
            raise self.error
        self.made.append(shape)
        self._device, self._compute = device, compute

    def __call__(self, image: np.ndarray) -> Answers:
        self.replayed.append(image.shape)
        answers = self._compute(torch.from_numpy(image).to(self._device))
        return {depth: planes.numpy() for depth, planes in answers.items()}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> type[_FakeRecorded]:
    _FakeRecorded.made, _FakeRecorded.replayed, _FakeRecorded.error = [], [], None
    monkeypatch.setattr("unetpp_desktop.nn.cuda_graphs._Recorded", _FakeRecorded)
    return _FakeRecorded


def _image(height: int) -> np.ndarray:
    return np.random.default_rng(height).integers(0, 256, (height, 4, 3)).astype(np.uint8)


def _brighter(pixels: torch.Tensor) -> dict[int, torch.Tensor]:
    return {1: pixels + 1}


def _ask(graphs: CudaGraphs, height: int) -> None:
    image = _image(height)
    assert np.array_equal(graphs.run(image.shape, image, _brighter)[1], image + 1)


def test_the_second_image_of_a_size_is_recorded_and_later_ones_replay(recorded: type[_FakeRecorded]) -> None:
    graphs = CudaGraphs(torch.device("cpu"))
    for height in (8, 9, 8, 8, 8):
        _ask(graphs, height)
    assert recorded.made == [(8, 4, 3)]
    assert recorded.replayed == [(8, 4, 3)] * 3


def test_few_graphs_are_kept_and_those_used_last(recorded: type[_FakeRecorded]) -> None:
    graphs = CudaGraphs(torch.device("cpu"))
    for height in (1, 1, 2, 2, 3, 3, 4, 4, 1, 5, 5):
        _ask(graphs, height)
    recorded.made.clear()
    _ask(graphs, 1)
    assert recorded.made == []
    _ask(graphs, 2)
    assert recorded.made == [(2, 4, 3)]


def test_where_nothing_can_be_recorded_the_answers_are_the_same(recorded: type[_FakeRecorded]) -> None:
    graphs = CudaGraphs(torch.device("cpu"))
    recorded.error = RuntimeError("operation not permitted\nwhen capturing")
    for height in (8, 8, 8):
        _ask(graphs, height)
    assert graphs.problem == "operation not permitted"
    recorded.error = None
    _ask(graphs, 8)
    assert recorded.made == []


def test_a_full_memory_is_no_reason_to_record_nothing_more(recorded: type[_FakeRecorded]) -> None:
    graphs = CudaGraphs(torch.device("cpu"))
    _ask(graphs, 8)
    recorded.error = torch.OutOfMemoryError("out of memory")
    with pytest.raises(torch.OutOfMemoryError):
        _ask(graphs, 8)
    assert graphs.problem == ""


class _Stream:
    """Of a GPU that has always done everything already."""

    def __init__(self, device: torch.device | None = None) -> None:
        pass

    def wait_stream(self, other: "_Stream") -> None:
        pass

    def synchronize(self) -> None:
        pass


class _Graph:
    """Does again what was computed last."""

    def replay(self) -> None:
        _Into.compute_again()


class _Into:
    """Writes its answer to where it has written it first, as recorded kernels do."""

    compute_again: Callable[[], object]

    def __init__(self) -> None:
        self._answer: torch.Tensor | None = None

    def __call__(self, pixels: torch.Tensor) -> dict[int, torch.Tensor]:
        if self._answer is None:
            self._answer = torch.empty_like(pixels)
        _Into.compute_again = partial(self, pixels)
        return {1: self._answer.copy_(pixels + 1)}


def test_what_is_replayed_is_computed_of_the_new_image_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    real = torch.empty
    monkeypatch.setattr(torch, "empty", lambda *sizes, pin_memory, **how: real(*sizes, **how))
    monkeypatch.setattr(torch.cuda, "Stream", _Stream)
    monkeypatch.setattr(torch.cuda, "current_stream", _Stream)
    monkeypatch.setattr(torch.cuda, "stream", nullcontext)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", _Graph)
    monkeypatch.setattr(torch.cuda, "graph", lambda graph, **how: nullcontext(graph))
    graphs, compute = CudaGraphs(torch.device("cpu")), _Into()
    images = [np.full((4, 6, 3), value, np.uint8) for value in (2, 3, 4)]
    found = [graphs.run("a key", image, compute)[1] for image in images]
    assert graphs.problem == ""
    assert [np.unique(answer).tolist() for answer in found[1:]] == [[4], [5]]


@pytest.mark.parametrize("error", [None, RuntimeError("operation not permitted")])
def test_a_predictor_on_a_gpu_answers_alike_and_says_what_failed(
    tiny_model: ModelEntry, tmp_path: Path, recorded: type[_FakeRecorded], error: Exception | None
) -> None:
    predictor = TorchPredictor(tiny_model, "cpu", tmp_path, "fp32")
    image = np.random.default_rng(1).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    wanted = predictor.predict_for_review(image, 3)
    predictor._graphs = CudaGraphs(torch.device("cpu"))
    recorded.error = error
    for _ in range(3):
        found = predictor.predict_for_review(image, 3)
        np.testing.assert_array_equal(found.ranked, wanted.ranked)
        np.testing.assert_array_equal(found.uncertainty, wanted.uncertainty)
    assert len(recorded.replayed) == (2 if error is None else 0)
    said = "CUDA graphs are not used: operation not permitted"
    assert (said in lines_of(predictor.explanation)) == (error is not None)
