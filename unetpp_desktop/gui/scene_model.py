"""The scenes of a project as rows: which ones fit the search and filter, and in which order."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from unetpp_desktop.gui.scene_order import SceneFilter, SceneSort, fits, sorted_scenes
from unetpp_desktop.gui.scene_states import state_word
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scene_marks import SceneMark
from unetpp_desktop.storage.scenes import Scene

SCENE_ROLE = int(Qt.ItemDataRole.UserRole)
STATE_ROLE = SCENE_ROLE + 1
MARK_ROLE = SCENE_ROLE + 2

_RUNS_AT_ONCE = 32  # runs of rows that are moved in or out one by one; beyond, the list is renewed

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class SceneModel(QAbstractListModel):
    """Rows are the listed scenes in the chosen order; what is known of them comes from the session.

    The pinned scene (the open one) stays listed when its state leaves the filter: what somebody
    works on must not vanish under the mouse. It goes when another scene is pinned. For the same
    reason an order by what changes is made anew only when it is chosen, and when all was read again.
    """

    counts_changed = Signal()
    order_changed = Signal()  # other scenes are listed, or in another order

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known = session.known
        self._marking = session.marking
        self._project: Project | None = None
        self._scenes: tuple[Scene, ...] = ()
        self._ordered: list[Scene] = []
        self._by_name: dict[str, Scene] = {}
        self._states: dict[str, SceneState] = {}
        self._counts: Counter[SceneState] = Counter()
        self._rows: list[Scene] = []
        self._row_of: dict[str, int] = {}
        self._words: list[str] = []
        self._filter = SceneFilter.ALL
        self._sort = SceneSort.FOLDER
        self._pinned: str | None = None
        self._known.changed.connect(self._take_states)
        self._known.complete.connect(self._sort_again)
        self._marking.changed.connect(self._take_marks)
        self._reviews = session.review.store
        self._reviews.ranked.connect(self._sort_again)

    def set_project(self, project: Project | None) -> None:
        """Shows the scenes of ``project``; also for a project whose folder was read again."""
        if project is not self._project:
            self._pinned = None
        self._project = project
        self._scenes = () if project is None else project.scenes
        self._by_name = {scene.name: scene for scene in self._scenes}
        states = ((scene.name, self._known.state(scene)) for scene in self._scenes)
        self._states = {name: state for name, state in states if state is not None}
        self._counts = Counter(self._states.values())
        self._ordered = sorted_scenes(self._scenes, self._sort, self._known.facts, self._reviews.ranking)
        self._refilter(renew=self._sort is not SceneSort.FOLDER)
        self.counts_changed.emit()

    def pin(self, scene: Scene | None) -> None:
        """Keeps ``scene`` listed whatever its state becomes."""
        before, self._pinned = self._pinned, None if scene is None else scene.name
        if before != self._pinned and before in self._row_of:
            self._refilter()

    def set_words(self, text: str) -> None:
        """Lists the scenes whose name or note holds every word of ``text``, in any order and case."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._refilter()

    def set_filter(self, scene_filter: SceneFilter) -> None:
        if scene_filter is not self._filter:
            self._filter = scene_filter
            self._refilter(forget_pinned=True)

    def set_sort(self, sort: SceneSort) -> None:
        """Sorts anew, also where it was sorted by this before."""
        self._sort = sort
        if sort is SceneSort.REVIEW:
            self._reviews.rank()
        self._sort_again()

    @property
    def sort_key(self) -> SceneSort:
        return self._sort

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """All scenes of the project, listed or not, as they lie in the folder."""
        return self._scenes

    @property
    def counts(self) -> Counter[SceneState]:
        """How many scenes are in each state; scenes not read yet are missing."""
        return self._counts

    def marked(self) -> list[tuple[Scene, SceneMark]]:
        """The scenes that have a mark."""
        marks = {} if self._project is None else self._project.marks.all
        return [(self._by_name[name], mark) for name, mark in marks.items() if name in self._by_name]

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
        if role == STATE_ROLE:
            return self._states.get(scene.name)
        if role == MARK_ROLE:
            return self._marking.of(scene)
        if role == Qt.ItemDataRole.DisplayRole:
            return scene.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(self._words_about(scene))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._words_about(scene))
        return None

    def _words_about(self, scene: Scene) -> list[str]:
        state, mark = self._states.get(scene.name), self._marking.of(scene)
        words = [scene.name] if state is None else [f"{scene.name}, {state_word(state)}"]
        if mark.flagged:
            words.append(self.tr("flagged"))
        if mark.excluded:
            words.append(self.tr("excluded"))
        if mark.note:
            words.append(mark.note)
        return words

    def _take_states(self, names: Sequence[str]) -> None:
        changed = [name for name in names if name in self._by_name]
        for name in changed:
            state = self._known.state(self._by_name[name])
            before = self._states.get(name)
            if before is not None:
                self._counts[before] -= 1
            if state is not None:
                self._states[name] = state
                self._counts[state] += 1
        if self._filter is not SceneFilter.ALL:
            self._refilter()
        self._tell_changed(changed)

    def _take_marks(self, names: Sequence[str]) -> None:
        if self._filter is not SceneFilter.ALL or self._words:
            self._refilter()
        self._tell_changed(names)

    def _tell_changed(self, names: Sequence[str]) -> None:
        if not names:
            return
        for first, last in runs(sorted(self._row_of[name] for name in names if name in self._row_of)):
            self.dataChanged.emit(self.index(first), self.index(last))
        self.counts_changed.emit()

    def _sort_again(self) -> None:
        ordered = sorted_scenes(self._scenes, self._sort, self._known.facts, self._reviews.ranking)
        if ordered != self._ordered:
            self._ordered = ordered
            self._refilter(renew=True)

    def _fits(self, scene: Scene, pinned: str | None) -> bool:
        if self._words:
            text = f"{scene.name}\n{self._marking.of(scene).note}".casefold()
            if not all(word in text for word in self._words):
                return False
        if self._filter is SceneFilter.ALL or scene.name == pinned:
            return True
        return fits(self._filter, self._states.get(scene.name), self._marking.of(scene))

    def _refilter(self, forget_pinned: bool = False, renew: bool = False) -> None:
        pinned = self._pinned if not forget_pinned and self._pinned in self._row_of else None
        new = [scene for scene in self._ordered if self._fits(scene, pinned)]
        if new == self._rows:
            return
        staying = {scene.name for scene in new}
        leaving = runs([row for row, scene in enumerate(self._rows) if scene.name not in staying])
        coming = runs([row for row, scene in enumerate(new) if scene.name not in self._row_of])
        if renew or len(leaving) + len(coming) > _RUNS_AT_ONCE or not self._rows or not new:
            self.beginResetModel()
            self._set_rows(new)
            self.endResetModel()
        else:
            self._move_rows(new, leaving, coming)
        self.order_changed.emit()

    def _move_rows(
        self, new: list[Scene], leaving: list[tuple[int, int]], coming: list[tuple[int, int]]
    ) -> None:
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


def runs(rows: list[int]) -> list[tuple[int, int]]:
    """Ascending rows as (first, last) runs of neighbours."""
    found = []
    for _, group in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        members = [row for _, row in group]
        found.append((members[0], members[-1]))
    return found
