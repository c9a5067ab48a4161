"""Keeps the document of the open scene and its file in step."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTime, QTimer

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.gui.effort import Effort
from unetpp_desktop.gui.visits import Meeting, Visit, merged_with_file, save_visit
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


class Saving(QObject):
    """Writes the session's visit, on request and every so often, and takes in what others wrote."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self.effort = Effort()  # what is not written down yet
        self.last_failure = ""  # why saving failed last; "" after it worked
        self._timer = QTimer(self)
        self._timer.timeout.connect(session.autosave)
        self._apply_settings()
        session.settings_changed.connect(self._apply_settings)
        session.scene_states_changed.connect(self.take_over_file)

    def save(self, tell_again: bool) -> bool:
        """Writes the open scene where it has changed; False, with a notice, where that fails.

        A failure that was told already is told again only if ``tell_again``.
        """
        session = self._session
        project, scene, visit = session.project, session.scene, session.visit
        if project is None or scene is None or visit is None or not visit.modified:
            return True
        if not self._write(project, scene, visit, tell_again):
            return False
        session.saved.emit(QTime.currentTime().toString("HH:mm"))
        session.scene_states_changed.emit((scene.name,))
        return True

    def save_elsewhere(self, project: Project) -> bool:
        """Edits that are not saved yet go to ``project``, if it has the same images and other labels.

        False, with a notice, where they cannot be saved there either.
        """
        session = self._session
        before, scene, visit = session.project, session.scene, session.visit
        if before is None or scene is None or visit is None or project.folder != before.folder:
            return True
        visit.document.commit()
        if project.labels_folder == before.labels_folder or not visit.modified:
            return True
        if project.palette.names != before.palette.names:
            sentence = self.tr("{} has masks of other classes. Choose another labels folder.")
            session.notice.emit(sentence.format(project.labels_folder), "error")
            return False
        return self._write(project, scene, replace(visit, token=None, changed_outside=False), True)

    def take_over_file(self) -> None:
        """A job, or an answer about masks changed outside, may have written the file of the open scene."""
        session = self._session
        project, scene, visit = session.project, session.scene, session.visit
        if project is None or scene is None or visit is None:
            return
        token = project.mask_token(scene)
        if token == visit.token:
            return
        if not visit.modified:
            session.reopen_scene()
        elif token is None or token != visit.refused:
            try:
                met = merged_with_file(project, scene, visit)
            except UserError:  # saving will name it
                met = Meeting(replace(visit, refused=token))
            session.change_visit(met.visit, met.changed)
            if met.merged:
                self._tell(project, scene, met)
                session.autosave()  # the journal does not know the file that was taken over

    def _write(self, project: Project, scene: Scene, visit: Visit, tell_again: bool) -> bool:
        session = self._session
        try:
            saved = save_visit(project, scene, visit, self.effort.work)
        except UserError as error:
            if tell_again or str(error) != self.last_failure:
                session.notice.emit(str(error), "error")
            self.last_failure = str(error)
            return False
        if self.last_failure:
            session.notice_outdated.emit(self.last_failure)
        self.last_failure = ""
        self.effort.clear()
        session.change_visit(saved.visit, saved.changed)
        self._tell(project, scene, saved)
        return True

    def _tell(self, project: Project, scene: Scene, met: Meeting) -> None:
        if met.merged:
            sentence = self.tr(
                "{} was saved elsewhere meanwhile. Both are joined; what you edited here counts."
            )
            self._session.notice.emit(sentence.format(scene.name), "info")
        if met.copied:
            sentence = self.tr("The mask that {0} had before was kept in {1}.")
            self._session.notice.emit(sentence.format(scene.name, project.own_folder / "originals"), "info")

    def _apply_settings(self) -> None:
        interval = self._session.settings.get(declared.AUTOSAVE_SECONDS) * 1000
        if interval != self._timer.interval() or not self._timer.isActive():
            self._timer.start(interval)
