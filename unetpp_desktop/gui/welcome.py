"""The page of a window without a folder: it says how to begin."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from unetpp_desktop.gui.icons import pixmap
from unetpp_desktop.gui.session import Session

_WIDTH = 480
_RECENT = 5
_PICTURE = 40


class Welcome(QWidget):
    """A place to drop a folder, the recent folders, and the sample scenes."""

    folder_chosen = Signal(object)  # Path

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.open_button = QPushButton(self.tr("Open folder…"), self)
        self.open_button.setProperty("primary", True)
        self.samples_button = QPushButton(self.tr("Try the sample scenes"), self)
        self._picture = QLabel(self)
        self._drop = QFrame(self)
        self._drop.setObjectName("dropArea")
        self._drop.setFixedWidth(_WIDTH)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._lay_out()
        self.refresh_icons()
        session.project_changed.connect(self._fill_recent)
        self._fill_recent()

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        color = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._picture.setPixmap(pixmap("images", _PICTURE, color, self.devicePixelRatioF()))

    def show_drop(self, over: bool) -> None:
        """Marks the place to drop while something is dragged over the window."""
        self._drop.setProperty("over", over)
        self._drop.style().unpolish(self._drop)
        self._drop.style().polish(self._drop)

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Label scenes, pixel by pixel"), self)
        title.setObjectName("title")
        drop = QLabel(self.tr("Drop a folder of images here."), self)
        loop = QLabel(self.tr("The model labels them, you correct it, and it learns from you."), self)
        loop.setObjectName("muted")
        for label in (self._picture, title, drop, loop):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.samples_button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._drop)
        inside.setContentsMargins(32, 40, 32, 40)
        inside.setSpacing(8)
        inside.addWidget(self._picture)
        inside.addWidget(title)
        inside.addWidget(drop)
        inside.addWidget(loop)
        inside.addSpacing(16)
        inside.addLayout(buttons)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self._drop, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(24)
        column.addLayout(self._recent)
        column.addStretch(3)

    def _fill_recent(self) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        folders = [memory.folder for memory in self._session.remembered.folders[:_RECENT]]
        if not folders:
            return
        heading = QLabel(self.tr("Recent folders"), self)
        heading.setObjectName("heading")
        heading.setFixedWidth(_WIDTH)
        self._recent.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
        for folder in folders:
            self._recent.addWidget(self._recent_button(folder), 0, Qt.AlignmentFlag.AlignHCenter)

    def _recent_button(self, folder: Path) -> QWidget:
        button = _FolderButton(folder, self)
        button.clicked.connect(lambda: self.folder_chosen.emit(folder))
        return button


class _FolderButton(QPushButton):
    """Name and place of a folder in one line."""

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self.setFlat(True)
        self.setObjectName("folderButton")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(str(folder))
        self.setAccessibleName(str(folder))
        name, place = QLabel(folder.name or str(folder), self), QLabel(self)
        place.setObjectName("muted")
        room = _WIDTH - self.fontMetrics().horizontalAdvance(name.text()) - 48
        shown = self.fontMetrics().elidedText(str(folder.parent), Qt.TextElideMode.ElideMiddle, max(60, room))
        place.setText(shown)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(name)
        row.addStretch(1)
        row.addWidget(place)
        for label in (name, place):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
