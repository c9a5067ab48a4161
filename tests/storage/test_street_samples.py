"""Generated street scenes on disk."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.street import draw_scene, write_samples


def _files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_the_folder_is_laid_out_like_camvid(tmp_path: Path) -> None:
    write_samples(tmp_path / "new", 2, 30, silent, 60, 80)
    assert _files(tmp_path / "new") == [
        "train.txt",
        "train/street_0001.png",
        "train/street_0002.png",
        "trainannot/street_0001.png",
        "trainannot/street_0002.png",
    ]
    assert (tmp_path / "new/train.txt").read_text().splitlines() == [
        "train/street_0001.png trainannot/street_0001.png",
        "train/street_0002.png trainannot/street_0002.png",
    ]


def test_the_files_hold_the_scenes_of_successive_seeds(tmp_path: Path) -> None:
    write_samples(tmp_path, 3, 30, silent, 60, 80)
    for index in range(3):
        scene = draw_scene(30 + index, 60, 80)
        with Image.open(tmp_path / f"train/street_{index + 1:04d}.png") as image:
            assert np.array_equal(np.asarray(image), scene.image)
        with Image.open(tmp_path / f"trainannot/street_{index + 1:04d}.png") as mask:
            assert mask.mode == "L"
            values = np.asarray(mask)
        assert values.max() <= 11
        assert np.array_equal(values == 11, scene.labels == VOID)
        assert np.array_equal(values[values < 11], scene.labels[scene.labels != VOID])


def test_scenes_are_drawn_anew_but_never_among_other_files(tmp_path: Path) -> None:
    write_samples(tmp_path, 2, 30, silent, 60, 80)
    write_samples(tmp_path, 1, 31, silent, 60, 80)
    assert _files(tmp_path) == ["train.txt", "train/street_0001.png", "trainannot/street_0001.png"]
    assert len((tmp_path / "train.txt").read_text().splitlines()) == 1
    (tmp_path / "train" / "0001TP_006690.png").touch()
    with pytest.raises(UserError, match=r"holds other files \(0001TP_006690.png\). Choose a new"):
        write_samples(tmp_path, 8, 0, silent, 60, 80)
    assert len((tmp_path / "train.txt").read_text().splitlines()) == 1
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(UserError, match="Choose another folder"):
        write_samples(file, 8, 0, silent, 60, 80)


def test_progress_counts_every_scene(tmp_path: Path) -> None:
    reports: list[tuple[int, int]] = []
    write_samples(tmp_path, 3, 1, lambda done, total, _: reports.append((done, total)), 40, 50)
    assert reports == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_cancelling_leaves_whole_files_and_no_list(tmp_path: Path) -> None:
    def cancel_at_the_third(done: int, _total: int, _note: str) -> None:
        if done == 2:
            raise Cancelled

    write_samples(tmp_path, 1, 7, silent, 40, 50)
    with pytest.raises(Cancelled):
        write_samples(tmp_path, 5, 1, cancel_at_the_third, 40, 50)
    names = _files(tmp_path)
    assert names == [
        f"{part}/street_000{number}.png" for part in ("train", "trainannot") for number in (1, 2)
    ]
    assert all(cv2.imread(str(tmp_path / name)) is not None for name in names)


def test_no_scenes_make_an_empty_list(tmp_path: Path) -> None:
    write_samples(tmp_path, 0, 1, silent)
    assert _files(tmp_path) == ["train.txt"]
