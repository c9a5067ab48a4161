"""The runner-up tool by real mouse events: the model is asked first, then clicks go round its choices."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, at, click, open_window, press, scene_folder
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.nn.registry import ModelEntry


def test_the_first_click_asks_the_model_and_the_next_ones_go_round(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)  # torch is loaded
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    session = window.session
    session.set_model(tiny_model)
    document = session.document
    assert document is not None
    notices: list[str] = []
    session.notice.connect(lambda sentence, kind: notices.append(sentence))
    press(window, Qt.Key.Key_Y)
    assert session.tool.name == "Runner-up"
    click(window.canvas, 30, 30)
    assert "The model looks at this scene first. Try again in a moment." in notices
    assert len(document.history) == 0
    qtbot.waitUntil(lambda: session.answers.ranked is not None, timeout=20000)
    assert session.answers.ranked is not None

    before = document.labels.copy()
    ranked = session.answers.ranked  # the whole mask is void: one region, for which all pixels vote
    votes = sum((3 - place) * np.bincount(plane.ravel(), minlength=256) for place, plane in enumerate(ranked))
    first, second = np.argsort(-votes[:255], kind="stable")[:2]
    QTest.mouseMove(window.canvas, at(window.canvas, 31, 31))
    preview = window.canvas.input._preview
    qtbot.waitUntil(lambda: preview.proposed is not None)
    assert preview.proposed == first
    for value in (first, second):
        click(window.canvas, 30, 30)
        assert (document.labels == value).all()
        assert (document.origins == Origin.PAINTED).all()
        assert [entry.name for entry in document.history.entries()] == ["Runner-up"]
    press(window, Qt.Key.Key_Z, CONTROL)
    assert np.array_equal(document.labels, before)
