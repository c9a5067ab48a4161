"""The edits of the open mask as rows."""

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from unetpp_desktop.editing.history import History

UNDONE_ROLE = int(Qt.ItemDataRole.UserRole)
"""Whether the edit of a row is undone: bool."""

VALUE_ROLE = UNDONE_ROLE + 1
"""The class, or void, that the edit of a row has painted: int; None for several, or none."""

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class HistoryModel(QAbstractListModel):
    """The first row is the mask as it was before all edits; row n is the mask after n of them.

    Names are asked for only where a row is shown, so a thousand edits cost no more than ten.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: History | None = None
        self._count = 0
        self._forgotten = 0

    def refresh(self, history: History | None) -> None:
        """Takes in what has changed in ``history`` since the last call, or another one."""
        forgotten = 0 if history is None else history.forgotten
        count = 0 if history is None else len(history)
        gone = forgotten - self._forgotten
        if history is not self._history or gone >= self._count:
            self.beginResetModel()
            self._history, self._count, self._forgotten = history, count, forgotten
            self.endResetModel()
            return
        if gone:
            self.beginRemoveRows(_NO_PARENT, 1, gone)
            self._count -= gone
            self._forgotten = forgotten
            self.endRemoveRows()
        if count < self._count:
            self.beginRemoveRows(_NO_PARENT, count + 1, self._count)
            self._count = count
            self.endRemoveRows()
        elif count > self._count:
            self.beginInsertRows(_NO_PARENT, self._count + 1, count)
            self._count = count
            self.endInsertRows()
        self.dataChanged.emit(self.index(0), self.index(self._count))

    def position_row(self) -> int:
        """The row of the mask as it is now."""
        return 0 if self._history is None else self._history.position

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if self._history is None or parent.isValid() else self._count + 1

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        history = self._history
        if history is None:
            return None
        # The history may be ahead of the rows, while they are being moved in and out.
        place = index.row() + self._forgotten - history.forgotten
        undone = place > history.position
        if role == UNDONE_ROLE:
            return undone
        if role == VALUE_ROLE:
            return history.entry(place - 1).value if 1 <= place <= len(history) else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._name(history, index.row(), place)
        if role == Qt.ItemDataRole.AccessibleTextRole and undone:
            return self.tr("{} (undone)").format(self._name(history, index.row(), place))
        if role == Qt.ItemDataRole.ToolTipRole:
            if undone:
                return self.tr("Undone. Click to do everything up to here again.")
            if place < history.position:
                return self.tr("Click to undo everything after this.")
        return None

    def _name(self, history: History, row: int, place: int) -> str:
        if row == 0:
            return self.tr("Older edits") if history.forgotten else self.tr("Before all edits")
        if not 1 <= place <= len(history):
            return ""
        return QCoreApplication.translate("Actions", history.entry(place - 1).name)
