"""The window: its frame, which is shown at once, and the commands that reach its contents."""

import sys
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.settings import Settings, ThemeChoice
from unetpp_desktop.gui.theme import apply_theme, wants_dark

if TYPE_CHECKING:
    from unetpp_desktop.gui.action_set import ActionSet
    from unetpp_desktop.gui.canvas import Canvas
    from unetpp_desktop.gui.contents import Contents
    from unetpp_desktop.gui.done_marking import DoneMarking
    from unetpp_desktop.gui.label_panel import LabelPanel
    from unetpp_desktop.gui.mask_desk import MaskDesk
    from unetpp_desktop.gui.model_bar import ModelBar
    from unetpp_desktop.gui.peek import Peek
    from unetpp_desktop.gui.scene_list import SceneList
    from unetpp_desktop.gui.session import Session
    from unetpp_desktop.gui.toasts import Toasts
    from unetpp_desktop.gui.train_panel import TrainPanel
    from unetpp_desktop.gui.welcome import Welcome

_LEAST_SIZE = (880, 560)
_FIRST_SIZE = (1280, 800)
_SHUTDOWN_MS = 2000
_GEOMETRY_FILE = "window.ini"


class MainWindow(QMainWindow):
    """The frame, which can be shown at once, and what the actions reach; `fill` brings what is in it.

    The views and what they rest on take far longer to load than the frame: they are imported in
    `fill`. Until then there is only a frame in the colours of the theme.
    """

    session: "Session"
    columns_hidden: bool
    work_abandoned: bool  # a thread did not stop at closing: see `Jobs.wait_all`

    def __init__(self, settings: Settings, config_folder: Path, data_folder: Path) -> None:
        super().__init__()
        self.settings = settings
        self._config_folder = config_folder
        self._data_folder = data_folder
        self._geometry = QSettings(str(config_folder / _GEOMETRY_FILE), QSettings.Format.IniFormat)
        self._contents: Contents | None = None
        self._dark: bool | None = None
        self.columns_hidden = False
        self.work_abandoned = False
        self._show_theme()
        self.setMinimumSize(*_LEAST_SIZE)
        self._restore_geometry()

    def fill(self, session: "Session") -> None:
        """Puts the views of ``session`` into the frame."""
        from unetpp_desktop.gui.contents import Contents

        self.session = session
        session.setParent(self)
        self._contents = Contents(self)
        self._connect()
        self.setAcceptDrops(True)
        columns = self._geometry.value("columns")
        if isinstance(columns, QByteArray):
            self.contents.splitter.restoreState(columns)
        self._show_page()
        self._show_title()
        self._refresh_actions()

    @property
    def contents(self) -> "Contents":
        """What `fill` made."""
        assert self._contents is not None
        return self._contents

    @property
    def commands(self) -> "ActionSet":
        return self.contents.commands

    @cached_property
    def mask_desk(self) -> "MaskDesk":
        """The commands on masks and classes."""
        from unetpp_desktop.gui.mask_desk import MaskDesk

        return MaskDesk(self)

    @cached_property
    def done_marking(self) -> "DoneMarking":
        """Marks several scenes as done."""
        from unetpp_desktop.gui.done_marking import DoneMarking

        return DoneMarking(self.session)

    @property
    def canvas(self) -> "Canvas":
        return self.contents.canvas

    @property
    def peek(self) -> "Peek":
        return self.contents.peek

    @property
    def scene_list(self) -> "SceneList":
        return self.contents.scene_list

    @property
    def label_panel(self) -> "LabelPanel":
        return self.contents.label_panel

    @property
    def train_panel(self) -> "TrainPanel":
        return self.contents.train_panel

    @property
    def model_bar(self) -> "ModelBar":
        return self.contents.model_bar

    @property
    def welcome(self) -> "Welcome":
        return self.contents.welcome

    @property
    def toasts(self) -> "Toasts":
        return self.contents.toasts

    def _connect(self) -> None:
        session = self.session
        session.project_changed.connect(self._show_page)
        session.scene_changed.connect(self._show_title)
        session.settings_changed.connect(self._show_theme)
        session.mask_modified.connect(self.setWindowModified)
        for signal in (
            session.project_changed,
            session.scene_changed,
            session.history_changed,
            session.tool_changed,
            session.brush_changed,
            session.selection_changed,
            session.class_changed,
            session.class_flags_changed,
            session.model_changed,
            session.view_changed,
            session.marking.changed,
            session.review.changed,
            self.scene_list.order_changed,
            self.train_panel.training.state_changed,
            self.train_panel.training.discarded.changed,
        ):
            signal.connect(self._refresh_actions)
        session.predictions.prelabelled.connect(self._offer_review)
        self.welcome.open_button.clicked.connect(self.commands["open_folder"].trigger)
        self.welcome.samples_button.clicked.connect(self.commands["open_samples"].trigger)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._show_theme)

    @property
    def data_folder(self) -> Path:
        """Where a copy of the sample scenes goes."""
        return self._data_folder

    def prelabel_this(self) -> None:
        self.model_bar.prelabel_open_scene()

    def prelabel_undone(self) -> None:
        self.session.prelabel(self.session.walk.undone_scenes())

    def toggle_done(self) -> None:
        from unetpp_desktop.gui.scene_desk import meant_scenes

        session, scenes = self.session, meant_scenes(self)
        if session.strokes.under_way:
            session.strokes.finish()  # Enter was meant for it, wherever the keyboard is
        elif len(scenes) > 1:
            self.done_marking.mark(scenes)
        elif not (scenes and session.go_to(scenes[0])):
            return  # the scene selected in the list may not be open yet, and none but that one is meant
        elif session.is_done:
            session.unmark_done()
        else:
            session.mark_done()

    def toggle_lock(self) -> None:
        index = self.session.active_class
        self.session.set_locked(index, index not in self.session.locked)

    def toggle_hidden(self) -> None:
        index = self.session.active_class
        self.session.set_hidden(index, index not in self.session.hidden)

    def toggle_solo(self) -> None:
        self.session.toggle_solo(self.session.active_class)

    def toggle_pixel_grid(self) -> None:
        view = self.session.view
        self.session.set_view(replace(view, pixel_grid=not view.pixel_grid))

    def find_scene(self) -> None:
        self._hide_columns(False)
        self.scene_list.focus_search()

    def sort_scenes(self) -> None:
        self._hide_columns(False)
        self.scene_list.show_sorts()

    def filter_scenes(self) -> None:
        self._hide_columns(False)
        self.scene_list.show_filters()

    def show_label_tab(self) -> None:
        self._hide_columns(False)
        self.contents.inspector.setCurrentWidget(self.label_panel)

    def show_history(self) -> None:
        self._hide_columns(False)
        self.contents.show_history()

    def show_review_tab(self) -> None:
        self._hide_columns(False)
        self.contents.inspector.setCurrentWidget(self.contents.review_panel)

    def show_train_tab(self) -> None:
        self._hide_columns(False)
        self.contents.inspector.setCurrentWidget(self.train_panel)

    def toggle_columns(self) -> None:
        self._hide_columns(not self.columns_hidden)

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_theme(self) -> None:
        dark = wants_dark(self.session.settings.get(declared.THEME))
        self.session.change_setting(declared.THEME, ThemeChoice.LIGHT if dark else ThemeChoice.DARK)

    def show_settings(self) -> None:
        from unetpp_desktop.gui.settings_dialog import SettingsDialog  # dialogs load when they are opened

        dialog = SettingsDialog(self.session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_commands(self, only_classes: bool = False) -> None:
        from unetpp_desktop.gui.command_box import CommandBox

        box = CommandBox(self, only_classes)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.show()

    def show_keys(self) -> None:
        from unetpp_desktop.gui.keys_sheet import KeysSheet

        sheet = KeysSheet(self.session.settings, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _offer_review(self, count: int) -> None:
        from unetpp_desktop.gui.offer import Offer

        sentence = self.tr("{} scenes are pre-labelled.").format(count)
        review = self.commands["next_region"]
        self.toasts.show_offer(sentence, Offer(self.tr("Review"), review.trigger, tip=review.toolTip()))
        once = Qt.ConnectionType.SingleShotConnection  # whoever reviews by the key has taken it
        review.triggered.connect(lambda: self.toasts.withdraw(sentence), once)

    def _refresh_actions(self) -> None:
        self.commands.refresh()

    def _hide_columns(self, hidden: bool) -> None:
        self.columns_hidden = hidden
        self.contents.hide_columns(hidden)

    def _show_page(self) -> None:
        self.contents.show_page(self.session.project is not None)

    def _show_title(self) -> None:
        project, scene = self.session.project, self.session.scene
        name = QApplication.applicationDisplayName()
        if project is None or scene is None:
            self.setWindowTitle(name)
        else:
            self.setWindowTitle(f"{scene.name}[*] · {project.folder.name} · {name}")

    def _show_theme(self) -> None:
        choice = self.settings.get(declared.THEME)
        application = QApplication.instance()
        if not isinstance(application, QApplication) or self._dark == wants_dark(choice):
            return
        self._dark = wants_dark(choice)
        apply_theme(application, choice)
        if self._contents is not None:
            self._contents.refresh_icons()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shortcuts by place, on keyboards where the key gives another character."""
        if self._contents is None or not self.commands.run_by_place(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """From a button that goes, or cannot be pressed any more, keys go to the canvas, to no neighbour."""
        focus = self.focusWidget()
        left_alone = focus is not None and not (focus.isEnabled() and focus.isVisible())
        if self._contents is not None and left_alone and self.canvas.isVisible():
            self.canvas.setFocus()
            return True
        return super().focusNextPrevChild(forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from unetpp_desktop.gui import folder_commands

        if folder_commands.can_be_dropped(event.mimeData()):
            self.welcome.show_drop(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.show_drop(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        from unetpp_desktop.gui import folder_commands

        self.welcome.show_drop(False)
        if folder_commands.open_dropped(self.session, event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._contents is None:
            return
        session = self.session
        if not (
            session.may_leave() and session.marking.finish() and (session.save() or self._close_unsaved())
        ):
            event.ignore()
            return
        self._keep_for_next_start()
        self.hide()  # a training takes a moment to stop
        self.work_abandoned = not self.session.jobs.wait_all(_SHUTDOWN_MS)
        event.accept()

    def _keep_for_next_start(self) -> None:
        from unetpp_desktop.gui.remembered import MEMORY_FILE, save_remembered

        self.session.remember()
        memory = self._config_folder / MEMORY_FILE
        for keep in (self.session.settings.save, lambda: save_remembered(memory, self.session.remembered)):
            try:
                keep()
            except UserError as error:
                # The window is closing and the labels are safe: nothing is left to show it on.
                sys.stderr.write(f"{error}\n")
        self._geometry.setValue("geometry", self.saveGeometry())
        self._geometry.setValue("columns", self.contents.splitter.saveState())
        self._geometry.sync()

    def _close_unsaved(self) -> bool:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setText(self.tr("The last edits of this scene could not be saved."))
        question.setInformativeText(self.session.saving.last_failure)
        keep = question.addButton(self.tr("Keep open"), QMessageBox.ButtonRole.RejectRole)
        lose = question.addButton(
            self.tr("Close and lose these edits"), QMessageBox.ButtonRole.DestructiveRole
        )
        question.setDefaultButton(keep)
        question.exec()
        return question.clickedButton() is lose

    def _restore_geometry(self) -> None:
        geometry = self._geometry.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            room = self.screen().availableSize()
            self.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height()))
