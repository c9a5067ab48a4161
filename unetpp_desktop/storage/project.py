"""An image folder and the masks of its images."""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import reading
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import Palette, shipped_palette
from unetpp_desktop.storage.bookkeeping import (
    OWN_FOLDER,
    add_written,
    holds_our_masks,
    keep_original,
    read_palette,
    read_written,
    write_palette,
)
from unetpp_desktop.storage.broken_images import BrokenImages
from unetpp_desktop.storage.camvid import Dataset, Pair, recognise_dataset
from unetpp_desktop.storage.change_record import recover_class_changes
from unetpp_desktop.storage.images import IMAGE_SUFFIXES, image_size
from unetpp_desktop.storage.labels_owner import check_labels_folder, claim_labels_folder
from unetpp_desktop.storage.mask_file import (
    MaskSummary,
    OriginCounts,
    Provenance,
    StoredMask,
    write_mask,
)
from unetpp_desktop.storage.saved_masks import (
    MaskToken,
    Summaries,
    file_token,
    foreign_mask,
    in_palette,
    labelled_as,
    load_saved,
    read_given_summary,
)
from unetpp_desktop.storage.scene_marks import SceneMarks
from unetpp_desktop.storage.scenes import Scene, list_image_names, mask_names


class SceneState(Enum):
    """How far the mask of a scene is."""

    NONE = "none"
    PREDICTED = "predicted"
    EDITED = "edited"
    DONE = "done"
    CHANGED_OUTSIDE = "changed outside"
    UNREADABLE = "unreadable"  # the image, not the mask


@dataclass(frozen=True)
class SceneFacts:
    """What is known of a scene without decoding its mask: how far it is, and what the mask says of itself.

    ``counts`` and ``provenance`` are blank where there is no mask that we wrote.
    """

    state: SceneState
    counts: OriginCounts = (0, 0, 0, 0)
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def human_pixels(self) -> int:
        """How many pixels people painted or checked."""
        return self.counts[Origin.ACCEPTED] + self.counts[Origin.PAINTED]

    @property
    def edited(self) -> str:
        """When somebody did so last: ISO 8601 in UTC, "" where nobody has."""
        return self.provenance.edited


class Project:
    """An image folder, its scenes and their masks; made by `Project.open`.

    Images are only ever read. Masks lie in ``labels_folder``, everything else (thumbnails, models,
    project file, originals) in ``own_folder``. One project may be used by several threads.
    """

    def __init__(self, folder: Path, labels_folder: Path) -> None:
        self.folder = folder
        self.labels_folder = labels_folder
        # What was written is a fact about the labels folder, and the image folder may be read-only.
        home = folder if labels_folder.resolve() == (folder / "labels").resolve() else labels_folder
        self.own_folder = home / OWN_FOLDER
        self.scenes: tuple[Scene, ...] = ()
        self.datasets: tuple[Dataset, ...] = ()
        self._lock = threading.RLock()
        self._by_name: dict[str, Scene] = {}
        self._mask_names: dict[str, str] = {}
        self._given: dict[Path, tuple[Dataset, Pair]] = {}
        self._summaries = Summaries()
        self._given_summaries = Summaries(read_given_summary)
        self._broken = BrokenImages()
        self.marks = SceneMarks(self.own_folder)
        recover_class_changes(self.own_folder, labels_folder)
        self._written = read_written(self.own_folder)
        self.rescan()
        self.palette: Palette = read_palette(self.own_folder) or self._palette_of_datasets()

    @classmethod
    def open(cls, folder: Path, labels_folder: Path | None = None) -> "Project":
        """Opens ``folder``; masks go to ``labels_folder``, by default ``folder/labels``.

        ``own_folder`` is ``folder/.unetpp``, or ``.unetpp`` inside a labels folder chosen elsewhere.
        A recognised data set (see `camvid`) anywhere in the folder lends its masks and, where all of
        them share one, its palette. Raises `UserError` where the folder is missing, is no folder,
        cannot be read or holds no image, and where ``labels_folder`` would cover the images or holds the
        masks of another image folder (`OthersLabelsError`). A change of classes that was interrupted is
        carried through first; nothing else is written.
        """
        with reading(folder):
            if not folder.exists():
                raise UserError(f"{folder} does not exist. Choose an existing folder of images.")
            if not folder.is_dir():
                raise UserError(f"{folder} is a file. Choose the folder that it lies in.")
        if (folder.parent / OWN_FOLDER).is_dir() and folder.name in ("labels", OWN_FOLDER):
            raise UserError(f"{folder} holds the masks of a project. Open {folder.parent} instead.")
        folder = folder.absolute()
        labels = labels_folder.absolute() if labels_folder else folder / "labels"
        if folder.resolve().is_relative_to(labels.resolve()):
            raise UserError(f"The labels folder {labels} would cover the images. Choose another one.")
        check_labels_folder(labels, folder)
        project = cls(folder, labels)
        if not project.scenes:
            suffixes = " ".join(sorted(IMAGE_SUFFIXES))
            raise UserError(f"{folder} holds no images ({suffixes}). Choose the folder that has them.")
        return project

    @property
    def read_only(self) -> bool:
        """Whether masks cannot be saved, as far as permissions tell."""
        place = self.labels_folder
        while not place.exists() and place != place.parent:
            place = place.parent
        return not os.access(place, os.W_OK)

    def rescan(self) -> tuple[Scene, ...]:
        """Looks for images again and returns the scenes; those that stayed are the same objects.

        Raises `UserError` where the folder cannot be read any more.
        """
        found: list[Dataset] = []

        def mask_folders(place: Path, names: frozenset[str]) -> frozenset[str]:
            ours = frozenset(name for name in names if holds_our_masks(place / name))
            dataset = recognise_dataset(place) if names else None
            if dataset is None:
                return ours
            found.append(dataset)
            return ours | (names & {mask_folder.name for mask_folder in dataset.mask_folders})

        excluded = frozenset({self.labels_folder.resolve(), (self.folder / "labels").resolve()})
        try:
            names = list_image_names(self.folder, excluded, mask_folders)
        except OSError as error:
            raise UserError(
                f"{self.folder} cannot be read: {error.strerror or error}. "
                "Check that it still exists and may be read."
            ) from error
        given = {
            pair.image: (dataset, pair)
            for dataset in found
            for pairs in dataset.splits.values()
            for pair in pairs
        }
        scenes = []
        for name in names:
            image = self.folder / name
            scene = Scene(name, image, given[image][1].mask if image in given else None)
            known = self._by_name.get(name)
            scenes.append(known if known == scene else scene)
        with self._lock:
            self.scenes = tuple(scenes)
            self.datasets = tuple(found)
            self._given = given
            self._by_name = {scene.name: scene for scene in scenes}
            # Names once given stay for the session: a scene that is open may lose its image or get a twin.
            given_names = self._mask_names
            before = {name: mask for name, mask in self._written.items() if name not in given_names}
            self._mask_names = mask_names((*given_names, *names), before | given_names)
        return self.scenes

    def scene(self, name: str) -> Scene:
        """The scene called ``name``; `UserError` where there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UserError(f"{self.folder} has no image {name}. Check its name.") from None

    def mask_path(self, scene: Scene) -> Path:
        """Where the mask of ``scene`` is saved; the file need not exist yet."""
        return self.labels_folder / self._mask_names[scene.name]

    def mask_token(self, scene: Scene) -> MaskToken | None:
        """Which version of the saved mask is there now; None where there is none.

        Take it before `load_mask`, and hand it to `save_mask_if_unchanged` afterwards.
        """
        return file_token(self.mask_path(scene))

    def state(self, scene: Scene) -> SceneState:
        """How far ``scene`` is, without decoding any pixels.

        Never raises: a mask that cannot be read counts as changed outside. A mask that others put
        into the labels folder counts as edited, a mask of a recognised data set as done.
        An image is unreadable once `note_unreadable` was called for its present version.
        """
        return self.facts(scene).state

    def facts(self, scene: Scene) -> SceneFacts:
        """Like `state`, with what else the file of the mask says."""
        summary = self._summaries.of(self.mask_path(scene))
        state = self._state_of_given(scene) if summary is None else self._state_of_saved(scene, summary)
        if scene.image_path in self._broken:
            state = SceneState.UNREADABLE
        if summary is None or summary.provenance is None:
            return SceneFacts(state)
        return SceneFacts(state, summary.counts, summary.provenance)

    def note_unreadable(self, scene: Scene) -> None:
        """The image of ``scene`` as it is now could not be read."""
        self._broken.add(scene.image_path)

    def is_excluded(self, scene: Scene) -> bool:
        """Whether somebody has taken ``scene`` out of what is done with the whole folder."""
        return self.marks.of(scene.name).excluded

    @property
    def included_scenes(self) -> tuple[Scene, ...]:
        """All scenes but the excluded ones."""
        return tuple(scene for scene in self.scenes if not self.is_excluded(scene))

    def training_scenes(self) -> tuple[Scene, ...]:
        """The scenes whose masks hold human pixels and were not changed outside; no excluded ones."""
        return tuple(scene for scene in self.included_scenes if self._has_human_pixels(scene))

    def load_mask(self, scene: Scene) -> StoredMask | None:
        """The saved mask of ``scene``, else that of a recognised data set, else None.

        Classes are those of the project's palette: a mask that was written with another order of
        classes is translated by their names. The labelled pixels of a mask that was changed outside
        count as model until somebody has decided about it, those of other foreign masks as painted.
        Raises `UserError` for a damaged file, for one whose size is not that of the image, and for
        one that uses a class which the palette lacks.
        """
        path = self.mask_path(scene)
        summary = self._summaries.of(path)
        if summary is not None:
            stored = load_saved(path, summary, self.is_ours(scene), self.palette)
        else:
            given = self.given_mask(scene, self.palette)
            if given is None or scene.given_mask_path is None:
                return None
            path, stored = scene.given_mask_path, given
        height, width = stored.labels.shape
        if (height, width) != (size := image_size(scene.image_path)):
            raise UserError(
                f"{path} is {width} x {height} pixels, but its image {scene.image_path} is "
                f"{size[1]} x {size[0]}. Bring the mask to the size of the image, or take it out."
            )
        return stored

    def is_ours(self, scene: Scene) -> bool:
        """Whether we have written the mask of ``scene`` before."""
        return self._written.get(scene.name) == self._mask_names[scene.name]

    def _is_of_another(self, scene: Scene) -> bool:
        mask = self._mask_names[scene.name]
        return not self.is_ours(scene) and mask in self._written.values()

    def given_palette(self, scene: Scene) -> Palette | None:
        """The classes in which a recognised data set gives the mask of ``scene``; None where none does."""
        return None if scene.given_mask_path is None else self._given[scene.image_path][0].palette

    def given_mask(self, scene: Scene, palette: Palette) -> StoredMask | None:
        """The mask that a recognised data set has for ``scene``, in ``palette``; None where it has none.

        Raises `UserError` where it cannot be read.
        """
        if scene.given_mask_path is None:
            return None
        dataset, pair = self._given[scene.image_path]
        read = dataset.read_labels(pair)
        if dataset.palette.names != palette.names:
            read = in_palette(read, dataset.palette, palette)
        return foreign_mask(read, Provenance(done=True))

    def save_mask(
        self, scene: Scene, labels: np.ndarray, origins: np.ndarray, provenance: Provenance
    ) -> Path:
        """Writes the mask of ``scene`` (both arrays ``uint8 (H, W)``) atomically and returns its path.

        A file that we did not write for it, or that was changed outside, is first copied to ``originals``.
        Raises `UserError` where something cannot be written, the image folder has gone, or the labels folder
        has become that of another one; the old mask then stays.
        """
        with self._lock:
            claim_labels_folder(self.own_folder, self.folder, (scene, *self.scenes))
            path = self.mask_path(scene)
            summary = self._summaries.of(path)
            if summary is not None and (
                summary.provenance is None or summary.changed_outside or self._is_of_another(scene)
            ):
                keep_original(self.own_folder, path, self._mask_names[scene.name])
            if not (self.own_folder / "project.json").exists():
                write_palette(self.own_folder, self.palette)
            write_mask(path, labels, origins, self.palette, provenance)
            if not self.is_ours(scene):
                add_written(self.own_folder, scene.name, self._mask_names[scene.name])
                self._written[scene.name] = self._mask_names[scene.name]
            return path

    def save_mask_if_unchanged(
        self,
        scene: Scene,
        labels: np.ndarray,
        origins: np.ndarray,
        provenance: Provenance,
        token: MaskToken | None,
    ) -> bool:
        """Like `save_mask`, but only where the file is still the one that ``token`` was taken of.

        Returns False, and writes nothing, where it was changed, made or deleted meanwhile.
        """
        with self._lock:
            if self.mask_token(scene) != token:
                return False
            self.save_mask(scene, labels, origins, provenance)
            return True

    def count_outside_as_checked(self, scenes: Iterable[Scene]) -> tuple[str, ...]:
        """Takes masks that were changed outside as right: their labelled pixels become accepted.

        Other scenes are left alone. Returns one sentence for each mask that could not be read.
        """
        return self._decide_outside(scenes, Origin.ACCEPTED)

    def keep_outside_as_prediction(self, scenes: Iterable[Scene]) -> tuple[str, ...]:
        """Takes masks that were changed outside as predictions: their labelled pixels become model.

        Other scenes are left alone. Returns one sentence for each mask that could not be read.
        """
        return self._decide_outside(scenes, Origin.MODEL)

    def _decide_outside(self, scenes: Iterable[Scene], origin: Origin) -> tuple[str, ...]:
        problems = []
        for scene in scenes:
            if self.state(scene) is not SceneState.CHANGED_OUTSIDE:
                continue
            try:
                token = self.mask_token(scene)
                stored = self.load_mask(scene)
                if stored is None or stored.foreign:
                    continue
                origins = labelled_as(stored.labels, origin)
                provenance = (stored.provenance or Provenance()).model_copy(update={"done": False})
                if not self.save_mask_if_unchanged(scene, stored.labels, origins, provenance, token):
                    problems.append(f"{self.mask_path(scene)} was saved meanwhile and was left as it is.")
            except UserError as error:
                problems.append(str(error))
        return tuple(problems)

    def _palette_of_datasets(self) -> Palette:
        palettes = {dataset.palette.names: dataset.palette for dataset in self.datasets}
        return next(iter(palettes.values())) if len(palettes) == 1 else shipped_palette("camvid11")

    def _has_human_pixels(self, scene: Scene) -> bool:
        if self.state(scene) not in (SceneState.EDITED, SceneState.DONE):
            return False
        summary = self._summaries.of(self.mask_path(scene))
        return summary is None or summary.provenance is None or summary.human_pixels > 0

    def _state_of_saved(self, scene: Scene, summary: MaskSummary) -> SceneState:
        if summary.damaged or summary.changed_outside:
            return SceneState.CHANGED_OUTSIDE
        if summary.provenance is None:
            return SceneState.CHANGED_OUTSIDE if self.is_ours(scene) else SceneState.EDITED
        if summary.provenance.done:
            return SceneState.DONE
        if summary.human_pixels:
            return SceneState.EDITED
        return SceneState.PREDICTED if summary.counts[Origin.MODEL] else SceneState.NONE

    def _state_of_given(self, scene: Scene) -> SceneState:
        if scene.given_mask_path is None:
            return SceneState.NONE
        summary = self._given_summaries.of(scene.given_mask_path)
        return SceneState.CHANGED_OUTSIDE if summary is None or summary.damaged else SceneState.DONE
