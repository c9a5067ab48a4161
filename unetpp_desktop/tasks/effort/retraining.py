"""What a fine-tuning in between does for the scenes that nobody has begun."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from unetpp_desktop.core.origin import HUMAN
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.bookkeeping import write_palette
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.effort.desk import Desk
from unetpp_desktop.tasks.effort.scenes import TrueScene
from unetpp_desktop.tasks.finetune import FinetuneOptions, FinetuneResult, finetune


class Learner:
    """A project of its own for the scenes, in ``folder``: what the annotator corrects, a model learns."""

    def __init__(
        self, folder: Path, scenes: Sequence[TrueScene], palette: Palette, model: ModelEntry, device: str
    ) -> None:
        for scene in scenes:
            shutil.copy(scene.pair.image, folder / scene.pair.image.name)
        project = Project.open(folder)
        write_palette(project.own_folder, palette)
        self._project = Project.open(folder)
        self._model, self._device = model, device

    def learn(self, desks: Sequence[Desk], seed: int, progress: Progress) -> Predictor | None:
        """Trains on the human pixels of ``desks``.

        None where there are none yet, and where the app would refuse the new model.
        """
        if not any(np.isin(desk.document.origins, HUMAN).any() for desk in desks):
            return None
        scenes = {scene.image_path.name: scene for scene in self._project.scenes}
        for desk in desks:
            document = desk.document
            scene = scenes[desk.scene.pair.image.name]
            self._project.save_mask(scene, document.labels, document.origins, Provenance())
        result = finetune(
            self._project, self._model, FinetuneOptions(seed=seed), progress, lambda _: None, self._device
        )
        if reason_not_to_use(result) is not None:
            return None
        self._model = result.candidate
        return open_predictor(result.candidate, self._device)


def reason_not_to_use(result: FinetuneResult) -> str | None:
    """Why the annotator stays with the model before: the app's own gate is against the new one."""
    return result.refused
