"""Short notices over the canvas that never stop the work."""

from functools import partial
from math import ceil

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QTextDocument
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.icons import pixmap
from unetpp_desktop.gui.offer import Offer

_MOST = 3
_INFO_MS = 4000
_ERROR_MS = 15000  # time to read two lines twice; they can be closed before
_OFFER_MS = 60000  # what was lost and found again is worth a decision
_WIDTH = 480
_MARGIN = 16
_ICON = 18
_LINE = 28
_ABOVE = 5  # so that the first line is level with the sign
_INFO_COLOR = QColor("#9cc5ff")
_ERROR_COLOR = QColor("#ff9d94")
_TEXT_COLOR = QColor("#f2f2f4")

# Of the host, the canvas or the bar: the notices move along.
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class _Sentence(QTextEdit):
    """As many lines as it takes, to be selected. A label would cut off a name that is longer than a line."""

    def __init__(self, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, _ABOVE, 0, _ABOVE)
        self.setAccessibleName(self.tr("Notice"))
        self.setPlainText(sentence)
        self._measured = QTextDocument(sentence, self)  # the one that is shown has a width already
        for document in (self.document(), self._measured):
            document.setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.heightForWidth(_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, _LINE)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._measured.setDefaultFont(self.font())
        self._measured.setTextWidth(width)
        return ceil(self._measured.size().height()) + 2 * _ABOVE


class _Toast(QFrame):
    ended = Signal()  # it was closed, its offer was taken, or its time is over

    def __init__(self, sentence: str, is_error: bool, offer: Offer | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setProperty("level", "error" if is_error else "info")
        self.sentence = sentence
        self.offer = offer
        self.taken = False
        sign = QLabel(self)
        name, color = ("triangle-alert", _ERROR_COLOR) if is_error else ("info", _INFO_COLOR)
        sign.setPixmap(pixmap(name, _ICON, color, self.devicePixelRatioF()))
        sign.setFixedHeight(_LINE)
        close = QToolButton(self)
        close.setFixedSize(_LINE, _LINE)
        close.setProperty("square", True)
        close.setIcon(pixmap("x", _ICON, _TEXT_COLOR, self.devicePixelRatioF()))
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.ended)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(8)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(_Sentence(sentence, self), 1)
        if offer is not None:
            row.addWidget(self._button(offer), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.ended)
        self._timer.start(_OFFER_MS if offer is not None else _ERROR_MS if is_error else _INFO_MS)

    def _button(self, offer: Offer) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("toastOffer")
        button.setText(offer.text)
        button.setToolTip(offer.tip)
        button.setFixedHeight(_LINE)
        button.clicked.connect(lambda: self._take(offer))
        button.clicked.connect(self.ended)
        return button

    def _take(self, offer: Offer) -> None:
        self.taken = True
        offer.accept()

    def renew(self) -> None:
        self._timer.start()


class Toasts(QWidget):
    """At most three notices at the bottom, the newest lowest; the same one is not shown twice.

    They lie in ``host``, over the canvas while that is visible, above what is written or pressed at its
    bottom: the hint and ``bar``. So whatever one works with stays in reach.
    """

    def __init__(self, host: QWidget, canvas: Canvas, bar: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._canvas = canvas
        self._bar = bar
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        for watched in (host, canvas, bar):
            watched.installEventFilter(self)
        canvas.hint_changed.connect(self._place)
        self.hide()

    def show_offer(self, sentence: str, offer: Offer) -> None:
        """A notice with a button."""
        self.show_notice(sentence, "info", offer)

    def show_notice(self, sentence: str, level: str, offer: Offer | None = None) -> None:
        """``level`` is "info" or "error". One with a button takes the place of the same one shown already.

        Its button is about what was done last, although the words are those of something before.
        """
        same = next((toast for toast in self._shown() if toast.sentence == sentence), None)
        if same is not None and offer is None:
            same.renew()
            return
        if same is not None:
            self._remove(same)
        if len(self._shown()) == _MOST:
            self._remove(self._shown()[0])
        toast = _Toast(sentence, level == "error", offer, self)
        self._column.addWidget(toast)
        toast.ended.connect(partial(self._end, toast))
        toast.show()
        self._place()

    def withdraw(self, sentence: str) -> None:
        """Takes away the notice with this ``sentence``, where it is still shown."""
        for toast in self._shown():
            if toast.sentence == sentence:
                self._remove(toast)
        self._place()

    def clear(self) -> None:
        """Takes away all notices."""
        for sentence in self.sentences():
            self.withdraw(sentence)

    def sentences(self) -> tuple[str, ...]:
        """What is shown, the oldest first."""
        return tuple(toast.sentence for toast in self._shown())

    def _shown(self) -> list[_Toast]:
        items = (self._column.itemAt(place) for place in range(self._column.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, _Toast)]

    def _end(self, toast: _Toast) -> None:
        if toast in self._shown():  # what it offered may have put another one in its place
            self._remove(toast)
            self._place()

    def _remove(self, toast: _Toast) -> None:
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        if toast.offer is not None and not toast.taken:
            toast.offer.lapse()

    def _place(self) -> None:
        self.setVisible(bool(self._shown()))
        room = self._room()
        width = min(_WIDTH, room.width() - 2 * _MARGIN)
        height = self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else -1
        height = height if height > 0 else self.sizeHint().height()
        left = room.left() + (room.width() - width) // 2
        self.setGeometry(left, room.bottom() + 1 - height - _MARGIN, width, height)
        self.raise_()

    def _room(self) -> QRect:
        """The part of the host over which the notices may lie."""
        canvas = self._canvas
        if not canvas.isVisibleTo(self._host):
            return self._host.rect()
        room = QRect(canvas.mapTo(self._host, QPoint(0, 0)), canvas.size())
        taken = [canvas.hint_place]
        if self._bar.isVisibleTo(canvas):
            taken.append(self._bar.geometry())
        for place in taken:
            if not place.isEmpty():
                room.setBottom(min(room.bottom(), room.top() + place.top() - 1))
        return room

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return super().eventFilter(watched, event)
