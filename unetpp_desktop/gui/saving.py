"""Keeps the document of the open scene and its file in step."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTime, QTimer

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import EMPTY_RECT
from unetpp_desktop.gui.background_save import BackgroundEnd, BackgroundSave
from unetpp_desktop.gui.effort import Effort
from unetpp_desktop.gui.visits import EFFORT_FIELDS, Meeting, Visit, merged_with_file, save_visit
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


_LARGE = 1 << 21  # pixels; writing more of them would be felt


class Saving(QObject):
    """Writes the session's visit, on request and every so often, and takes in what others wrote."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self.effort = Effort()  # what is not written down yet
        self.last_failure = ""  # why saving failed last; "" after it worked
        self._background = BackgroundSave(session)
        self._background.ended.connect(self._on_background_end)
        self._to_open_again: BackgroundEnd | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(session.autosave)
        self._apply_settings()
        session.settings_changed.connect(self._apply_settings)
        session.document_replaced.connect(lambda: self.effort.follow(session.document))
        session.history_changed.connect(self.effort.count)
        session.scene_states_changed.connect(self.take_over_file)

    def save(self, tell_again: bool) -> bool:
        """Writes the open scene where it has changed; False, with a notice, where that fails.

        A failure that was told already is told again only if ``tell_again``.
        """
        self.finish()
        if self._to_open_again is not None:
            return False
        session = self._session
        project, scene, visit = session.project, session.scene, session.visit
        if project is None or scene is None or visit is None or not visit.modified:
            return True
        if not self._write(project, scene, visit, tell_again):
            return False
        self._announce(scene)
        return True

    def autosave(self) -> None:
        """Writes the open scene where it has changed, a large one in the background."""
        if not self._background.under_way and not self._start_in_background():
            self.save(tell_again=False)

    def leave(self) -> bool:
        """As `save`, for a scene that is being left; a large one is written in the background."""
        session = self._session
        if session.document is not None:
            session.document.commit()
        if session.visit is None or not session.visit.modified:
            return True
        self.finish()
        # Where the disk refused the last time, the scene is not left before it is known to be saved.
        return (not self.last_failure and self._start_in_background()) or self.save(tell_again=True)

    def _start_in_background(self) -> bool:
        """False where the open scene is small, has not changed, or needs more than to be written."""
        session = self._session
        project, scene, visit = session.project, session.scene, session.visit
        if project is None or scene is None or visit is None or not visit.modified:
            return False
        if visit.document.labels.size < _LARGE or visit.changed_outside:
            return False
        self.effort.count()
        self._background.start(project, scene, visit, self.effort.work)
        self.effort.clear()
        return True

    def finish(self) -> None:
        """Returns when nothing is being written in the background."""
        self._background.finish()

    def save_elsewhere(self, project: Project) -> bool:
        """Edits that are not saved yet go to ``project``, if it has the same images and other labels.

        False, with a notice, where they cannot be saved there either.
        """
        self.finish()
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
        if project is None or scene is None or visit is None or self._background.under_way:
            return  # the end of a save comes back here
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
        self.effort.count()
        try:
            saved = save_visit(project, scene, visit, self.effort.work)
        except UserError as error:
            self._tell_failure(str(error), tell_again)
            return False
        self._forget_failure()
        self.effort.clear()
        session.change_visit(saved.visit, saved.changed)
        self._tell(project, scene, saved)
        return True

    def _on_background_end(self, end: BackgroundEnd) -> None:
        session, document = self._session, end.visit.document
        is_open = document is session.document
        visit = session.visit if is_open and session.visit is not None else end.visit
        if end.token is not None:
            self._forget_failure()
            document.mark_saved(end.state)
            update = {name: getattr(end.provenance, name) for name in EFFORT_FIELDS}
            saved = replace(
                visit,
                provenance=visit.provenance.model_copy(update=update),
                stored_provenance=end.provenance,
                token=end.token,
                refused=None,
            )
            if not is_open:
                session.journals.change_kept(end.scene, saved)
            else:
                session.change_visit(saved, EMPTY_RECT)
                if not document.modified and visit.journal is not None:
                    visit.journal.saved()
            self._announce(end.scene)
            return
        if end.error is not None:
            self._tell_failure(str(end.error), tell_again=False)
        if not is_open:
            self._to_open_again = end
            QTimer.singleShot(0, self, self._open_again)
            return
        self.effort.give_back(end.work)
        if end.error is None and not document.in_stroke:
            self.save(tell_again=False)  # somebody else wrote the file: both are joined

    def _open_again(self) -> None:
        """Goes back to a scene that was left and could not be saved."""
        end, self._to_open_again = self._to_open_again, None
        if end is not None and self._session.project is end.project and end.scene in end.project.scenes:
            self._session.go_to(end.scene)

    def _announce(self, scene: Scene) -> None:
        self._session.saved.emit(QTime.currentTime().toString("HH:mm"))
        self._session.scene_states_changed.emit((scene.name,))

    def _tell_failure(self, sentence: str, tell_again: bool) -> None:
        if tell_again or sentence != self.last_failure:
            self._session.notice.emit(sentence, "error")
        self.last_failure = sentence

    def _forget_failure(self) -> None:
        if self.last_failure:
            self._session.notice_outdated.emit(self.last_failure)
        self.last_failure = ""

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
