"""INT8: what is kept of it, when it is taken, and that nobody hears of it."""

import os
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.nn.children import run_at_home
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn import self_test
from unetpp_desktop.nn.card import Normalisation
from unetpp_desktop.nn.explanation import PrecisionWhy
from unetpp_desktop.nn.int8 import GRAPH_FILE, DepthLoss, Int8Report, Int8Store
from unetpp_desktop.nn.precision import Precisions
from unetpp_desktop.nn.quantising import quantise
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.self_test import SelfTest

LOSSES = tuple(DepthLoss(speed=speed, agreement=0.97) for speed in (0.9, 1.5, 3.0, 3.0))


def _report(**changed: object) -> Int8Report:
    facts = {
        "model": "tiny",
        "created": "",
        "processor": "any",
        "calibrated_on": "here",
        "calibration_scenes": 2,
        "compared_on": "here",
        "compared_scenes": 2,
        "known_scenes": 0,
        "depths": LOSSES,
    }
    return Int8Report.model_validate(facts | changed)


def _graph(store: Int8Store, calibration: str) -> Path:
    path = store.folder / calibration / GRAPH_FILE
    path.parent.mkdir(parents=True)
    path.write_text("a graph")
    return path


def test_a_graph_is_kept_switched_off_until_it_is_switched_on(tiny_model: ModelEntry, tmp_path: Path) -> None:
    store = Int8Store(tmp_path, tiny_model)
    assert (store.graph, store.report, store.switched_on) == (None, None, False)
    with pytest.raises(UserError, match="no INT8 of this model yet"):
        store.switch(True)
    path = _graph(store, "first")
    store.take("first")
    assert store.graph == path
    with pytest.raises(UserError, match="has not been compared"):
        store.switch(True)
    store.take("first", _report())
    assert store.report == _report()
    assert not store.switched_on
    store.switch(True)
    assert Int8Store(tmp_path, tiny_model).switched_on
    store.take("first", _report(compared_scenes=9))
    assert not store.switched_on, "new figures have not been seen"


def test_it_is_that_of_one_network_with_one_normalisation(tiny_model: ModelEntry, tmp_path: Path) -> None:
    store = Int8Store(tmp_path, tiny_model)
    _graph(store, "first")
    store.take("first", _report())
    brighter = tiny_model.card.model_copy(update={"normalisation": Normalisation(mean=(0.4, 0.4, 0.4))})
    assert Int8Store(tmp_path, ModelEntry(tiny_model.folder, brighter)).graph is None
    renamed = tiny_model.card.model_copy(update={"name": "other"})
    assert Int8Store(tmp_path, ModelEntry(tiny_model.folder, renamed)).graph == store.graph


def test_only_the_graphs_made_last_are_kept(tiny_model: ModelEntry, tmp_path: Path) -> None:
    store = Int8Store(tmp_path, tiny_model)
    for index in range(5):
        path = _graph(store, f"set {index}")
        os.utime(path.parent, (index, index))
        store.take(f"set {index}", _report())
    assert store.graph == path
    assert sorted(folder.name for folder in store.folder.iterdir() if folder.is_dir()) == [
        "set 2",
        "set 3",
        "set 4",
    ]


@pytest.mark.parametrize("content", ["", "nonsense", '{"switched_on": 7}'])
def test_a_broken_wish_is_none(tiny_model: ModelEntry, tmp_path: Path, content: str) -> None:
    store = Int8Store(tmp_path, tiny_model)
    _graph(store, "first")
    store.take("first", _report())
    store.switch(True)
    (store.folder / "wish.json").write_text(content)
    assert not store.switched_on


def test_int8_is_taken_where_it_is_the_fastest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(self_test, "LEAST_AGREEMENT", 0.995)
    monkeypatch.setattr(self_test.time, "perf_counter", lambda: now[0])

    def labels(seconds: float) -> np.ndarray:
        now[0] += seconds
        return np.zeros((4, 4), np.uint8)

    test = SelfTest(tmp_path, "this")
    for depth, seconds in ((1, 2.0), (2, 2.0), (3, 0.1)):  # in bf16; faster than fp32 at depth 3 alone
        test.run(depth, partial(labels, 1.0), partial(labels, seconds))
    precisions = Precisions("auto", test, dict(enumerate(LOSSES, 1)))
    choices = {depth: precisions.choice(depth) for depth in (1, 2, 3, 4)}
    assert choices[1].why is PrecisionWhy.SLOWER  # neither is faster than fp32
    assert choices[2].precision == "int8"  # bf16 is slower, INT8 is not
    assert choices[3].precision == "bf16"  # which is faster still
    assert (choices[4].precision, choices[4].why) == ("int8", PrecisionWhy.SWITCHED_ON)
    assert (choices[4].speed, choices[4].agreement) == (3.0, 0.97)


def test_without_nncf_it_says_what_to_install(
    tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.quantising.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"pip install 'unetpp-desktop\[int8\]'"):
        quantise(tiny_model, [np.zeros((32, 32, 3), np.uint8)], tmp_path / "graph.xml", silent)


def test_it_is_made_at_the_scale_at_which_scenes_are_predicted(
    tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = list[tuple[int, ...]]()

    def started(command: list[str], **_: object) -> None:
        with np.load(command[-2]) as images:
            given.extend(image.shape for image in images.values())
        raise Cancelled

    monkeypatch.setattr("unetpp_desktop.nn.quantising.find_spec", lambda name: name)
    monkeypatch.setattr(subprocess, "Popen", started)
    images = [np.zeros((*size, 3), np.uint8) for size in ((360, 480), (1440, 1920), (100, 900))]
    with pytest.raises(Cancelled):
        quantise(tiny_model, images, tmp_path / "graph.xml", silent)
    assert given == [(360, 480, 3), (360, 480, 3), (100, 640, 3)]


def test_cancelling_stops_the_process_and_leaves_nothing(tiny_model: ModelEntry, tmp_path: Path) -> None:
    pytest.importorskip("nncf")
    started = list[subprocess.Popen[str]]()
    real = subprocess.Popen

    def stop(done: int, total: int, note: str) -> None:
        raise Cancelled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
        with pytest.raises(Cancelled):
            quantise(tiny_model, [np.zeros((32, 32, 3), np.uint8)], tmp_path / "x" / "graph.xml", stop)
    assert started[0].poll() is not None
    assert list((tmp_path / "x").iterdir()) == []


def test_what_goes_wrong_in_the_other_process_is_a_sentence(tiny_model: ModelEntry, tmp_path: Path) -> None:
    pytest.importorskip("nncf")
    with pytest.raises(UserError, match="tiny could not be quantised"):
        quantise(tiny_model, [np.zeros((32, 32), np.uint8)], tmp_path / "graph.xml", silent)


def test_nncf_reports_to_nobody(tmp_path: Path) -> None:
    pytest.importorskip("nncf")
    script = (
        "import socket\n"
        "def refuse(*_): raise AssertionError('a connection')\n"
        "socket.socket.connect = refuse\n"
        "import unetpp_desktop.nn.quantising, nncf, sys\n"
        "from unittest.mock import MagicMock\n"
        "from nncf.telemetry import telemetry\n"
        "assert isinstance(telemetry, MagicMock) or telemetry is MagicMock, telemetry\n"
        "assert not any(name.startswith('openvino_telemetry.') for name in sys.modules)"
    )
    run_at_home(script, tmp_path)
    assert not (tmp_path / "intel").exists()  # where it would keep an identity of this user
