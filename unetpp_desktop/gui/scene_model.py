"""The scenes of a project as rows: which ones fit the search and filter, and the state of each."""

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from itertools import groupby

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job
from unetpp_desktop.gui.mailbox import Mailbox
from unetpp_desktop.gui.scene_states import state_word
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene

SCENE_ROLE = int(Qt.ItemDataRole.UserRole)
STATE_ROLE = SCENE_ROLE + 1

_BATCHES_PER_SECOND = 10
_READ_AT_ONCE = 32  # states that are read on the GUI thread, so that a click shows in the same frame
_RUNS_AT_ONCE = 32  # runs of rows that are moved in or out one by one; beyond, the list is renewed

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class SceneFilter(Enum):
    """Which states are listed."""

    ALL = frozenset(SceneState)
    UNDONE = frozenset(SceneState) - {SceneState.DONE}
    EDITED = frozenset({SceneState.EDITED})
    DONE = frozenset({SceneState.DONE})
    CHANGED_OUTSIDE = frozenset({SceneState.CHANGED_OUTSIDE})


class SceneModel(QAbstractListModel):
    """Rows are the listed scenes in the project's order; states arrive from a thread after opening.

    The pinned scene (the open one) stays listed when its state leaves the filter: what somebody
    works on must not vanish under the mouse. It goes when another scene is pinned.
    """

    counts_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._scenes: tuple[Scene, ...] = ()
        self._by_name: dict[str, Scene] = {}
        self._states: dict[str, SceneState] = {}
        self._rows: list[Scene] = []
        self._row_of: dict[str, int] = {}
        self._words: list[str] = []
        self._filter = SceneFilter.ALL
        self._pinned: str | None = None
        self._scan: Job | None = None
        self._scan_mailbox: Mailbox | None = None
        self._read_since_scan: set[str] = set()

    def set_project(self, project: Project | None) -> None:
        """Shows the scenes of ``project``; also for a project whose folder was read again."""
        if project is not self._project:
            self._states = {}
            self._pinned = None
        self._project = project
        self._scenes = () if project is None else project.scenes
        self._by_name = {scene.name: scene for scene in self._scenes}
        self._states = {name: state for name, state in self._states.items() if name in self._by_name}
        self._refilter()
        self._read_all_states()
        self.counts_changed.emit()

    def refresh(self, names: Sequence[str]) -> None:
        """Reads the states of these scenes again (empty: of all)."""
        if self._project is None:
            return
        if not names or len(names) > _READ_AT_ONCE:
            self._read_all_states()
            return
        known = [name for name in names if name in self._by_name]
        self._read_since_scan.update(known)
        self._take_states([(name, self._project.state(self._by_name[name])) for name in known])

    def pin(self, scene: Scene | None) -> None:
        """Keeps ``scene`` listed whatever its state becomes."""
        before, self._pinned = self._pinned, None if scene is None else scene.name
        if before != self._pinned and before in self._row_of:
            self._refilter()

    def set_words(self, text: str) -> None:
        """Lists the scenes whose name holds every word of ``text``, in any order and case."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._refilter()

    def set_filter(self, scene_filter: SceneFilter) -> None:
        if scene_filter is not self._filter:
            self._filter = scene_filter
            self._refilter(forget_pinned=True)

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """All scenes of the project, listed or not."""
        return self._scenes

    @property
    def counts(self) -> Counter[SceneState]:
        """How many scenes are in each state; scenes not read yet are missing."""
        return Counter(self._states.values())

    def state(self, scene: Scene) -> SceneState | None:
        """None while it is not read yet."""
        return self._states.get(scene.name)

    @property
    def listed(self) -> Sequence[Scene]:
        """The scenes that fit search and filter, in the order of the rows."""
        return self._rows

    def row_of(self, name: str) -> int | None:
        """The row of the scene called ``name``; None where it is not listed."""
        return self._row_of.get(name)

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        scene = self._rows[index.row()]
        if role == SCENE_ROLE:
            return scene
        state = self._states.get(scene.name)
        if role == STATE_ROLE:
            return state
        if role == Qt.ItemDataRole.DisplayRole:
            return scene.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return scene.name if state is None else f"{scene.name}, {state_word(state)}"
        return None

    def stop(self) -> None:
        """Ends the reading of states; what was not read stays unknown."""
        if self._scan is not None:
            self._scan.cancel()
            self._scan = None
        if self._scan_mailbox is not None:
            self._scan_mailbox.close()
            self._scan_mailbox.deleteLater()
            self._scan_mailbox = None

    def _read_all_states(self) -> None:
        self.stop()
        self._read_since_scan.clear()
        project, scenes = self._project, self._scenes
        if project is None or not scenes:
            return
        mailbox = Mailbox(_BATCHES_PER_SECOND, self)
        mailbox.delivered.connect(self._take_scanned)

        def read(progress: Progress) -> None:
            for number, scene in enumerate(scenes):
                progress(number, len(scenes), "")
                mailbox.post((scene.name, project.state(scene)))

        job = Job("states", read, self)
        self._scan, self._scan_mailbox = job, mailbox
        job.ended.connect(job.deleteLater)
        job.start()

    def _take_scanned(self, read: list[tuple[str, SceneState]]) -> None:
        self._take_states([entry for entry in read if entry[0] not in self._read_since_scan])

    def _take_states(self, read: Sequence[tuple[str, SceneState]]) -> None:
        changed = [name for name, state in read if self._states.get(name) is not state]
        if not changed:
            return
        self._states.update(read)
        if self._filter is not SceneFilter.ALL:
            self._refilter()
        for first, last in _runs(sorted(self._row_of[name] for name in changed if name in self._row_of)):
            self.dataChanged.emit(self.index(first), self.index(last))
        self.counts_changed.emit()

    def _fits(self, scene: Scene, pinned: str | None) -> bool:
        if self._words:
            name = scene.name.casefold()
            if not all(word in name for word in self._words):
                return False
        if self._filter is SceneFilter.ALL or scene.name == pinned:
            return True
        return self._states.get(scene.name) in self._filter.value

    def _refilter(self, forget_pinned: bool = False) -> None:
        pinned = self._pinned if not forget_pinned and self._pinned in self._row_of else None
        new = [scene for scene in self._scenes if self._fits(scene, pinned)]
        if new == self._rows:
            return
        staying = {scene.name for scene in new}
        leaving = _runs([row for row, scene in enumerate(self._rows) if scene.name not in staying])
        coming = _runs([row for row, scene in enumerate(new) if scene.name not in self._row_of])
        if len(leaving) + len(coming) > _RUNS_AT_ONCE or not self._rows or not new:
            self.beginResetModel()
            self._set_rows(new)
            self.endResetModel()
            return
        for first, last in reversed(leaving):
            self.beginRemoveRows(_NO_PARENT, first, last)
            self._set_rows(self._rows[:first] + self._rows[last + 1 :])
            self.endRemoveRows()
        for first, last in coming:
            self.beginInsertRows(_NO_PARENT, first, last)
            self._set_rows(self._rows[:first] + new[first : last + 1] + self._rows[first:])
            self.endInsertRows()

    def _set_rows(self, rows: list[Scene]) -> None:
        self._rows = rows
        self._row_of = {scene.name: row for row, scene in enumerate(rows)}


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Ascending rows as (first, last) runs of neighbours."""
    runs = []
    for _, group in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        members = [row for _, row in group]
        runs.append((members[0], members[-1]))
    return runs
