"""Batches of training crops, the same ones every time for the same seed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.augment import Augmentation, paste_rare, random_crop

LabelledScene = tuple[np.ndarray, np.ndarray]
"""An image ``uint8 (H, W, 3)`` and its classes ``uint8 (H, W)``; void pixels do not enter the loss."""

_LARGEST_SEED = 2**63 - 1
_COUNTED_AT_MOST = 400  # scenes; the shares of the classes hardly change with more


@dataclass(frozen=True)
class TrainingScenes:
    """What a training draws its crops from.

    ``load(i)`` gives scene i of ``count`` and ``load_extra(seed)`` a scene of an endless second
    source, which takes ``extra_share`` of the crops. Both are called from a background thread.
    """

    count: int
    load: Callable[[int], LabelledScene]
    load_extra: Callable[[int], LabelledScene] | None = None
    extra_share: float = 0.0


def class_pixels(scenes: TrainingScenes, classes: int, progress: Progress = silent) -> np.ndarray:
    """``int64 (classes,)``: pixels of each class, counted on at most 400 scenes spread over the set."""
    counts = np.zeros(256, np.int64)
    chosen = spread_indexes(scenes.count, _COUNTED_AT_MOST)
    for done, index in enumerate(chosen):
        progress(done, len(chosen), "counting the classes of scene")
        counts += np.bincount(scenes.load(index)[1].ravel(), minlength=256)
    return counts[:classes]


@dataclass(frozen=True)
class BatchPlan:
    """Which crops a training sees. An epoch is one crop of every scene, rounded down to whole batches."""

    scenes: TrainingScenes
    rare: Tensor
    augmentation: Augmentation
    batch: int
    seed: int

    @property
    def steps_per_epoch(self) -> int:
        return max(1, self.scenes.count // self.batch)

    def with_crop(self, crop: int) -> "BatchPlan":
        """The same plan with crops of ``crop`` pixels."""
        return replace(self, augmentation=self.augmentation.model_copy(update={"crop": crop}))

    def make(self, step: int) -> tuple[Tensor, Tensor]:
        """Batch ``step`` of the whole training: images ``float (N, 3, h, w)`` in 0..255, labels ``int64``.

        Everything random derives from the seed and the step, so that a resumed training goes on
        with exactly the batches that an unbroken one would have seen.
        """
        epoch, position = divmod(step, self.steps_per_epoch)
        order = np.random.default_rng((self.seed, epoch)).permutation(self.scenes.count)
        chance = np.random.default_rng((self.seed, epoch, position))
        generator = torch.Generator().manual_seed(int(chance.integers(_LARGEST_SEED)))
        crops = []
        for slot in range(self.batch):
            index = int(order[(position * self.batch + slot) % self.scenes.count])
            image, truth = self._scene(index, chance)
            crops.append(
                random_crop(
                    torch.from_numpy(np.require(image, requirements="W")),
                    torch.from_numpy(np.require(truth, requirements="W")),
                    self.rare,
                    self.augmentation,
                    generator,
                )
            )
        images = torch.stack([image for image, _ in crops])
        labels = torch.stack([labels for _, labels in crops]).long()
        if self.augmentation.paste_share:
            chosen = torch.from_numpy(chance.random(self.batch) < self.augmentation.paste_share)
            images, labels = paste_rare(images, labels, self.rare, chosen)
        return images.contiguous(memory_format=torch.channels_last), labels

    def _scene(self, index: int, chance: np.random.Generator) -> LabelledScene:
        extra = chance.random() < self.scenes.extra_share
        seed = int(chance.integers(2**31))
        if extra and self.scenes.load_extra is not None:
            return self.scenes.load_extra(seed)
        return self.scenes.load(index)

    def stream(self, first: int, last: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches ``first`` to ``last - 1``, each made in a thread while the one before is used."""
        with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
            coming = pool.submit(self.make, first) if first < last else None
            for step in range(first, last):
                assert coming is not None
                batch = coming.result()
                coming = pool.submit(self.make, step + 1) if step + 1 < last else None
                yield batch
