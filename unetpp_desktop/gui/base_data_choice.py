"""Which labelled scenes a model learnt from: chosen by the user, looked at in a job, remembered by model."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job
from unetpp_desktop.gui.model_finder import with_more
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.warm_up import warm_up
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.lineage import root_of


class BaseDataChoice(QObject):
    """The base data of the first model of the chosen one's line, which a training replays."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._looking: Job | None = None
        self._asked = 0  # counts choices: an answer about an earlier one comes too late

    @property
    def root(self) -> ModelEntry | None:
        """The model that learnt from them."""
        model = self._session.model
        return None if model is None else root_of(model, self._session.models())

    @property
    def folder(self) -> Path | None:
        """Where they are, if that is known."""
        root = self.root
        return None if root is None else self._session.remembered.base_data.get(_key_of(root))

    def use(self, folder: Path) -> None:
        """Looks, in a job, whether ``folder`` holds scenes to replay; from then on they are."""
        project, root = self._session.project, self.root
        if project is None or root is None:
            return
        palette, loading = project.palette, self.tr("loading torch")
        own = [scene.image_path for scene in project.scenes]

        def work(progress: Progress) -> tuple[str, tuple[str, ...]]:
            warm_up(lambda: progress(0, 0, loading))
            from unetpp_desktop.tasks.base_data import BaseData, replay_of

            remarks: list[str] = []
            replay = replay_of(BaseData(folder), palette, progress, remarks.append, own)
            return replay.words, tuple(remarks)

        self._give_up_looking()
        asked = self._asked

        def keep(found: tuple[str, tuple[str, ...]]) -> None:
            if asked == self._asked:
                self._keep(root, folder)
                words, remarks = found
                self._session.notice.emit(f"{words}.", "info")
                if remarks:
                    self._session.notice.emit(with_more(remarks), "error")

        self._looking = self._session.jobs.start(self.tr("Look at the base data"), work, keep)

    def forget(self) -> None:
        """Trainings do without; the folder itself stays as it is."""
        self._give_up_looking()
        if self.root is not None:
            self._keep(self.root, None)

    def _give_up_looking(self) -> None:
        self._asked += 1
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _keep(self, model: ModelEntry, folder: Path | None) -> None:
        remembered, key = self._session.remembered, _key_of(model)
        others = {other: kept for other, kept in remembered.base_data.items() if other != key}
        remembered.base_data = others if folder is None else others | {key: folder}
        self.changed.emit()


def _key_of(model: ModelEntry) -> str:
    """Models of other projects may have the same name."""
    return f"{model.name}, {model.card.created}"
