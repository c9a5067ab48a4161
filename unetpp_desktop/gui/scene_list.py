"""The left column: every scene of the folder with its state, search, filter and selection."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.progress import Progress, walk
from unetpp_desktop.gui.chip import Chip
from unetpp_desktop.gui.icons import icon
from unetpp_desktop.gui.outside_question import OutsideQuestion
from unetpp_desktop.gui.scene_delegate import SceneDelegate
from unetpp_desktop.gui.scene_model import SceneModel, runs
from unetpp_desktop.gui.scene_order import SceneFilter, SceneSort, sort_text
from unetpp_desktop.gui.scene_view import DoneLine, SceneView
from unetpp_desktop.gui.search_field import SearchField
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.thumbnails import Thumbnails
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene

_SOMETIMES = (
    SceneFilter.FLAGGED,
    SceneFilter.NOTED,
    SceneFilter.EXCLUDED,
    SceneFilter.CHANGED_OUTSIDE,
)
"""Filters that are offered where there are such scenes."""
_COUNT_ROOM = 104  # what the button beside it leaves of a column of 240
_Select = QItemSelectionModel.SelectionFlag


class SceneList(QWidget):
    """A view of the session's project. `scene_chosen` asks for a scene to be opened."""

    scene_chosen = Signal(object)  # a Scene
    selection_changed = Signal()
    order_changed = Signal()  # other scenes are listed, or in another order

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project: Project | None = None
        self._selected_before_reset: list[Scene] = []
        self._thumbnails = Thumbnails(self)
        self._model = SceneModel(session, self)
        self._delegate = SceneDelegate(self._thumbnails, self)
        self._view = SceneView(self._model, self._delegate, self)
        self._view.setAccessibleName(self.tr("Scenes"))
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._view.customContextMenuRequested.connect(self._show_menu)
        self._search = SearchField(self.tr("Search scenes"), self)
        self._chips = {
            SceneFilter.ALL: Chip(self.tr("All"), self),
            SceneFilter.UNDONE: Chip(self.tr("Undone"), self),
            SceneFilter.EDITED: Chip(self.tr("Edited"), self),
            SceneFilter.DONE: Chip(self.tr("Done"), self),
            SceneFilter.FLAGGED: Chip(self.tr("Flagged"), self),
            SceneFilter.NOTED: Chip(self.tr("Noted"), self),
            SceneFilter.EXCLUDED: Chip(self.tr("Excluded"), self),
            SceneFilter.CHANGED_OUTSIDE: Chip("!", self),
        }
        self._count = QLabel(self)
        self._done_line = DoneLine(self)
        self._next_undone = QToolButton(self)
        self._next_undone.setText(self.tr("Next undone"))
        self._next_undone.setAutoRaise(True)
        self._next_undone.setToolTip(self.tr("Open the next scene that is not done"))
        self._sorts = self._make_sorts()
        self._sort_button = QToolButton(self)
        self._sort_button.setMenu(self._sorts)
        self._sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._sort_button.setProperty("square", True)
        self._sort_button.setAutoRaise(True)
        self._sort_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._commands: list[QAction] = []
        self.refresh_icons()
        self._show_sort()
        self._outside = OutsideQuestion(self)
        self._empty = QLabel(self)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setMargin(16)
        self._lay_out()
        self._connect()
        self._on_project_changed()

    @property
    def model(self) -> SceneModel:
        return self._model

    def selected_scenes(self) -> tuple[Scene, ...]:
        """The selected scenes, in the order of the list."""
        selection = self._view.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.count())]
        runs = sorted((run.top(), run.bottom()) for run in ranges)
        return tuple(scene for first, last in runs for scene in self._model.listed[first : last + 1])

    @property
    def has_keyboard(self) -> bool:
        """Whether keys go to the rows: commands then mean the selected scenes."""
        return self._view.hasFocus()

    def add_commands(self, commands: Iterable[QAction]) -> None:
        """They are offered in the menu of the selected scenes."""
        self._commands.extend(commands)

    def show_sorts(self) -> None:
        """Opens the list of orders, for the arrow keys."""
        self._sorts.setActiveAction(next(entry for entry in self._sorts.actions() if entry.isChecked()))
        self._sorts.popup(self._sort_button.mapToGlobal(self._sort_button.rect().bottomLeft()))

    def show_filters(self) -> None:
        """Opens the list of filters, for the arrow keys."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for chip in self._chips.values():
            if chip.isVisibleTo(self):
                entry = menu.addAction(chip.accessibleName() or chip.text(), chip.click)
                entry.setCheckable(True)
                entry.setChecked(chip.isChecked())
                if chip.isChecked():
                    menu.setActiveAction(entry)
        chips = self._chips[SceneFilter.ALL]
        menu.popup(chips.mapToGlobal(chips.rect().bottomLeft()))

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self._sort_button.setIcon(icon("sort"))

    def focus_search(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _lay_out(self) -> None:
        self._chip_group = QButtonGroup(self)
        rows = (QHBoxLayout(), QHBoxLayout())
        for shown, chip in self._chips.items():
            rows[shown in _SOMETIMES].addWidget(chip)
            self._chip_group.addButton(chip)
        for row in rows:
            row.setSpacing(2)
            row.addStretch(1)
        self._chips[SceneFilter.ALL].setChecked(True)
        outside = self._chips[SceneFilter.CHANGED_OUTSIDE]
        outside.setToolTip(self.tr("Scenes whose mask was changed by another program"))
        outside.setAccessibleName(self.tr("Changed outside"))

        counts = QHBoxLayout()
        counts.setSpacing(4)
        counts.addWidget(self._count, 1)
        counts.addWidget(self._next_undone)
        head = QVBoxLayout()
        head.setContentsMargins(8, 8, 8, 4)
        head.setSpacing(6)
        search = QHBoxLayout()
        search.setSpacing(4)
        search.addWidget(self._search, 1)
        search.addWidget(self._sort_button)
        head.addLayout(search)
        for row in rows:
            head.addLayout(row)
        head.addLayout(counts)
        head.addWidget(self._done_line)
        head.addWidget(self._outside)

        self._pages = QStackedLayout()
        self._pages.addWidget(self._view)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._pages, 1)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._on_filter_changed)
        self._search.returnPressed.connect(self._choose_first)
        self._chip_group.buttonToggled.connect(self._on_filter_changed)
        self._next_undone.clicked.connect(partial(self._session.walk.step_undone, 1))
        self._view.scene_chosen.connect(self.scene_chosen)
        self._view.selectionModel().selectionChanged.connect(self.selection_changed)
        self._model.modelAboutToBeReset.connect(self._before_reset)
        self._model.modelReset.connect(self._after_reset)
        self._model.order_changed.connect(self.order_changed)
        self._model.counts_changed.connect(self._show_counts)
        self._thumbnails.ready.connect(self._on_thumbnail)
        self._thumbnails.unreadable.connect(self._session.known.note_unreadable)
        self._outside.count_as_checked.connect(self._count_outside_as_checked)
        self._outside.keep_as_prediction.connect(self._keep_outside_as_prediction)
        self._session.project_changed.connect(self._on_project_changed)
        self._session.scene_changed.connect(self._on_scene_changed)
        self._session.walk.use_order(self._model)

    def _on_project_changed(self) -> None:
        project = self._session.project
        is_other, self._project = project is not self._project, project
        self._thumbnails.set_folder(None if project is None else project.own_folder / "thumbnails")
        if is_other:
            self._search.clear()
            self._chips[SceneFilter.ALL].setChecked(True)
        self._model.set_project(project)
        self._show_counts()
        if is_other:  # else images came or went, and the hand may be at work in the list
            self._on_scene_changed()

    def _on_scene_changed(self) -> None:
        scene = self._session.scene
        self._delegate.open_scene = None if scene is None else scene.name
        self._model.pin(scene)
        self._show_open_scene()
        self._view.viewport().update()

    def _show_open_scene(self) -> None:
        scene = self._session.scene
        row = None if scene is None else self._model.row_of(scene.name)
        if row is not None:
            index = self._model.index(row)
            selection = self._view.selectionModel()
            # Going through the scenes of a selection keeps it.
            keep = selection.isSelected(index) and self._view.selected_count() > 1
            selection.setCurrentIndex(index, _Select.NoUpdate if keep else _Select.ClearAndSelect)
            self._view.scrollTo(index)

    def _on_filter_changed(self) -> None:
        chosen = next(key for key, chip in self._chips.items() if chip is self._chip_group.checkedButton())
        self._model.set_words(self._search.text())
        self._model.set_filter(chosen)
        self._show_page()

    def _choose_first(self) -> None:
        if self._model.rowCount():
            self._view.setFocus()
            self.scene_chosen.emit(self._model.listed[0])

    def _before_reset(self) -> None:
        self._selected_before_reset = list(self.selected_scenes())

    def _after_reset(self) -> None:
        rows = [self._model.row_of(scene.name) for scene in self._selected_before_reset]
        selection = QItemSelection()
        for first, last in runs(sorted(row for row in rows if row is not None)):
            selection.select(self._model.index(first), self._model.index(last))
        self._view.selectionModel().select(selection, _Select.ClearAndSelect)
        self._show_open_scene()
        self._show_page()

    def _make_sorts(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for sort in SceneSort:
            entry = menu.addAction(sort_text(sort))
            entry.setCheckable(True)
            entry.setChecked(sort is self._model.sort_key)
            entry.triggered.connect(partial(self._sort_by, sort))
            group.addAction(entry)
        return menu

    def _sort_by(self, sort: SceneSort) -> None:
        self._model.set_sort(sort)
        self._show_sort()

    def _show_sort(self) -> None:
        text = self.tr("Order: {0}").format(sort_text(self._model.sort_key))
        self._sort_button.setToolTip(text)
        self._sort_button.setAccessibleName(text)

    def _on_thumbnail(self, name: str) -> None:
        row = self._model.row_of(name)
        if row is not None:
            self._view.update(self._model.index(row))

    def _show_counts(self) -> None:
        counts, marked = self._model.counts, self._model.marked()
        excluded = [scene for scene, mark in marked if mark.excluded]
        of_excluded = Counter(self._model.state(scene) for scene in excluded)
        outside = counts[SceneState.CHANGED_OUTSIDE]
        done, unreadable = (
            counts[state] - of_excluded[state] for state in (SceneState.DONE, SceneState.UNREADABLE)
        )
        total = len(self._model.scenes) - len(excluded) - unreadable
        self._show_done(done, total, unreadable)
        self._done_line.set_share(done / total if total else 0.0)
        self._next_undone.setEnabled(done < total)
        present = {
            SceneFilter.FLAGGED: any(mark.flagged for _, mark in marked),
            SceneFilter.NOTED: any(mark.note for _, mark in marked),
            SceneFilter.EXCLUDED: bool(excluded),
            SceneFilter.CHANGED_OUTSIDE: outside > 0,
        }
        for shown, is_present in present.items():
            chip = self._chips[shown]
            chip.setVisible(is_present)
            if chip.isChecked() and not is_present:
                self._chips[SceneFilter.ALL].setChecked(True)
        self._outside.show_for(outside)
        self._show_page()

    def _show_done(self, done: int, total: int, unreadable: int) -> None:
        """Of ``total`` scenes that can be worked on; the ``unreadable`` ones are told below."""
        lines = []
        if total:
            lines.append((self.tr("{0} of {1} done").format(done, total), f"{done} / {total}"))
        if unreadable:
            lines.append((self.tr("{} unreadable").format(unreadable), f"{unreadable} ×"))
        width = self._count.fontMetrics().horizontalAdvance
        self._count.setText("\n".join(text if width(text) <= _COUNT_ROOM else short for text, short in lines))
        sentence = ", ".join(text for text, _ in lines)
        self._count.setToolTip(sentence)
        self._count.setAccessibleName(sentence)

    def _show_page(self) -> None:
        if self._project is not None and not self._model.scenes:
            self._empty.setText(
                self.tr(
                    "No image is left in this folder: it was moved, or they were. Put them back, or open "
                    "the folder where it is now with Ctrl+O."
                )
            )
        elif not self._model.scenes:
            self._empty.setText(self.tr("The scenes of a folder appear here. Open one with Ctrl+O."))
        elif self._search.text():
            self._empty.setText(self.tr("No scene has this in its name or note."))
        else:
            self._empty.setText(self.tr("No scene is in this state."))
        self._pages.setCurrentWidget(self._view if self._model.rowCount() else self._empty)

    def _show_menu(self, position: QPoint) -> None:
        scenes = self.selected_scenes()
        if not scenes:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wanted = self._session.known.readable(self._session.marking.included(scenes))
        text = (
            self.tr("Pre-label this scene")
            if len(scenes) == 1
            else self.tr("Pre-label {0} scenes").format(len(wanted))
        )
        entry = menu.addAction(text, lambda: self._session.prelabel(wanted))
        entry.setEnabled(bool(wanted))
        menu.addActions(self._commands)
        menu.addSeparator()
        everything = menu.addAction(self.tr("Select all"), self._view.selectAll)
        everything.setShortcut(QKeySequence(QKeySequence.StandardKey.SelectAll))
        menu.popup(self._view.viewport().mapToGlobal(position))

    def _count_outside_as_checked(self) -> None:
        if self._session.project is not None:
            self._decide_outside(self._session.project.count_outside_as_checked)

    def _keep_outside_as_prediction(self) -> None:
        if self._session.project is not None:
            self._decide_outside(self._session.project.keep_outside_as_prediction)

    def _decide_outside(self, decide: Callable[[Sequence[Scene]], tuple[str, ...]]) -> None:
        model = self._model
        scenes = [scene for scene in model.scenes if model.state(scene) is SceneState.CHANGED_OUTSIDE]

        def work(progress: Progress) -> tuple[str, ...]:
            problems: list[str] = []
            end = walk(
                scenes, progress, lambda scene: scene.name, lambda scene: problems.extend(decide((scene,)))
            )
            return (*problems, *end.problems)

        self._outside.hide()  # answered; what is left afterwards is asked about again
        self._session.jobs.start(self.tr("Take in changed masks"), work, self._after_decision)

    def _after_decision(self, problems: tuple[str, ...]) -> None:
        self._session.scene_states_changed.emit(())
        if problems:
            self._session.notice.emit(problems[0], "error")
