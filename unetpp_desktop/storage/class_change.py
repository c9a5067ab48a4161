"""Changing the classes of a project: all its masks follow, or none, and all of it can be taken back."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import digest_of, read_bytes, write_atomically
from unetpp_desktop.core.json_files import readable_name
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.storage.bookkeeping import keep_original
from unetpp_desktop.storage.change_record import (
    ChangeFolder,
    ChangeRecord,
    change_folders,
    changing_alone,
    forget_old_changes,
    new_change_folder,
)
from unetpp_desktop.storage.labels_owner import claim_labels_folder
from unetpp_desktop.storage.mask_file import Provenance, StoredMask, write_mask
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.saved_masks import MaskToken, Summaries, load_saved
from unetpp_desktop.storage.scenes import Scene


@dataclass(frozen=True)
class LastChange:
    """The change of classes that `undo_class_change` takes back."""

    number: int
    time: str  # ISO 8601, UTC
    old: Palette


def change_classes(project: Project, new: Palette, table: np.ndarray, progress: Progress) -> int:
    """Gives ``project`` the classes ``new``; every mask is rewritten by ``table``, all of them or none.

    ``table`` is ``uint8 (256,)``: the new mask value of each old one. Pixels keep their origin; those
    of a class that becomes void lose it. Masks of a recognised data set are copied to the labels
    folder where names alone would no longer say what they mean. Our masks stay as they are where classes
    are only added; those of others are written anew where they have values that are no class, for such a
    value may be that of a new class. Returns how many masks were written.

    ``project`` itself keeps its old classes: open it again. Raises `UserError`, and changes nothing,
    where a mask is damaged or was changed by another program, and where something cannot be written.
    """
    with _task(project, new, progress) as task:
        ours_stay = _only_adds(project.palette, new, table)
        given_stay = ours_stay and _former_names_stay(project.palette, new)
        for scene in task.masks_of_others() if given_stay else task.scenes():
            token = project.mask_token(scene)
            if token is None and not _means_something_else(project, scene, new, table):
                continue
            if token is not None and ours_stay and project.is_ours(scene):
                continue
            stored = project.load_mask(scene)
            if stored is None or (token is not None and ours_stay and not stored.strays):
                continue
            if stored.foreign and token is not None:
                keep_original(project.own_folder, project.mask_path(scene), task.mask_of(scene))
            labels, origins = _translated(stored, table)
            task.stage(scene, token, labels, origins, stored.provenance or Provenance())
        return task.finish(table, None)


def last_class_change(own_folder: Path) -> LastChange | None:
    """The change that can be taken back; None where there is none; `UserError` for a damaged record."""
    for folder in reversed(change_folders(own_folder)):
        record = folder.record()
        if record is not None:
            return LastChange(folder.number, record.time, record.old)
    return None


def undo_class_change(project: Project, progress: Progress) -> int:
    """Takes the last change of classes back: all masks get their former classes, or none does.

    A mask that nobody has touched since becomes what it was, byte for byte. In others the pixels that
    were edited since stay as they are, in the classes of before. Raises `UserError`, and changes
    nothing, where a class is in use that did not exist then. Returns how many masks were written.
    """
    last = last_class_change(project.own_folder)
    if last is None:
        raise UserError(f"{project.folder} has no change of classes that could be taken back.")
    folder = ChangeFolder(project.own_folder, last.number)
    record = folder.record()
    assert record is not None
    back = _Back(project, folder, record)
    with _task(project, record.old, progress) as task:
        for scene in task.scenes():
            token = project.mask_token(scene)
            stored = None if token is None else project.load_mask(scene)
            if stored is None:
                continue
            before = back.before(scene)
            if before is not None and back.is_untouched(before, stored):
                task.restore(scene, token, folder.backup(task.mask_of(scene)))
            elif before is None and back.is_copy(scene, stored):
                task.delete(scene, token)
            else:
                labels, origins = back.merged(scene, before, stored)
                task.stage(scene, token, labels, origins, stored.provenance or Provenance())
        return task.finish(back.inverse(), last.number, record.written)


@contextmanager
def _task(project: Project, new: Palette, progress: Progress) -> Iterator["_Task"]:
    claim_labels_folder(project.own_folder, project.folder, project.scenes)
    with changing_alone(project.own_folder):
        task = _Task(project, new, progress)
        try:
            yield task
        except BaseException:  # cancelled as well
            task.give_up()
            raise


class _Task:
    """One run: masks are made ready in a folder, and at the end all of them are put in place."""

    def __init__(self, project: Project, new: Palette, progress: Progress) -> None:
        self._project = project
        self._new = new
        self._progress = progress
        self._folder = new_change_folder(project.own_folder)
        self._tokens: dict[Scene, MaskToken | None] = {}
        self._gone: list[Scene] = []
        self._restored: set[Scene] = set()

    def scenes(self) -> Iterator[Scene]:
        """All scenes, with a report before each; refuses where somebody has to decide about one first."""
        project = self._project
        for scene in project.scenes:
            if project.state(scene) is SceneState.CHANGED_OUTSIDE:
                project.load_mask(scene)  # names a damaged file
                raise UserError(
                    f"{project.mask_path(scene)} was changed by another program. "
                    "Say first what it counts as, above the scene list."
                )
        yield from self._reported(project.scenes)

    def masks_of_others(self) -> Iterator[Scene]:
        """The scenes whose masks others put into the labels folder, with a report before each."""
        project = self._project
        return self._reported(
            [
                scene
                for scene in project.scenes
                if project.mask_token(scene) is not None
                and not project.is_ours(scene)
                and project.state(scene) is not SceneState.CHANGED_OUTSIDE
            ]
        )

    def _reported(self, scenes: Sequence[Scene]) -> Iterator[Scene]:
        for number, scene in enumerate(scenes):
            self._progress(number, len(scenes), scene.name)
            yield scene
        self._progress(len(scenes), len(scenes), "")

    def give_up(self) -> None:
        """Removes what lies ready, unless it is being put in place."""
        if self._folder.record() is None:
            self._folder.delete()

    def mask_of(self, scene: Scene) -> str:
        """The mask file below the labels folder; `UserError` for a name that no record can hold."""
        if scene.name != readable_name(scene.name):
            raise UserError(
                f"The name of {readable_name(str(scene.image_path))} is not UTF-8, so that the change could "
                "not be taken back. Rename the image, and its mask likewise."
            )
        return self._project.mask_path(scene).relative_to(self._project.labels_folder).as_posix()

    def stage(
        self,
        scene: Scene,
        token: MaskToken | None,
        labels: np.ndarray,
        origins: np.ndarray,
        provenance: Provenance,
    ) -> None:
        write_mask(self._folder.staged(self.mask_of(scene)), labels, origins, self._new, provenance)
        self._tokens[scene] = token

    def restore(self, scene: Scene, token: MaskToken | None, content: Path) -> None:
        """The mask becomes the file of before, byte for byte; `UserError` where that cannot be copied."""
        write_atomically(self._folder.staged(self.mask_of(scene)), read_bytes(content))
        self._tokens[scene] = token
        self._restored.add(scene)

    def delete(self, scene: Scene, token: MaskToken | None) -> None:
        """The mask becomes what it was before there was a file of it."""
        self._tokens[scene] = token
        self._gone.append(scene)
        self._restored.add(scene)

    def finish(self, table: np.ndarray, undoes: int | None, taken_over: Collection[str] = ()) -> int:
        """Puts all in place; from here on nobody can stop it.

        ``taken_over``: the scenes whose masks became ours by the change that is taken back. Raises
        `UserError`, and changes nothing, where a mask was written meanwhile or cannot be replaced.
        """
        project = self._project
        for scene, token in self._tokens.items():
            if project.mask_token(scene) != token:
                raise UserError(
                    f"{project.mask_path(scene)} was written meanwhile, so nothing was changed. Try again."
                )
        masks = {scene: self.mask_of(scene) for scene in self._tokens}
        theirs = {scene for scene in self._restored if scene.name in taken_over}
        taken = {scene for scene in masks if scene not in theirs and not project.is_ours(scene)}
        record = ChangeRecord(
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            old=project.palette,
            new=self._new,
            table=tuple(table.tolist()),
            masks=tuple(mask for scene, mask in masks.items() if scene not in self._gone),
            gone=tuple(masks[scene] for scene in self._gone),
            digests={
                mask: digest_of(self._folder.staged(mask))
                for scene, mask in masks.items()
                if scene not in self._gone
            },
            written={scene.name: mask for scene, mask in masks.items() if scene in taken},
            unwritten={scene.name: mask for scene, mask in masks.items() if scene in theirs},
            undoes=undoes,
        )
        self._folder.begin(record, project.labels_folder)
        if undoes is None:
            forget_old_changes(project.own_folder)
        return len(masks)


class _Back:
    """What the masks were before a change, compared with what they are now."""

    def __init__(self, project: Project, folder: ChangeFolder, record: ChangeRecord) -> None:
        self._project = project
        self._folder = folder
        self._record = record
        self._table = np.array(record.table, np.uint8)
        self._summaries = Summaries()

    def before(self, scene: Scene) -> StoredMask | None:
        """The mask as it was, in the classes of then; None where there was no file of it."""
        path = self._folder.backup(self._mask(scene))
        summary = self._summaries.of(path)
        return None if summary is None else load_saved(path, summary, False, self._record.old)

    def is_untouched(self, before: StoredMask, now: StoredMask) -> bool:
        labels, origins = _translated(before, self._table)
        same = np.array_equal(labels, now.labels) and np.array_equal(origins, now.origins)
        return same and (before.provenance or Provenance()) == now.provenance

    def is_copy(self, scene: Scene, now: StoredMask) -> bool:
        """Whether the mask was copied from a data set when the classes changed, and is still that."""
        if scene.name not in self._record.written or scene.given_mask_path is None:
            return False
        given = self._project.given_mask(scene, self._record.old)
        return given is not None and self.is_untouched(given, now)

    def merged(
        self, scene: Scene, before: StoredMask | None, now: StoredMask
    ) -> tuple[np.ndarray, np.ndarray]:
        """Labels and origins, ``uint8 (H, W)``: of before where nothing happened since, else of now."""
        inverse = self.inverse()
        labels, origins = inverse[now.labels], now.origins
        edited = np.ones(labels.shape, np.bool_)
        if before is not None and before.labels.shape == labels.shape:
            translated, its_origins = _translated(before, self._table)
            edited = translated != now.labels
            untouched = ~edited & (its_origins == now.origins)
            labels = np.where(edited, labels, before.labels)
            origins = np.where(untouched, before.origins, origins)
        lost = np.unique(now.labels[edited & (labels == VOID) & (now.labels != VOID)])
        if lost.size:
            name = self._record.new.names[int(lost[0])]
            raise UserError(
                f"{self._project.mask_path(scene)} uses the class {name}, which did not exist before. "
                "Replace it by another class first."
            )
        return labels, origins

    def inverse(self) -> np.ndarray:
        """``uint8 (256,)``: the old mask value of each new one; void where there was no such class.

        Of several classes that became one it is the one of the same name, else the first.
        """
        inverse = np.full(256, VOID, np.uint8)
        old, new = self._record.old, self._record.new
        for value in reversed(range(len(old))):
            if self._table[value] != VOID:
                inverse[self._table[value]] = value
        for value, name in enumerate(old.names):
            place = new.index_of(name)
            if place is not None and self._table[value] == place:
                inverse[place] = value
        return inverse

    def _mask(self, scene: Scene) -> str:
        return self._project.mask_path(scene).relative_to(self._project.labels_folder).as_posix()


def _only_adds(old: Palette, new: Palette, table: np.ndarray) -> bool:
    """Whether our masks are right as they are: the classes of before keep value, name and colour."""
    kept = [(entry.name, entry.color) for entry in new.classes[: len(old)]]
    same = kept == [(entry.name, entry.color) for entry in old.classes]
    return same and table[: len(old)].tolist() == list(range(len(old)))


def _former_names_stay(old: Palette, new: Palette) -> bool:
    """Whether no class took a former name of another, by which the masks of a data set are read."""
    return all(now.former == before.former for now, before in zip(new.classes, old.classes, strict=False))


def _translated(stored: StoredMask, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    labels: np.ndarray = table[stored.labels]
    cleared = (labels == VOID) & (stored.labels != VOID)
    return labels, np.where(cleared, np.uint8(Origin.NONE), stored.origins)


def _means_something_else(project: Project, scene: Scene, new: Palette, table: np.ndarray) -> bool:
    """Whether the mask that a data set gives ``scene`` would be read wrongly with the new classes."""
    given = project.given_palette(scene)
    if given is None:
        return False
    wanted = table[project.palette.mapping_from(given)]
    return not np.array_equal(new.mapping_from(given), wanted)
