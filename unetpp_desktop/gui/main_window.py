"""The window: one bar, scenes, tools, canvas, inspector, one line."""

import sys
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.settings import ThemeChoice
from unetpp_desktop.gui import folder_commands
from unetpp_desktop.gui.action_set import ActionSet
from unetpp_desktop.gui.actions import ACTIONS
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.folder_watch import FolderWatch
from unetpp_desktop.gui.label_panel import LabelPanel
from unetpp_desktop.gui.model_bar import ModelBar
from unetpp_desktop.gui.peek import Peek
from unetpp_desktop.gui.physical_keys import physical_key
from unetpp_desktop.gui.remembered import MEMORY_FILE, save_remembered
from unetpp_desktop.gui.scene_list import SceneList
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.status_line import StatusLine
from unetpp_desktop.gui.theme import apply_theme, wants_dark
from unetpp_desktop.gui.toasts import Toasts
from unetpp_desktop.gui.tool_strip import ToolStrip
from unetpp_desktop.gui.top_bar import TopBar
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.gui.welcome import Welcome

_SCENES_WIDTH = 240
_INSPECTOR_WIDTH = 280
_LEAST_SIZE = (880, 560)
_FIRST_SIZE = (1280, 800)
_SHUTDOWN_MS = 2000
_GEOMETRY_FILE = "window.ini"


class MainWindow(QMainWindow):
    """Puts the views together and lets the actions reach them; the scenes are the session's affair."""

    session: Session
    canvas: Canvas
    peek: Peek
    columns_hidden: bool
    work_abandoned: bool  # a thread did not stop at closing: see `Jobs.wait_all`

    def __init__(self, session: Session, config_folder: Path, data_folder: Path) -> None:
        super().__init__()
        self.session = session
        session.setParent(self)
        self._config_folder = config_folder
        self._geometry = QSettings(str(config_folder / _GEOMETRY_FILE), QSettings.Format.IniFormat)
        self._data_folder = data_folder
        self._dark: bool | None = None
        self.columns_hidden = False
        self.work_abandoned = False
        self._show_theme()
        self.canvas = Canvas(session, self)
        self.peek = Peek(self.canvas, self._refresh_actions)
        self.commands = ActionSet(self)
        self.commands.add_canvas_shortcuts(self.canvas)
        self.scene_list = SceneList(session, self)
        self.scene_list.setObjectName("sceneColumn")
        self.scene_list.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.label_panel = LabelPanel(session, self)
        self.train_panel = TrainPanel(session, self)
        self.model_bar = ModelBar(session, self)
        self.model_bar.use_scene_list(self.scene_list)
        self.welcome = Welcome(session, self)
        self._top_bar = TopBar(session, self.commands, self.model_bar, self)
        self._status_line = StatusLine(session, self.canvas, self)
        self._inspector = self._make_inspector()
        self._splitter = self._make_splitter()
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self._splitter)
        self.toasts = Toasts(self._pages, self.canvas)
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(*_LEAST_SIZE)
        self._restore_geometry()
        self._show_page()
        self._show_title()
        self._refresh_actions()

    def _make_inspector(self) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setObjectName("inspector")
        tabs.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        tabs.setDocumentMode(True)
        tabs.addTab(self.label_panel, self.tr("Label"))
        tabs.addTab(self.train_panel, self.tr("Train"))
        tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return tabs

    def _make_splitter(self) -> QSplitter:
        middle = QWidget(self)
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(ToolStrip(self.commands, middle))
        row.addWidget(self.canvas, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(1)
        splitter.addWidget(self.scene_list)
        splitter.addWidget(middle)
        splitter.addWidget(self._inspector)
        for place, stretch in enumerate((0, 1, 0)):
            splitter.setStretchFactor(place, stretch)
            splitter.setCollapsible(place, False)
        splitter.setSizes(
            [_SCENES_WIDTH, _FIRST_SIZE[0] - _SCENES_WIDTH - _INSPECTOR_WIDTH, _INSPECTOR_WIDTH]
        )
        return splitter

    def _lay_out(self) -> None:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar)
        column.addWidget(self._pages, 1)
        column.addWidget(self._status_line)
        self.setCentralWidget(page)

    def _connect(self) -> None:
        session = self.session
        FolderWatch(session)
        session.notice.connect(self.toasts.show_notice)
        session.notice_outdated.connect(self.toasts.withdraw)
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
            session.class_changed,
            session.class_flags_changed,
            session.model_changed,
        ):
            signal.connect(self._refresh_actions)
        self.scene_list.scene_chosen.connect(session.go_to)
        self._top_bar.recent_chosen.connect(session.open_folder)
        self.welcome.folder_chosen.connect(session.open_folder)
        self.welcome.open_button.clicked.connect(self.choose_folder)
        self.welcome.samples_button.clicked.connect(self.open_samples)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._show_theme)

    def choose_folder(self) -> None:
        folder_commands.choose_folder(self.session, self)

    def choose_labels_folder(self) -> None:
        folder_commands.choose_labels_folder(self.session, self)

    def open_samples(self) -> None:
        folder_commands.open_samples(self.session, self._data_folder)

    def export_camvid(self) -> None:
        folder_commands.export_as_camvid(self.session, self)

    def export_indexes(self) -> None:
        folder_commands.export_as_indexes(self.session, self)

    def prelabel_this(self) -> None:
        self.model_bar.prelabel_open_scene()

    def prelabel_undone(self) -> None:
        self.session.prelabel(self.session.undone_scenes())

    def toggle_done(self) -> None:
        if self.session.is_done:
            self.session.unmark_done()
        else:
            self.session.mark_done()

    def toggle_lock(self) -> None:
        index = self.session.active_class
        self.session.set_locked(index, index not in self.session.locked)

    def toggle_hidden(self) -> None:
        index = self.session.active_class
        self.session.set_hidden(index, index not in self.session.hidden)

    def find_scene(self) -> None:
        self._hide_columns(False)
        self.scene_list.focus_search()

    def show_label_tab(self) -> None:
        self._hide_columns(False)
        self._inspector.setCurrentWidget(self.label_panel)

    def show_train_tab(self) -> None:
        self._hide_columns(False)
        self._inspector.setCurrentWidget(self.train_panel)

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

    def show_commands(self) -> None:
        from unetpp_desktop.gui.command_box import CommandBox

        box = CommandBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.show()

    def show_keys(self) -> None:
        from unetpp_desktop.gui.keys_sheet import KeysSheet

        sheet = KeysSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _refresh_actions(self) -> None:
        self.commands.refresh()

    def _hide_columns(self, hidden: bool) -> None:
        self.columns_hidden = hidden
        self.scene_list.setVisible(not hidden)
        self._inspector.setVisible(not hidden)

    def _show_page(self) -> None:
        has_project = self.session.project is not None
        self._pages.setCurrentWidget(self._splitter if has_project else self.welcome)
        self._status_line.setVisible(has_project)
        if has_project:
            self.canvas.setFocus()
        else:
            self.toasts.clear()  # they were about the folder that was closed

    def _show_title(self) -> None:
        project, scene = self.session.project, self.session.scene
        name = QApplication.applicationDisplayName()
        if project is None or scene is None:
            self.setWindowTitle(name)
        else:
            self.setWindowTitle(f"{scene.name}[*] · {project.folder.name} · {name}")

    def _show_theme(self) -> None:
        choice = self.session.settings.get(declared.THEME)
        application = QApplication.instance()
        if not isinstance(application, QApplication) or self._dark == wants_dark(choice):
            return
        first = self._dark is None
        self._dark = wants_dark(choice)
        apply_theme(application, choice)
        if not first:
            self.commands.refresh_icons()
            self._top_bar.refresh_icons()
            self.label_panel.refresh_icons()
            self.welcome.refresh_icons()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shortcuts by place, on keyboards where the key gives another character."""
        name = physical_key(event)
        if name is not None:
            pressed = QKeySequence(name.upper())
            for spec in ACTIONS:
                action = self.commands[spec.name]
                if pressed in action.shortcuts() and action.isEnabled():
                    action.trigger()
                    return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if folder_commands.can_be_dropped(event.mimeData()):
            self.welcome.show_drop(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.show_drop(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.welcome.show_drop(False)
        if folder_commands.open_dropped(self.session, event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.session.save() and not self._close_unsaved():
            event.ignore()
            return
        self._keep_for_next_start()
        self.hide()  # a training takes a moment to stop
        self.work_abandoned = not self.session.jobs.wait_all(_SHUTDOWN_MS)
        event.accept()

    def _keep_for_next_start(self) -> None:
        self.session.remember()
        memory = self._config_folder / MEMORY_FILE
        for keep in (self.session.settings.save, lambda: save_remembered(memory, self.session.remembered)):
            try:
                keep()
            except UserError as error:
                # The window is closing and the labels are safe: nothing is left to show it on.
                sys.stderr.write(f"{error}\n")
        self._geometry.setValue("geometry", self.saveGeometry())
        self._geometry.setValue("columns", self._splitter.saveState())
        self._geometry.sync()

    def _close_unsaved(self) -> bool:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setText(self.tr("The last edits of this scene could not be saved."))
        question.setInformativeText(self.session.last_failure)
        keep = question.addButton(self.tr("Keep open"), QMessageBox.ButtonRole.RejectRole)
        lose = question.addButton(
            self.tr("Close and lose these edits"), QMessageBox.ButtonRole.DestructiveRole
        )
        question.setDefaultButton(keep)
        question.exec()
        return question.clickedButton() is lose

    def _restore_geometry(self) -> None:
        geometry, columns = self._geometry.value("geometry"), self._geometry.value("columns")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            room = self.screen().availableSize()
            self.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height()))
        if isinstance(columns, QByteArray):
            self._splitter.restoreState(columns)
