"""What the files say of all scenes: read on a thread, known to the whole window."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.storage.project import Project, SceneFacts, SceneState
from unetpp_desktop.storage.scenes import Scene

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_BATCHES_PER_SECOND = 10
_READ_AT_ONCE = 32  # states that are read on the GUI thread, so that a click shows in the same frame


class KnownStates(QObject):
    """The facts of the scenes of the session's project; they arrive little by little after opening."""

    changed = Signal(object)  # a list of the names of scenes whose facts are new
    complete = Signal()  # all have been read

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._project: Project | None = None
        self._by_name: dict[str, Scene] = {}
        self._facts: dict[str, SceneFacts] = {}
        self._scan: Job | None = None
        self._mailbox: Mailbox | None = None
        self._read_since_scan: set[str] = set()
        session.project_changed.connect(self._on_project_changed)
        session.scene_states_changed.connect(self.refresh)

    def facts(self, scene: Scene) -> SceneFacts | None:
        """None while they are not read yet."""
        return self._facts.get(scene.name)

    def state(self, scene: Scene) -> SceneState | None:
        """None while it is not read yet."""
        facts = self._facts.get(scene.name)
        return None if facts is None else facts.state

    def read(self, scene: Scene) -> SceneState | None:
        """Reads the facts of one scene now; None without a project."""
        if self._project is None:
            return None
        self._read_since_scan.add(scene.name)
        self._take([(scene.name, self._project.facts(scene))])
        return self.state(scene)

    def note_unreadable(self, scene: Scene) -> None:
        """The image of ``scene`` could not be read, wherever that was tried."""
        if self._project is not None:
            self._project.note_unreadable(scene)
            self.read(scene)

    def note_readable(self, scene: Scene) -> None:
        """The image of ``scene`` was read: where it could not be before, it was mended."""
        if self.state(scene) is SceneState.UNREADABLE:
            self.read(scene)

    def readable(self, scenes: Sequence[Scene]) -> tuple[Scene, ...]:
        """Those of ``scenes`` whose images are not known to be unreadable."""
        return tuple(scene for scene in scenes if self.state(scene) is not SceneState.UNREADABLE)

    def refresh(self, names: Sequence[str]) -> None:
        """Reads the facts of these scenes again (empty: of all)."""
        if self._project is None:
            return
        if not names or len(names) > _READ_AT_ONCE:
            self._read_all()
            return
        known = [name for name in names if name in self._by_name]
        self._read_since_scan.update(known)
        self._take([(name, self._project.facts(self._by_name[name])) for name in known])

    def stop(self) -> None:
        """Ends the reading; what was not read stays unknown."""
        if self._scan is not None:
            self._scan.cancel()
            self._scan = None
        if self._mailbox is not None:
            self._mailbox.close()
            self._mailbox.deleteLater()
            self._mailbox = None

    def _on_project_changed(self) -> None:
        project = self._session.project
        if project is not self._project:
            self._facts = {}
        self._project = project
        self._by_name = {scene.name: scene for scene in self._session.scenes}
        self._facts = {name: facts for name, facts in self._facts.items() if name in self._by_name}
        self._read_all()

    def _read_all(self) -> None:
        self.stop()
        self._read_since_scan.clear()
        project = self._project
        if project is None:
            return
        scenes = tuple(self._by_name.values())
        mailbox = Mailbox(_BATCHES_PER_SECOND, self)
        mailbox.delivered.connect(self._take_scanned)

        def read(progress: Progress) -> None:
            for number, scene in enumerate(scenes):
                progress(number, len(scenes), "")
                mailbox.post((scene.name, project.facts(scene)))
            mailbox.post(None)

        job = Job("states", read, self)
        self._scan, self._mailbox = job, mailbox
        job.ended.connect(job.deleteLater)
        job.start()

    def _take_scanned(self, read: list[tuple[str, SceneFacts] | None]) -> None:
        entries = [entry for entry in read if entry is not None]
        self._take([entry for entry in entries if entry[0] not in self._read_since_scan])
        if len(entries) < len(read):
            self.complete.emit()

    def _take(self, read: Sequence[tuple[str, SceneFacts]]) -> None:
        changed = [name for name, facts in read if self._facts.get(name) != facts]
        self._facts.update(read)
        if changed:
            self.changed.emit(changed)
