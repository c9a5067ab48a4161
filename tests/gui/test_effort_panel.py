"""What the Review tab says of the work: on the open scene, on the folder, and of the next training."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    WIDTH,
    deliver,
    drag,
    open_window,
    press,
    scene_folder,
    stay_after_done,
)
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.effort_panel import EffortPanel, share_text
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project


def _write_done(project: Project, number: int, model: str, minutes: float, kept: float) -> None:
    labels = np.full((HEIGHT, WIDTH), 3, np.uint8)
    origins = np.full((HEIGHT, WIDTH), Origin.ACCEPTED, np.uint8)
    origins[: round(HEIGHT * (1 - kept))] = Origin.PAINTED
    edited = f"2026-11-25T10:{number:02}:00+00:00"
    provenance = Provenance(model=model, depth=4, done=True, effort_s=60 * minutes, edited=edited)
    project.save_mask(project.scene(f"{number}.png"), labels, origins, provenance)


def _open(qtbot: QtBot, tmp_path: Path, *groups: tuple[str, int, float, float]) -> MainWindow:
    """The Review tab on a folder with so many done scenes by model, in so many minutes, and ten others."""
    count = sum(group[1] for group in groups)
    folder = scene_folder(tmp_path / "scenes", count + 10)
    project, number = Project.open(folder), 0
    for model, scenes, minutes, kept in groups:
        for _ in range(scenes):
            _write_done(project, number, model, minutes, kept)
            number += 1
    window = open_window(qtbot, tmp_path / "config", folder)
    press(window, Qt.Key.Key_I, CONTROL)
    return window


def _panel(window: MainWindow) -> EffortPanel:
    return window.contents.review_panel.effort


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ((), "Finish 3 pre-labelled scenes"),
        ((("one", 3, 3.0, 0.8),), "A scene takes 3.0 min, and 80.0 % of what the model says is kept."),
        (
            (("one", 3, 3.0, 0.8), ("two", 3, 2.0, 0.9)),
            "With the last training a scene takes 2.0 min instead of 3.0, and 90.0 % of what the model says "
            "is kept instead of 80.0 %. If the next one brings half as much, it spares 5 min on the 10",
        ),
        ((("one", 3, 3.0, 0.8), ("two", 3, 3.0, 0.8)), "another training will hardly pay"),
    ],
)
def test_the_tab_says_whether_the_next_training_pays(
    qtbot: QtBot, tmp_path: Path, groups: tuple[tuple[str, int, float, float], ...], said: str
) -> None:
    window = _open(qtbot, tmp_path, *groups)
    qtbot.waitUntil(lambda: said in _panel(window).verdict.text())
    assert _panel(window).kept.isVisibleTo(_panel(window)) == bool(groups)


def test_excluded_scenes_are_not_left(qtbot: QtBot, tmp_path: Path) -> None:
    window = _open(qtbot, tmp_path, ("one", 3, 3.0, 0.8), ("two", 3, 2.0, 0.9))
    verdict = _panel(window).verdict
    qtbot.waitUntil(lambda: "it spares 5 min on the 10 scenes" in verdict.text())
    window.session.marking.toggle_excluded(window.session.scenes[-6:])
    qtbot.waitUntil(lambda: "it spares 2 min on the 4 scenes" in verdict.text())


def test_the_open_scene_says_what_it_has_cost(qtbot: QtBot, tmp_path: Path) -> None:
    window = _open(qtbot, tmp_path)
    stay_after_done(window)
    panel = _panel(window)
    assert panel.here.text() == "Nobody has worked on this scene yet."
    deliver(window.session, np.full((HEIGHT, WIDTH), 4, np.uint8))
    press(window, Qt.Key.Key_R)
    drag(window.canvas, (0, 0), (WIDTH - 1, HEIGHT // 10 - 1))
    press(window, Qt.Key.Key_S, CONTROL)
    changed = WIDTH * HEIGHT // 10
    qtbot.waitUntil(
        lambda: panel.here.text().endswith(
            f"one edit, {changed:,} pixels changed, 90.0 % of the model's kept."
        )
    )


def test_only_all_is_100_percent() -> None:
    assert (share_text(1), share_text(0.99999), share_text(0.5)) == ("100.0 %", "99.9 %", "50.0 %")
