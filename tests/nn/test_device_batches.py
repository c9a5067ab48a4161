"""Batches made on the training device; on the CPU here."""

import numpy as np
import pytest
import torch

from tests.nn.conftest import toy_scene
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.augment import Augmentation
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.device_batches import DeviceBatches

CPU = torch.device("cpu")
_SAME_LIGHT = {"brightness": 0.0, "contrast": 0.0, "tint": 0.0, "gamma": (1.0, 1.0)}


def _batches(
    scenes: TrainingScenes, crop: int, rare: tuple[int, ...] = (), **changes: object
) -> DeviceBatches:
    augmentation = Augmentation.model_validate({"crop": crop, **changes})
    return DeviceBatches(scenes, torch.tensor(rare), augmentation, 4, 7, CPU, silent)


def _coded(index: int) -> LabelledScene:
    """Every pixel's class can be read off its colour, and its place too."""
    y, x = np.mgrid[:40, :56]
    labels = (y // 8 % 5).astype(np.uint8)
    return np.stack([labels * 50, y * 4, x * 4], -1).astype(np.uint8), labels


def test_the_same_step_gives_the_same_batch_and_another_step_another() -> None:
    scenes = TrainingScenes(8, toy_scene)
    one, two = _batches(scenes, 32), _batches(scenes, 32)
    assert one.steps_per_epoch == 2
    streamed = list(one.stream(0, 4))
    again = two.make(3)
    assert all(torch.equal(left, right) for left, right in zip(streamed[3], again, strict=True))
    assert not torch.equal(streamed[0][0], streamed[1][0])


def test_every_scene_comes_once_in_an_epoch() -> None:
    scenes = TrainingScenes(
        8, lambda index: (np.full((32, 32, 3), 10 * index, np.uint8), np.zeros((32, 32), np.uint8))
    )
    batches = _batches(scenes, 32, scale=(1.0, 1.0), **_SAME_LIGHT)
    seen = [round(float(image.mean()) / 10) for step in range(2) for image in batches.make(step)[0]]
    assert sorted(seen) == list(range(8))


def test_image_and_classes_stay_together() -> None:
    batches = _batches(TrainingScenes(4, _coded), 32, **_SAME_LIGHT)
    for step in range(6):
        images, labels = batches.make(step)
        known = labels != VOID
        assert known.any()
        wanted = 50 * labels[known].float()
        # bilinear pixels at the edge of a stripe lie between two classes
        assert ((images[:, 0][known] - wanted).abs() < 25.5).float().mean() > 0.99


def test_at_scale_one_a_crop_is_a_piece_of_the_scene_or_its_mirror_image() -> None:
    batches = _batches(TrainingScenes(4, _coded), 24, scale=(1.0, 1.0), **_SAME_LIGHT)
    image, labels = _coded(0)
    for crop, classes in zip(*batches.make(0), strict=True):
        top = round(float(crop[1, 0, 0]) / 4)
        columns = (crop[2, 0] / 4).round().long().tolist()
        assert abs(columns[-1] - columns[0]) == 23
        piece = torch.from_numpy(image[top : top + 24][:, columns]).permute(2, 0, 1).float()
        torch.testing.assert_close(crop, piece, atol=0.01, rtol=0)
        assert np.array_equal(classes.numpy(), labels[top : top + 24][:, columns])


def test_outside_the_scene_is_gray_and_void() -> None:
    images, labels = _batches(TrainingScenes(4, toy_scene), 64, scale=(0.5, 0.5)).make(0)
    assert (labels[:, 20:, :] == VOID).all()
    assert (labels[:, :, 28:] == VOID).all()
    assert (labels[:, :20, :28] != VOID).all()
    assert (images[:, :, 20:, :] == 127).all()


def test_rare_classes_are_looked_for() -> None:
    def mostly_dark(index: int) -> LabelledScene:
        labels = np.zeros((200, 200), np.uint8)
        labels[150:153, 20:23] = 1
        return np.zeros((200, 200, 3), np.uint8), labels

    def share(rare_share: float) -> float:
        batches = _batches(TrainingScenes(4, mostly_dark), 32, (1,), rare_share=rare_share)
        return float(
            np.mean([bool((labels == 1).any()) for step in range(20) for labels in batches.make(step)[1]])
        )

    assert share(1.0) > 0.9
    assert share(0.0) < 0.3


def test_a_share_of_the_crops_is_drawn() -> None:
    light = (np.full((40, 40, 3), 200, np.uint8), np.ones((40, 40), np.uint8))
    dark = (np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.uint8))
    scenes = TrainingScenes(8, lambda _: dark, lambda _: light, 0.5)
    batches = _batches(scenes, 16)
    drawn = [bool((labels == 1).any()) for step in range(20) for labels in batches.make(step)[1]]
    assert 0.3 < np.mean(drawn) < 0.7


def test_scenes_of_several_sizes_are_refused() -> None:
    def scene(index: int) -> LabelledScene:
        return np.zeros((20 + index, 30, 3), np.uint8), np.zeros((20 + index, 30), np.uint8)

    with pytest.raises(ValueError, match="several sizes"):
        _batches(TrainingScenes(2, scene), 16)


def test_rare_things_are_pasted_and_crops_can_grow() -> None:
    batches = _batches(TrainingScenes(4, _coded), 32, (3,), scale=(1.0, 1.0), **_SAME_LIGHT)
    pasting = _batches(TrainingScenes(4, _coded), 32, (3,), scale=(1.0, 1.0), paste_share=1.0, **_SAME_LIGHT)
    plain, pasted = batches.make(1)[1], pasting.make(1)[1]
    assert (pasted == 3).sum() > (plain == 3).sum()
    assert torch.equal(pasted[pasted != 3], plain[pasted != 3])
    assert batches.with_crop(48).make(0)[0].shape == (4, 3, 48, 48)
    assert batches.make(0)[0].shape == (4, 3, 32, 32)
