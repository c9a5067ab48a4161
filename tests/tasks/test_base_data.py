"""Base data: what is replayed, what is measured, and what cannot be used."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, LabelClass, Palette, shipped_palette
from unetpp_desktop.core.progress import silent
from unetpp_desktop.tasks import base_data
from unetpp_desktop.tasks.base_data import BaseData, Replay, replay_of

CAMVID = shipped_palette("camvid11")
SCENES = 100


def _dataset(folder: Path, scenes: int = SCENES, split: str = "train") -> Path:
    """SegNet layout; the image and the mask of scene i hold i, modulo the classes, and void above."""
    for name in (split, f"{split}annot"):
        (folder / name).mkdir(parents=True)
    for index in range(scenes):
        Image.fromarray(np.full((6, 8, 3), index, np.uint8)).save(folder / split / f"s_{index:03}.png")
        mask = np.full((6, 8), index % len(CAMVID), np.uint8)
        mask[0] = len(CAMVID)  # how the data set writes void
        Image.fromarray(mask).save(folder / f"{split}annot" / f"s_{index:03}.png")
    return folder


def _never(problem: str) -> None:
    raise AssertionError(problem)


def _measured(replay: Replay) -> set[int]:
    scenes = replay.measured.scenes
    return {int(scenes.load(index)[0][0, 0, 0]) for index in range(scenes.count)}


def _seen(replay: Replay) -> set[int]:
    return _measured(replay) | {int(replay.load(seed)[0][0, 0, 0]) for seed in range(400)}


def test_scenes_that_are_measured_and_their_neighbours_are_not_replayed(tmp_path: Path) -> None:
    replay = replay_of(BaseData(_dataset(tmp_path / "base")), CAMVID, silent, _never)
    measured = _measured(replay)
    replayed = {int(replay.load(seed)[0][0, 0, 0]) for seed in range(400)}
    assert len(measured) == 12
    assert replayed
    assert not {near + step for near in measured for step in (-1, 0, 1)} & replayed
    assert replay.measured.name == "12 scenes of base"


def test_what_the_base_has_not_learnt_is_measured_and_all_that_it_has_is_replayed(tmp_path: Path) -> None:
    folder = _dataset(_dataset(tmp_path / "base"), 40, "val")
    replay = replay_of(BaseData(folder), CAMVID, silent, _never)
    assert replay.unseen
    assert replay.measured.scenes.count == 12
    assert _measured(replay) <= set(range(40))
    assert {int(replay.load(seed)[0][0, 0, 0]) for seed in range(400)} == set(range(SCENES))
    assert replay.words == "Scenes of base: 100 to replay, 12 to measure on"


def test_a_damaged_scene_of_val_is_told_and_the_others_are_measured(tmp_path: Path) -> None:
    folder = _dataset(_dataset(tmp_path / "base"), 12, "val")
    (folder / "valannot" / "s_003.png").write_bytes(b"no picture")
    told: list[str] = []
    replay = replay_of(BaseData(folder), CAMVID, silent, told.append)
    assert _measured(replay) == set(range(12)) - {3}
    assert len(told) == 1
    assert "s_003.png" in told[0]


@pytest.mark.parametrize("why", ["few", "replayed", "hidden", "corrected"])
def test_where_val_cannot_tell_learnt_scenes_are_measured(tmp_path: Path, why: str) -> None:
    folder = _dataset(_dataset(tmp_path / "base"), 5 if why == "few" else 40, "val")
    hidden = frozenset(f"s_{index:03}.png" for index in range(35)) if why == "hidden" else frozenset()
    corrected = (folder / "val" / "s_007.png",) if why == "corrected" else ()
    data = BaseData(folder, "val" if why == "replayed" else None, hidden)
    replay = replay_of(data, CAMVID, silent, _never, corrected)
    assert not replay.unseen
    assert not _measured(replay) & {int(replay.load(seed)[0][0, 0, 0]) for seed in range(400)}


def test_the_masks_teach_and_the_answers_of_the_base_model_are_kept(tmp_path: Path) -> None:
    replay = replay_of(BaseData(_dataset(tmp_path / "base")), CAMVID, silent, _never)
    image, planes = replay.load(7)
    assert planes.dtype == np.uint8
    assert (planes[0, 1:] == image[1:, :, 0] % len(CAMVID)).all()
    assert (planes[0, 0] == VOID).all()
    assert (planes[1] == Origin.NONE).all()


def test_classes_are_matched_by_name(tmp_path: Path) -> None:
    wanted = Palette(name="mine", classes=(LabelClass(name="moss", color=(0, 9, 0)), CAMVID.classes[3]))
    replay = replay_of(BaseData(_dataset(tmp_path / "base")), wanted, silent, _never)
    assert replay.classes == {1}
    for seed in range(20):
        image, planes = replay.load(seed)
        expected = 1 if int(image[0, 0, 0]) % len(CAMVID) == 3 else VOID
        assert (planes[0, 1:] == expected).all()


@pytest.mark.parametrize(
    ("scenes", "measured", "replayed"), [(2, 1, {1}), (3, 1, {2}), (16, 2, set(range(2, 14)))]
)
def test_of_few_scenes_one_of_eight_is_measured(
    tmp_path: Path, scenes: int, measured: int, replayed: set[int]
) -> None:
    replay = replay_of(BaseData(_dataset(tmp_path / "base", scenes)), CAMVID, silent, _never)
    assert replay.measured.scenes.count == measured
    assert {int(replay.load(seed)[0][0, 0, 0]) for seed in range(50)} == replayed


def test_a_damaged_mask_is_told_and_the_rest_is_used(tmp_path: Path) -> None:
    folder = _dataset(tmp_path / "base")
    (folder / "trainannot" / "s_005.png").write_bytes(b"no picture")
    told: list[str] = []
    replay = replay_of(BaseData(folder), CAMVID, silent, told.append)
    assert len(told) == 1
    assert "s_005.png" in told[0]
    assert 5 not in {int(replay.load(seed)[0][0, 0, 0]) for seed in range(400)}


def test_the_only_split_may_be_called_anything(tmp_path: Path) -> None:
    folder = _dataset(tmp_path / "base", split="day")
    assert replay_of(BaseData(folder), CAMVID, silent, _never).measured.scenes.count == 12


@pytest.mark.parametrize(
    ("scenes", "palette", "split", "words"),
    [
        (1, CAMVID, None, "too few scenes to replay. Choose base data of more scenes"),
        (
            8,
            Palette(name="moss only", classes=(LabelClass(name="moss", color=(0, 9, 0)),)),
            None,
            "moss only",
        ),
        (8, CAMVID, "night", "has no split night. Choose one of: train"),
    ],
)
def test_what_cannot_be_replayed_is_said(
    tmp_path: Path, scenes: int, palette: Palette, split: str | None, words: str
) -> None:
    with pytest.raises(UserError, match=words):
        replay_of(BaseData(_dataset(tmp_path / "base", scenes), split), palette, silent, _never)


def test_a_damaged_image_is_passed_over(tmp_path: Path) -> None:
    folder = _dataset(tmp_path / "base")
    whole = (folder / "train" / "s_005.png").read_bytes()
    for name in ("s_000.png", "s_005.png"):  # the first of all is measured
        (folder / "train" / name).write_bytes(whole[:45])  # the header is whole
    told: list[str] = []
    replay = replay_of(BaseData(folder), CAMVID, silent, told.append)
    assert ["s_000.png" in sentence for sentence in told] == [True]
    measured = [int(replay.measured.scenes.load(index)[0][0, 0, 0]) for index in range(11)]
    assert 0 not in measured
    assert 5 not in {int(replay.load(seed)[0][0, 0, 0]) for seed in range(400)}


def test_scenes_follow_each_other_by_their_names_whatever_the_list_says(tmp_path: Path) -> None:
    folder = _dataset(tmp_path / "base")
    shuffled = np.random.default_rng(0).permutation(SCENES).tolist()
    lines = [f"/disk/train/s_{index:03}.png /disk/trainannot/s_{index:03}.png" for index in shuffled]
    (folder / "train.txt").write_text("\n".join([*lines, *lines[:30]]))
    replay = replay_of(BaseData(folder), CAMVID, silent, _never)
    measured = _measured(replay)
    replayed = {int(replay.load(seed)[0][0, 0, 0]) for seed in range(400)}
    assert not {near + step for near in measured for step in (-1, 0, 1)} & replayed


def test_what_is_not_to_be_seen_is_not(tmp_path: Path) -> None:
    hidden = frozenset(f"s_{index:03}.png" for index in range(50))
    replay = replay_of(BaseData(_dataset(tmp_path / "base"), None, hidden), CAMVID, silent, _never)
    assert min(_seen(replay)) == 50


def test_scenes_that_are_corrected_are_not_replayed(tmp_path: Path) -> None:
    """Some are corrected where they lie; of others there are copies."""
    folder = _dataset(tmp_path / "base", 16)
    images = sorted((folder / "train").iterdir())
    copies = tmp_path / "copies"
    copies.mkdir()
    copied = [Path(shutil.copy(image, copies / image.name)) for image in images[4:8]]
    Image.fromarray(np.full((6, 8, 3), 99, np.uint8)).save(copies / "s_012.png")  # of the same name only
    corrected = [*images[:4], *copied, copies / "s_012.png"]
    seen = _seen(replay_of(BaseData(folder), CAMVID, silent, _never, corrected))
    assert seen
    assert min(seen) >= 8
    assert 12 in seen
    with pytest.raises(UserError, match="are those that are corrected, too"):
        replay_of(BaseData(folder), CAMVID, silent, _never, images[:15])


def test_of_a_large_data_set_some_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_data, "_USED_AT_MOST", 20)
    checked: list[int] = []
    replay_of(
        BaseData(_dataset(tmp_path / "base")), CAMVID, lambda _at, total, _: checked.append(total), _never
    )
    assert checked == [20] * 20


def test_several_splits_without_train_are_asked_about(tmp_path: Path) -> None:
    folder = _dataset(_dataset(tmp_path / "base", 4, "day"), 4, "night")
    with pytest.raises(UserError, match=r"the splits day, night, but no train\. Call the one"):
        replay_of(BaseData(folder), CAMVID, silent, _never)
    assert replay_of(BaseData(folder, "night"), CAMVID, silent, _never).measured.scenes.count == 1


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="gone is not a folder"):
        replay_of(BaseData(tmp_path / "gone"), CAMVID, silent, _never)
