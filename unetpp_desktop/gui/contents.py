"""What is in the window: one bar, scenes, tools, canvas, inspector, one line."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.gui.action_set import ActionSet
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.compare_view import CompareView
from unetpp_desktop.gui.depth_adviser import DepthAdviser
from unetpp_desktop.gui.depth_section import DepthSection
from unetpp_desktop.gui.difference_caption import DifferenceCaption
from unetpp_desktop.gui.engine_facts import EngineFacts
from unetpp_desktop.gui.folder_watch import FolderWatch
from unetpp_desktop.gui.history_panel import HistoryPanel
from unetpp_desktop.gui.label_panel import LabelPanel
from unetpp_desktop.gui.light_panel import LightPanel
from unetpp_desktop.gui.minimap import Minimap
from unetpp_desktop.gui.model_bar import ModelBar
from unetpp_desktop.gui.peek import Peek
from unetpp_desktop.gui.review_bar import ReviewBar
from unetpp_desktop.gui.review_panel import ReviewPanel
from unetpp_desktop.gui.review_sight import ReviewSight
from unetpp_desktop.gui.scene_list import SceneList
from unetpp_desktop.gui.status_line import StatusLine
from unetpp_desktop.gui.toasts import Toasts
from unetpp_desktop.gui.tool_strip import ToolStrip
from unetpp_desktop.gui.top_bar import TopBar
from unetpp_desktop.gui.train_panel import TrainPanel
from unetpp_desktop.gui.training_news import TrainingNews
from unetpp_desktop.gui.training_question import may_stop
from unetpp_desktop.gui.uncertainty_caption import UncertaintyCaption
from unetpp_desktop.gui.view_panel import ViewPanel
from unetpp_desktop.gui.welcome import Welcome

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow

_SCENES_WIDTH = 240
_CANVAS_WIDTH = 760
_INSPECTOR_WIDTH = 280
_LAYOUT_MS = 30  # until what was unfolded has got its place


class Contents:
    """Makes the views of the window's session and lays them out in the window."""

    def __init__(self, window: "MainWindow") -> None:
        session = window.session
        self.canvas = Canvas(session, window)
        Minimap(session, self.canvas)
        DifferenceCaption(session, self.canvas)
        UncertaintyCaption(session, self.canvas)
        self.commands = ActionSet(window)
        self.commands.add_canvas_shortcuts(self.canvas)
        ReviewSight(session, self.canvas)
        self.review_bar = ReviewBar(session, self.commands, self.canvas)
        self.peek = Peek(self.canvas, session.settings, self.commands.refresh)
        self.scene_list = SceneList(session, window)
        self.scene_list.setObjectName("sceneColumn")
        self.scene_list.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.label_panel = LabelPanel(session, window)
        view = ViewPanel(session, self.commands, window)
        self.label_panel.add_section("view", window.tr("View"), view, folded=False)
        self.light = LightPanel(session, self.commands["reset_light"], window)
        self.label_panel.add_section("light", window.tr("Light"), self.light)
        self.history = HistoryPanel(session, window)
        self.history_section = self.label_panel.add_section("history", window.tr("History"), self.history)
        self.review_panel = ReviewPanel(session, self.commands, window)
        self.train_panel = TrainPanel(session, window)
        self.depth_adviser = DepthAdviser(session, window)
        self.train_panel.add_section(DepthSection(session, self.depth_adviser, window))
        self.train_panel.training.accepted.connect(self.depth_adviser.measure)
        session.may_leave = partial(may_stop, self.train_panel.training, window)
        self.train_panel.base_data.offer(self.commands["base_data"])
        self.scene_list.add_commands(
            self.commands[name]
            for name in ("mark_done", "flag_scene", "note_scene", "exclude_scene", "sort_scenes")
        )
        self.engine_facts: EngineFacts = EngineFacts(session, window)
        self.model_bar = ModelBar(session, window)
        self.model_bar.use_scene_list(self.scene_list)
        self.model_bar.use_adviser(self.depth_adviser)
        self.welcome = Welcome(session, window)
        self.top_bar = TopBar(session, self.commands, self.model_bar, window)
        self.status_line = StatusLine(session, self.canvas, window)
        self.compare = CompareView(session, self.canvas, window)
        self.inspector = self._make_inspector(window)
        self.splitter = self._make_splitter(window)
        self.pages = QStackedWidget(window)
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.splitter)
        self.toasts = Toasts(self.pages, self.canvas, self.review_bar)
        self._lay_out(window)
        TrainingNews(self.train_panel, self.toasts, window)
        FolderWatch(session)
        session.notice.connect(self.toasts.show_notice)
        session.offer.connect(self.toasts.show_offer)
        session.notice_outdated.connect(self.toasts.withdraw)
        self.scene_list.scene_chosen.connect(session.go_to)
        self.review_panel.regions.region_chosen.connect(self.canvas.setFocus)  # where the keys work
        self.label_panel.classes.edit_wanted.connect(self.commands["classes"].trigger)
        self.top_bar.recent_chosen.connect(session.open_folder)
        self.welcome.folder_chosen.connect(session.open_folder)

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self.commands.refresh_icons()
        self.top_bar.refresh_icons()
        self.label_panel.refresh_icons()
        self.train_panel.refresh_icons()
        self.review_panel.refresh_icons()
        self.review_bar.refresh_icons()
        self.scene_list.refresh_icons()
        self.welcome.refresh_icons()
        self.compare.refresh_icons()

    def show_page(self, has_project: bool) -> None:
        """The scenes, or the page that says how to begin."""
        page = self.splitter if has_project else self.welcome
        is_other = page is not self.pages.currentWidget()
        self.pages.setCurrentWidget(page)
        self.status_line.setVisible(has_project)
        if has_project and is_other:
            self.canvas.setFocus()
        elif not has_project:
            self.toasts.clear()  # they were about the folder that was closed

    def show_history(self) -> None:
        """Unfolds the history, and lets the keys walk through it."""
        self.inspector.setCurrentWidget(self.label_panel)
        self.history_section.fold(False)
        self.history.setFocus()
        QTimer.singleShot(_LAYOUT_MS, self.history, self._scroll_to_history)

    def _scroll_to_history(self) -> None:
        scroll = self.label_panel.findChild(QScrollArea)
        page = scroll.widget() if isinstance(scroll, QScrollArea) else None
        if isinstance(scroll, QScrollArea) and page is not None:
            middle = self.history.mapTo(page, self.history.rect().center())
            scroll.ensureVisible(0, middle.y(), 0, self.history.height() // 2 + 1)

    def hide_columns(self, hidden: bool) -> None:
        self.scene_list.setVisible(not hidden)
        self.inspector.setVisible(not hidden)

    def _make_inspector(self, window: "MainWindow") -> QTabWidget:
        tabs = QTabWidget(window)
        tabs.setObjectName("inspector")
        tabs.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        tabs.setDocumentMode(True)
        tabs.addTab(self.label_panel, window.tr("Label"))
        tabs.addTab(self.review_panel, window.tr("Review"))
        tabs.addTab(self.train_panel, window.tr("Train"))
        tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tabs.tabBar().setAccessibleName(window.tr("Pages of the inspector"))
        return tabs

    def _make_splitter(self, window: "MainWindow") -> QSplitter:
        middle = QWidget(window)
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(ToolStrip(self.commands, middle))
        row.addWidget(self.compare, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, window)
        splitter.setHandleWidth(1)
        splitter.addWidget(self.scene_list)
        splitter.addWidget(middle)
        splitter.addWidget(self.inspector)
        for place, stretch in enumerate((0, 1, 0)):
            splitter.setStretchFactor(place, stretch)
            splitter.setCollapsible(place, False)
        splitter.setSizes([_SCENES_WIDTH, _CANVAS_WIDTH, _INSPECTOR_WIDTH])
        return splitter

    def _lay_out(self, window: "MainWindow") -> None:
        page = QWidget(window)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.pages, 1)
        column.addWidget(self.status_line)
        window.setCentralWidget(page)
