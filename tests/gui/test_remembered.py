"""A memory of the window that holds nonsense: the window starts, and what is right in it is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.gui.remembered import MEMORY_FILE, load_remembered
from unetpp_desktop.gui.view_options import ViewOptions


def _write(config: Path, **changes: Any) -> None:
    config.mkdir()
    content = {"tool": "Eraser", "diameter": 31, "depth": 2, "device": "cpu", **changes}
    (config / MEMORY_FILE).write_text(json.dumps(content))


@pytest.mark.parametrize(
    "light", [{"gamma": 0}, {"gamma": -1.0}, {"brightness": 101}, {"contrast": -5000}, {"gamma": "x"}, 7]
)
def test_a_light_that_there_is_not_is_as_in_the_file(qtbot: QtBot, tmp_path: Path, light: Any) -> None:
    _write(tmp_path / "config", view={"light": light})
    session = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes")).session
    assert session.view == ViewOptions()
    assert (session.tool.name, session.diameter, session.depth, session.device) == ("Eraser", 31, 2, "cpu")


@pytest.mark.parametrize(
    ("name", "wrong", "usual"),
    [
        ("depth", -3, 4),
        ("depth", 5, 4),
        ("device", "foo", "auto"),
        ("diameter", 0, 24),
        ("diameter", None, 24),
    ],
)
def test_a_wrong_value_costs_that_value_only(
    qtbot: QtBot, tmp_path: Path, name: str, wrong: Any, usual: Any
) -> None:
    _write(tmp_path / "config", **{name: wrong})
    session = open_window(qtbot, tmp_path / "config").session
    expected = {"diameter": 31, "depth": 2, "device": "cpu"} | {name: usual}
    assert {known: getattr(session, known) for known in expected} == expected
    assert session.tool.name == "Eraser"


@pytest.mark.parametrize("content", ["", "[]", "{", "null", "7"])
def test_a_memory_that_is_none_is_blank(qtbot: QtBot, tmp_path: Path, content: str) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / MEMORY_FILE).write_text(content)
    assert open_window(qtbot, config).session.diameter == 24


def test_the_window_that_closes_last_keeps_the_folders_of_the_other(qtbot: QtBot, tmp_path: Path) -> None:
    config, labels = tmp_path / "config", tmp_path / "labels"
    folders = [scene_folder(tmp_path / name) for name in ("gone", "first", "second")]
    before = open_window(qtbot, config, folders[0])
    assert before.close()
    first = open_window(qtbot, config, folders[1])
    second = open_window(qtbot, config, folders[2])
    second.session.open_folder(folders[2], labels)
    second.session.remembered.base_data = {"light": tmp_path}
    assert second.close()
    first.session.remembered.forget(folders[0])
    assert first.close()
    kept = load_remembered(config / MEMORY_FILE)
    assert [entry.folder for entry in kept.folders] == [folders[1], folders[2]]
    assert kept.memory_of(folders[2]).labels_folder == labels
    assert kept.base_data == {"light": tmp_path}
    again = open_window(qtbot, config, folders[1])
    again.session.remembered.base_data = {}
    again.session.remembered.forget(folders[2])
    assert again.close()
    kept = load_remembered(config / MEMORY_FILE)
    assert [entry.folder for entry in kept.folders] == [folders[1]]
    assert kept.base_data == {}
