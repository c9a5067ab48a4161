"""Where the classes of the open scene come from: how much is the model's, checked, and painted."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.class_list import share_text
from unetpp_desktop.gui.key_bindings import first_key
from unetpp_desktop.gui.painting import mixed
from unetpp_desktop.gui.session import Session

_BAR = 4
_SHOWN = (Origin.PAINTED, Origin.ACCEPTED, Origin.MODEL)  # from the surest on
_STRENGTHS = (0.75, 0.45, 0.2)  # of the text's colour over the ground, in the same order


class OriginLine(QWidget):
    """A view of the document's origins: a thin bar, and the same in words below it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bar = _Bar(self)
        self.words = QLabel(self)
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 0)
        column.setSpacing(4)
        column.addWidget(self._bar)
        column.addWidget(self.words)
        for signal in (session.document_changed, session.document_replaced, session.settings_changed):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        document = self._session.document
        self.setVisible(document is not None)
        if document is None:
            return
        counts = document.origin_counts()
        shares = tuple(counts[origin] / document.labels.size for origin in _SHOWN)
        texts = self.tr("{} painted"), self.tr("{} checked"), self.tr("{} model")
        parts = [
            text.format(share_text(share)) for text, share in zip(texts, shares, strict=True) if share > 0
        ]
        self.words.setText(" · ".join(parts) or self.tr("Nothing is labelled yet"))
        self._bar.show_shares(shares)
        tip = self.tr(
            "Where the classes come from. Training learns from painted and checked pixels, and a new "
            "prediction leaves them alone. {0} checks a region, {1} the whole scene."
        )
        keys = (first_key(self._session.settings, name) for name in ("check_here", "mark_done"))
        self.setToolTip(tip.format(*keys))


class _Bar(QWidget):
    """The shares side by side; what is left is not labelled."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(_BAR)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._shares: tuple[float, ...] = ()

    def show_shares(self, shares: tuple[float, ...]) -> None:
        self._shares = shares
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        ground = self.palette().color(QPalette.ColorRole.Window)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter.fillRect(self.rect(), mixed(ground, text, 0.07))
        left = 0.0
        for share, strength in zip(self._shares, _STRENGTHS, strict=False):
            width = self.width() * share
            painter.fillRect(QRectF(left, 0, width, self.height()), mixed(ground, text, strength))
            left += width
