"""The steps of opening a folder that are not the session's own: restoring, telling troubles."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.model_finder import ModelFinder, with_more
from unetpp_desktop.gui.remembered import Remembered
from unetpp_desktop.storage.labels_owner import OthersLabelsError
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


def refusal(error: UserError, folder: Path, labels_folder: Path | None, remembered: Remembered) -> str:
    """What is said where ``folder`` could not be opened with ``labels_folder``.

    A labels folder of others is no longer remembered: ``folder`` could not be opened to choose another one.
    """
    is_remembered = labels_folder is not None and remembered.memory_of(folder).labels_folder == labels_folder
    if not is_remembered or not isinstance(error, OthersLabelsError):
        return str(error)
    remembered.forget_labels_folder(folder)
    sentence = QCoreApplication.translate("Session", "{0} Open {1} again to keep its masks in {2}.")
    return sentence.format(error, folder, folder / "labels")


def restore_choices(session: "Session", project: Project, models: ModelFinder, here: str | None) -> None:
    """Takes over the classes of ``project`` and chooses the model: ``here``, the one used last in it."""
    session.set_palette(project.palette, project.folder)
    models.forget_told()
    chosen = models.choice(project, here, session.remembered.model)
    if chosen is not None:
        session.set_model(chosen)


def scene_called(project: Project, name: str | None) -> Scene:
    """The scene of this name, else the first one."""
    return next((scene for scene in project.scenes if scene.name == name), project.scenes[0])


def tell_troubles(session: "Session", project: Project) -> None:
    """Says what cannot be written and what is missing."""
    if project.read_only:
        sentence = QCoreApplication.translate(
            "Session", "{} is read-only. Choose a labels folder elsewhere before you paint."
        )
        session.notice.emit(sentence.format(project.labels_folder), "error")
    missing = [sentence for dataset in project.datasets for sentence in dataset.missing]
    if missing:
        session.notice.emit(with_more(missing), "error")
