"""Commands that ask for a folder first."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.export import ExportReport, export_camvid, export_index_png
from unetpp_desktop.storage.images import IMAGE_SUFFIXES
from unetpp_desktop.storage.project import Project

if TYPE_CHECKING:
    from unetpp_desktop.gui.base_data_choice import BaseDataChoice


def ask_for_folder(parent: QWidget, title: str, start: Path | None) -> Path | None:
    """The folder that the user chooses; None where the dialog is cancelled."""
    chosen = QFileDialog.getExistingDirectory(parent, title, "" if start is None else str(start))
    return Path(chosen) if chosen else None


def choose_folder(session: Session, parent: QWidget) -> None:
    """Opens a folder of images of the user's choice."""
    recent = session.remembered.folders
    start = recent[0].folder.parent if recent else None
    title = QCoreApplication.translate("FolderCommands", "Open a folder of images")
    folder = ask_for_folder(parent, title, start)
    if folder is not None:
        session.open_folder(folder)


def choose_labels_folder(session: Session, parent: QWidget) -> None:
    """Opens the project again with its masks elsewhere; masks that are there already stay where they are."""
    project = session.project
    if project is None:
        return
    title = QCoreApplication.translate("FolderCommands", "Choose where the masks go")
    folder = ask_for_folder(parent, title, project.folder.parent)
    if folder is not None:
        session.open_folder(project.folder, folder)


def choose_base_data(choice: "BaseDataChoice", parent: QWidget) -> None:
    """Lets trainings replay the labelled scenes that the model learnt from."""
    title = QCoreApplication.translate("FolderCommands", "The data set that the model learnt from")
    folder = ask_for_folder(parent, title, choice.folder)
    if folder is not None:
        choice.use(folder)


def open_samples(session: Session, data_folder: Path) -> None:
    """Opens a copy of the sample scenes."""
    from unetpp_desktop.tasks.samples import copy_samples

    try:
        session.open_folder(copy_samples(data_folder / "samples"))
    except UserError as error:
        session.refuse_folder(str(error))


def export_as_camvid(session: Session, parent: QWidget) -> None:
    _export(session, parent, export_camvid)


def export_as_indexes(session: Session, parent: QWidget) -> None:
    _export(session, parent, export_index_png)


def _export(
    session: Session, parent: QWidget, export: Callable[[Project, Path, Progress], ExportReport]
) -> None:
    project = session.project
    if project is None or not session.save():
        return
    title = QCoreApplication.translate("FolderCommands", "Choose an empty folder for the export")
    folder = ask_for_folder(parent, title, project.folder.parent)
    if folder is None:
        return

    def tell(report: ExportReport) -> None:
        written = QCoreApplication.translate("FolderCommands", "{0} done scenes written to {1}.")
        session.notice.emit(written.format(report.written, folder), "info")
        if report.skipped:
            left_out = QCoreApplication.translate("FolderCommands", "{0} (of {1} remarks)")
            session.notice.emit(left_out.format(report.skipped[0], len(report.skipped)), "error")

    job_title = QCoreApplication.translate("FolderCommands", "Export")
    session.jobs.start(job_title, lambda progress: export(project, folder, progress), tell)


def open_dropped(session: Session, data: QMimeData) -> bool:
    """Opens the first folder that was dropped, or that of the first image; False without either."""
    for url in data.urls():
        path = Path(url.toLocalFile())
        if path.is_dir():
            return session.open_folder(path)
        if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file():
            return session.open_folder(path.parent, scene=path.name)
    return False


def can_be_dropped(data: QMimeData) -> bool:
    """Whether something that is dragged over the window may be a folder or an image; touches no file."""
    return any(url.isLocalFile() for url in data.urls())
