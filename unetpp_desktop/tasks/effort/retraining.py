"""What a fine-tuning in between makes of what was corrected so far."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from unetpp_desktop.core.origin import HUMAN
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.storage.bookkeeping import write_palette
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.base_data import BaseData
from unetpp_desktop.tasks.effort.desk import Desk
from unetpp_desktop.tasks.effort.setting import Setting
from unetpp_desktop.tasks.finetune import FinetuneOptions, FinetuneResult, finetune


class Learner:
    """A project of its own for the scenes, in ``folder``: what the annotator corrects, a model learns."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        for scene in setting.scenes:
            shutil.copy(scene.pair.image, folder / scene.pair.image.name)
        write_palette(Project.open(folder).own_folder, setting.palette)
        self._project = Project.open(folder)
        self._setting, self._model = setting, setting.model

    def learn(self, desks: Sequence[Desk], tell: Callable[[str], None]) -> Predictor | None:
        """Trains on the human pixels of ``desks``.

        None where there are none yet, and where the app would refuse the new model.
        """
        worked_on = [desk for desk in desks if np.isin(desk.document.origins, HUMAN).any()]
        if not worked_on:
            return None
        for desk in worked_on:
            document = desk.document
            scene = self._project.scene(desk.scene.pair.image.name)
            self._project.save_mask(scene, document.labels, document.origins, Provenance())
        setting = self._setting
        result = finetune(
            self._project,
            self._model,
            FinetuneOptions(seed=setting.seed, base_data=_unseen(setting)),
            lambda _done, _total, note: tell(f"learning: {note}"),
            lambda _: None,
            setting.device,
        )
        if reason_not_to_use(result) is not None:
            return None
        self._model = result.candidate
        return open_predictor(result.candidate, setting.device)


def reason_not_to_use(result: FinetuneResult) -> str | None:
    """Why the annotator stays with the model before: the app's own gate is against the new one."""
    return result.refused


def _unseen(setting: Setting) -> BaseData | None:
    """The base data without the scenes whose masks the annotator has yet to draw."""
    names = frozenset(scene.pair.image.name for scene in setting.scenes)
    return None if setting.base_data is None else replace(setting.base_data, without=names)
