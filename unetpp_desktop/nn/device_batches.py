"""Batches of training crops made on the device that trains, from a data set that lies there whole.

A GPU learns from a batch sooner than a processor makes one. The crops vary as those of `augment`
do, but all crops of a batch are cut, scaled and recoloured together.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.augment import Augmentation, paste_rare
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes

_EXTRA_SCENES = 400  # of the endless second source; seen often enough to be no burden, too many to be learnt
_PLACES = 64  # remembered places of a rare class in a scene
_LOADERS = 8  # threads

_Places = dict[int, np.ndarray]
"""By rare class: ``int64 (n, 2)``, some places (y, x) of it in a scene."""


class _Crop(NamedTuple):
    """Where a crop comes from and how its light changes; lengths in pixels of the scene.

    Numbers of one crop, or tensors ``(N, 1)`` of a batch.
    """

    scene: Any
    scale: Any
    top: Any
    left: Any
    height: Any
    width: Any
    flipped: Any
    gamma: Any
    contrast: Any
    brightness: Any
    red: Any
    green: Any
    blue: Any


class DeviceBatches:
    """As `BatchPlan`, for scenes of one size; raises `ValueError` for others."""

    def __init__(
        self,
        scenes: TrainingScenes,
        rare: Tensor,
        augmentation: Augmentation,
        batch: int,
        seed: int,
        device: torch.device,
        progress: Progress,
    ) -> None:
        self._augmentation, self._batch, self._seed, self._device = augmentation, batch, seed, device
        self._rare = rare.to(device)
        self._count, self._extra_share = scenes.count, scenes.extra_share
        self._extra = _EXTRA_SCENES if scenes.load_extra is not None and scenes.extra_share > 0 else 0
        self._places: list[_Places] = []
        images: list[Tensor] = []
        labels: list[Tensor] = []
        with ThreadPoolExecutor(_LOADERS, thread_name_prefix="scenes") as pool:
            loaded = pool.map(lambda place: self._load(scenes, place), range(self._count + self._extra))
            for place, (image, truth) in enumerate(loaded):
                progress(place, self._count + self._extra, "loading the scenes")
                if images and truth.shape != labels[0].shape:
                    raise ValueError("the scenes have several sizes")
                images.append(torch.from_numpy(np.require(image, requirements="W")).permute(2, 0, 1))
                labels.append(torch.from_numpy(np.require(truth, requirements="W")))
                self._places.append(self._rare_places(truth, rare.tolist(), place))
        self._images = torch.stack(images).contiguous(memory_format=torch.channels_last).to(device)
        self._labels = torch.stack(labels).to(device)

    @property
    def steps_per_epoch(self) -> int:
        return max(1, self._count // self._batch)

    def with_crop(self, crop: int) -> "DeviceBatches":
        """The same batches with crops of ``crop`` pixels; the scenes on the device are shared."""
        other = copy(self)
        other._augmentation = self._augmentation.model_copy(update={"crop": crop})
        return other

    def make(self, step: int) -> tuple[Tensor, Tensor]:
        """Batch ``step`` of the whole training, on the device: images ``float (N, 3, h, w)`` in 0..255,
        labels ``int64``; it depends on seed and step only."""
        epoch, position = divmod(step, self.steps_per_epoch)
        order = np.random.default_rng((self._seed, epoch)).permutation(self._count)
        chance = np.random.default_rng((self._seed, epoch, position))
        crops = []
        for slot in range(self._batch):
            scene = int(order[(position * self._batch + slot) % self._count])
            if self._extra and chance.random() < self._extra_share:
                scene = self._count + int(chance.integers(self._extra))
            crops.append(self._crop(scene, chance))
        images, labels = self._cut(crops)
        if self._augmentation.paste_share:
            chosen = torch.from_numpy(chance.random(self._batch) < self._augmentation.paste_share)
            images, labels = paste_rare(images, labels, self._rare, chosen.to(self._device))
        return images.contiguous(memory_format=torch.channels_last), labels

    def stream(self, first: int, last: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches ``first`` to ``last - 1``."""
        return map(self.make, range(first, last))

    def _load(self, scenes: TrainingScenes, place: int) -> LabelledScene:
        if place < scenes.count:
            return scenes.load(place)
        assert scenes.load_extra is not None
        return scenes.load_extra(int(np.random.default_rng((self._seed, place)).integers(2**31)))

    def _rare_places(self, truth: np.ndarray, rare: list[int], place: int) -> _Places:
        chance = np.random.default_rng((self._seed, place))
        places = {index: np.argwhere(truth == index) for index in rare}
        return {
            index: found[chance.choice(len(found), min(_PLACES, len(found)), replace=False)]
            for index, found in places.items()
            if len(found)
        }

    def _crop(self, scene: int, chance: np.random.Generator) -> _Crop:
        settings = self._augmentation
        height, width = self._labels.shape[1:]
        scale = chance.uniform(*settings.scale)
        source = max(1, round(settings.crop / scale))
        y, x = int(chance.integers(height)), int(chance.integers(width))
        if self._places[scene] and chance.random() < settings.rare_share:
            classes = list(self._places[scene].values())
            y, x = map(int, chance.choice(classes[chance.integers(len(classes))]))
        jitter = source // 3  # a rare pixel is to be anywhere in its crop, not always in the middle
        y, x = (value + int(chance.integers(-jitter, jitter + 1)) for value in (y, x))
        tall, wide = min(source, height), min(source, width)
        top, left = min(max(0, y - tall // 2), height - tall), min(max(0, x - wide // 2), width - wide)
        flipped = chance.integers(2)
        gamma = chance.uniform(*settings.gamma)
        contrast = 1 + chance.uniform(-settings.contrast, settings.contrast)
        brightness = 1 + chance.uniform(-settings.brightness, settings.brightness)
        tint = 1 + chance.uniform(-settings.tint, settings.tint, 3)
        return _Crop(scene, scale, top, left, tall, wide, flipped, gamma, contrast, brightness, *tint)

    def _cut(self, crops: list[_Crop]) -> tuple[Tensor, Tensor]:
        # float64 holds the number of a scene exactly; one transfer for all
        table = torch.tensor(crops, dtype=torch.float64).to(self._device)
        crop = _Crop(*table.T.unsqueeze(-1))
        scenes, crop = crop.scene[:, 0].long(), _Crop(*(values.float() for values in crop))
        side = torch.arange(self._augmentation.crop, device=self._device) + 0.5
        steps = side[None] / crop.scale  # into the piece, in pixels of the scene
        inside = (steps < crop.height)[:, :, None] & (steps < crop.width)[:, None, :]
        down = crop.top + steps
        right = crop.left + torch.where(crop.flipped > 0, crop.width - steps, steps)
        height, width = self._labels.shape[1:]
        across = (2 * right / width - 1)[:, None, :].expand_as(inside)
        along = (2 * down / height - 1)[:, :, None].expand_as(inside)
        grid = torch.stack((across, along), -1)
        pixels = F.grid_sample(self._images[scenes].float(), grid, "bilinear", "border", align_corners=False)
        classes = self._labels[scenes][:, None].float()
        truth = F.grid_sample(classes, grid, "nearest", "border", align_corners=False)[:, 0]
        images = torch.where(inside[:, None], _relit(pixels, inside[:, None], crop), 127.0)
        labels = torch.where(inside, truth, float(VOID)).long()
        return images, labels


def _relit(pixels: Tensor, inside: Tensor, crop: _Crop) -> Tensor:
    """The same light changes as in `augment`, each crop its own."""
    gamma, contrast, brightness = (
        values[..., None, None] for values in (crop.gamma, crop.contrast, crop.brightness)
    )
    tint = torch.stack((crop.red, crop.green, crop.blue), 1)[..., None]
    image = (pixels / 255).clamp(0, 1) ** gamma
    mean = (image * inside).sum((1, 2, 3), keepdim=True) / (3 * inside.sum((1, 2, 3), keepdim=True))
    relit: Tensor = (((image - mean) * contrast + mean) * brightness * tint).clamp(0, 1) * 255
    return relit
