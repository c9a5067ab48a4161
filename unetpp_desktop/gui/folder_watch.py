"""Notices images that are put into an open folder."""

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from unetpp_desktop.gui.session import Session

_QUIET_MS = 800  # a camera or a copy writes many files; look once it pauses
_MOST_FOLDERS = 256  # systems allow only so many watches


class FolderWatch(QObject):
    """Has the session look again after a folder that holds scenes has changed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_QUIET_MS)
        self._soon.timeout.connect(session.walk.rescan)
        self._watcher.directoryChanged.connect(self._soon.start)
        session.project_changed.connect(self._watch)

    def _watch(self) -> None:
        project = self._session.project
        wanted: list[str] = []
        if project is not None:
            folders = {project.folder, *(scene.image_path.parent for scene in project.scenes)}
            wanted = [str(folder) for folder in sorted(folders)[:_MOST_FOLDERS]]
        present = self._watcher.directories()
        gone = [folder for folder in present if folder not in wanted]
        new = [folder for folder in wanted if folder not in present]
        if gone:
            self._watcher.removePaths(gone)
        if new:
            self._watcher.addPaths(new)
