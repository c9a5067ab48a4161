"""The images of the neighbouring scenes are there before they are asked for, and never an old version."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.folders import new_session
from tests.gui.windows import scene_folder, write_scene
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.prefetch import Prefetch
from unetpp_desktop.storage.images import read_image


def test_the_scenes_before_and_behind_are_read_ahead(tmp_path: Path, jobs: Jobs, qtbot: QtBot) -> None:
    session = new_session(scene_folder(tmp_path, 5), jobs)
    prefetch = session.findChild(Prefetch)
    assert prefetch is not None
    session.go_to(session.scenes[2])
    near = [session.scenes[place].image_path for place in (1, 3)]
    qtbot.waitUntil(lambda: all(prefetch.holds(path) for path in near))
    assert not prefetch.holds(session.scenes[4].image_path)
    session.next_scene()
    assert session.image is not None
    assert np.array_equal(session.image, read_image(near[1]))
    qtbot.waitUntil(lambda: prefetch.holds(session.scenes[4].image_path))
    assert session.close_folder()
    assert not any(prefetch.holds(tmp_path / f"{number}.png") for number in range(5))


def test_an_image_that_changed_is_read_again(tmp_path: Path, qtbot: QtBot) -> None:
    scene_folder(tmp_path, 1)
    path = tmp_path / "0.png"
    prefetch = Prefetch()
    prefetch.look_ahead([path])
    qtbot.waitUntil(lambda: prefetch.holds(path))
    path.unlink()
    write_scene(path, 77)
    assert not prefetch.holds(path)
    assert np.array_equal(prefetch.read(path), read_image(path))


def test_few_images_are_kept_and_a_broken_one_is_told_when_it_is_opened(tmp_path: Path, qtbot: QtBot) -> None:
    scene_folder(tmp_path, 7)
    (tmp_path / "broken.png").write_bytes(b"no image")
    prefetch = Prefetch()
    paths = [tmp_path / f"{number}.png" for number in range(7)]
    prefetch.look_ahead([tmp_path / "broken.png", *paths])
    qtbot.waitUntil(lambda: prefetch.holds(paths[-1]))
    assert sum(prefetch.holds(path) for path in paths) == 4
    with pytest.raises(UserError, match=r"broken\.png"):
        prefetch.read(tmp_path / "broken.png")
