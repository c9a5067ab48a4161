"""The whole loop through the window, by mouse and key, with every way out of the machine closed."""

import json
import shutil
import socket
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from unetpp_desktop.core.progress import silent
from unetpp_desktop.gui.tour import TourOrder, play
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.street import write_samples
from unetpp_desktop.tasks import finetune


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the app tried to connect to somewhere")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finetune, "_STEPS_ON_CPU", 3)
    monkeypatch.setattr(finetune, "reason_to_refuse", lambda *_: None)  # so few steps teach nothing


@pytest.mark.usefixtures("qapp", "no_network", "few_steps")
def test_the_tour_plays_the_whole_loop_and_connects_nowhere(tmp_path: Path) -> None:
    write_samples(tmp_path / "streets", 4, 5, silent, 64, 96)
    out = tmp_path / "out"
    assert play(TourOrder(tmp_path / "streets", out, None, None, correct=2)) == 0
    report = json.loads((out / "report.json").read_text())
    assert report["scenes"] == 4
    assert (report["model"], report["refused"]) == ("corrected-1", None)
    assert report["strokes"] > 10
    assert report["before"]["scenes"] == report["after"]["scenes"] == 2
    assert len(report["steps"]) == 8
    for step in report["steps"]:
        assert not QImage(str(out / step["screenshot"])).isNull()
    project = Project.open(out / "scenes")
    states = {scene.name: project.state(scene) for scene in project.scenes}
    assert [states[name] for name in report["corrected"]] == [SceneState.DONE] * 2
    assert set(states.values()) == {SceneState.DONE, SceneState.PREDICTED}
    for name in set(states) - set(report["corrected"]):
        mask = project.load_mask(project.scene(name))
        assert mask is not None
        assert mask.provenance is not None
        assert mask.provenance.model == "corrected-1"
    assert "PySide6.QtNetwork" not in sys.modules
    assert not QApplication.topLevelWidgets() or not any(
        w.isVisible() for w in QApplication.topLevelWidgets()
    )


@pytest.mark.usefixtures("qapp", "few_steps")
def test_without_true_masks_the_tour_skips_the_figures(tmp_path: Path) -> None:
    write_samples(tmp_path / "streets", 2, 5, silent, 64, 96)
    shutil.copytree(tmp_path / "streets" / "train", tmp_path / "plain")
    out = tmp_path / "out"
    assert play(TourOrder(tmp_path / "plain", out, None, None, correct=1)) == 0
    report = json.loads((out / "report.json").read_text())
    assert report["before"] is None
    assert report["strokes"] == 1
    assert "mIoU" not in (out / "report.md").read_text()
