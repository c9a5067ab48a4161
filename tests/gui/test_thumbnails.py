"""Thumbnails: read on a thread, kept as files, renewed when the image changes."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from tests.gui.folders import write_scenes
from unetpp_desktop.gui import thumbnails as thumbnails_module
from unetpp_desktop.gui.thumbnails import Thumbnails
from unetpp_desktop.storage.images import read_thumbnail
from unetpp_desktop.storage.project import Project, Scene


def _wait_for(thumbnails: Thumbnails, scene: Scene, qtbot: QtBot) -> tuple[bool, int, int]:
    """Whether it is null, and the colour in its middle."""
    qtbot.waitUntil(lambda: thumbnails.pixmap(scene) is not None)
    pixmap = thumbnails.pixmap(scene)
    assert pixmap is not None
    color = pixmap.toImage().pixelColor(pixmap.width() // 2, pixmap.height() // 2)
    return pixmap.isNull(), color.red(), color.blue()


def test_a_thumbnail_arrives_and_is_kept_as_a_file(tmp_path: Path, qtbot: QtBot) -> None:
    project = Project.open(write_scenes(tmp_path, ["town/a.png"]))
    thumbnails = Thumbnails()
    thumbnails.set_folder(tmp_path / "kept")
    assert thumbnails.pixmap(project.scenes[0]) is None
    broken, red, blue = _wait_for(thumbnails, project.scenes[0], qtbot)
    assert not broken
    assert blue > red
    assert (tmp_path / "kept/town/a.png.jpg").is_file()
    assert sorted(path.name for path in (tmp_path / "kept/town").iterdir()) == ["a.png.jpg"]


def test_the_kept_file_is_used_until_the_image_changes(tmp_path: Path, qtbot: QtBot) -> None:
    project = Project.open(write_scenes(tmp_path, ["a.png"]))
    scene, kept = project.scenes[0], tmp_path / "kept"
    first = Thumbnails()
    first.set_folder(kept)
    _wait_for(first, scene, qtbot)
    taken = scene.image_path.stat().st_mtime_ns
    Image.new("RGB", (32, 24), (250, 0, 0)).save(kept / "a.png.jpg")
    os.utime(kept / "a.png.jpg", ns=(taken, taken))
    second = Thumbnails()
    second.set_folder(kept)
    assert _wait_for(second, scene, qtbot)[1] > 200
    os.utime(scene.image_path, ns=(taken + 10**10, taken + 10**10))
    third = Thumbnails()
    third.set_folder(kept)
    assert _wait_for(third, scene, qtbot)[1] < 50


def test_a_broken_image_is_a_quiet_placeholder(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "broken.png").write_bytes(b"not an image")
    thumbnails = Thumbnails()
    thumbnails.set_folder(tmp_path / "kept")
    scene = Scene("broken.png", tmp_path / "broken.png")
    qtbot.waitUntil(lambda: thumbnails.pixmap(scene) is not None)
    pixmap = thumbnails.pixmap(scene)
    assert pixmap is not None
    assert pixmap.isNull()


def test_a_folder_that_goes_while_its_images_are_read_is_not_made_anew(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_scenes(tmp_path / "scenes", ["a.png"])
    project = Project.open(folder)

    def read_then_rename(path: Path, height: int) -> np.ndarray:
        image = read_thumbnail(path, height)
        folder.rename(tmp_path / "moved")
        return image

    monkeypatch.setattr(thumbnails_module, "read_thumbnail", read_then_rename)
    thumbnails = Thumbnails()
    thumbnails.set_folder(project.own_folder / "thumbnails")
    assert not _wait_for(thumbnails, project.scenes[0], qtbot)[0]
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_only_costs_the_keeping(tmp_path: Path, qtbot: QtBot) -> None:
    project = Project.open(write_scenes(tmp_path, ["a.png"]))
    (tmp_path / "kept").write_text("a file where the folder should be")
    thumbnails = Thumbnails()
    thumbnails.set_folder(tmp_path / "kept")
    assert not _wait_for(thumbnails, project.scenes[0], qtbot)[0]


def test_many_requests_at_once_all_arrive_when_asked_again(tmp_path: Path, qtbot: QtBot) -> None:
    project = Project.open(write_scenes(tmp_path, [f"{number}.png" for number in range(150)]))
    thumbnails = Thumbnails()
    thumbnails.set_folder(None)
    waiting = set(project.scenes)

    def ask_for_all() -> bool:
        waiting.difference_update([scene for scene in waiting if thumbnails.pixmap(scene) is not None])
        return not waiting

    qtbot.waitUntil(ask_for_all)
