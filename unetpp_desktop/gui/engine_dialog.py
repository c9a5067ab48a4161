"""Says which engine and precisions predict scenes, and why; INT8 is made and switched on here."""

from collections.abc import Sequence
from importlib.util import find_spec

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.gui.engine_facts import EngineFacts
from unetpp_desktop.gui.session import Session
from unetpp_desktop.nn.explanation import Explanation, engine_line, reason_of
from unetpp_desktop.nn.int8 import Int8Report

_WIDTH = 620
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _translate(text: str) -> str:
    return QCoreApplication.translate("Explanation", text)


class EngineDialog(QDialog):
    """A view of `EngineFacts`; the window stays usable beside it."""

    def __init__(self, session: Session, facts: EngineFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._facts = session, facts
        self.setWindowTitle(self.tr("How scenes are predicted"))
        self.setMinimumWidth(_WIDTH)
        self.resize(_WIDTH, 0)
        self._engine = self._text("")
        self._depths, self._losses = _Table(self), _Table(self)
        self._int8_text = self._text("")
        self._int8_text.setObjectName("muted")
        self._make = QPushButton(self)
        self._make.setObjectName("makeInt8")
        self._make.setAutoDefault(False)
        self._use = QCheckBox(self.tr("Use INT8 of this model wherever it is the fastest"), self)
        self._lay_out()
        self._make.clicked.connect(self._facts.make)
        self._use.clicked.connect(self._facts.switch)
        self._facts.changed.connect(self._show)
        self._facts.outdated.connect(self._ask)
        self._show()

    def _text(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("INT8"), self)
        heading.setObjectName("heading")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        below = QHBoxLayout()
        below.addWidget(self._use)
        below.addStretch(1)
        below.addWidget(self._make)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        for widget in (self._engine, self._depths, heading, self._int8_text, self._losses):
            column.addWidget(widget)
        column.addLayout(below)
        column.addStretch(1)
        column.addWidget(buttons)
        self._column = column

    def _ask(self) -> None:
        self._facts.ask()  # by way of the dialog: once it is gone, nobody asks

    def _show(self) -> None:
        state, model = self._facts.state, self._session.model
        report = None if state is None else state.report
        self._show_engine(None if state is None else state.explanation)
        if report is not None:
            self._losses.fill(self._loss_heading(), self._loss_rows(report))
        self._losses.setVisible(report is not None)
        self._use.setVisible(report is not None)
        self._use.setChecked(state is not None and state.switched_on)
        refusal = self._refusal()
        self._int8_text.setText(refusal or self._int8_words(report))
        making = self._facts.making is not None
        self._make.setText(self.tr("Make INT8") if report is None else self.tr("Make INT8 again"))
        self._make.setEnabled(not refusal and not making and state is not None and model is not None)
        self._use.setEnabled(not making)
        self._column.activate()
        # By `adjustSize` it would be as high as its words are in a narrower dialog.
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))

    def _show_engine(self, explanation: Explanation | None) -> None:
        if explanation is None:  # nothing of another model or device stays
            self._engine.setText(self._no_answer())
            self._depths.fill((), [])
            return
        self._engine.setText(engine_line(explanation, _translate))
        heading = (self.tr("Depth"), self.tr("Precision"), self.tr("Why"))
        rows = [
            (str(choice.depth), choice.precision, reason_of(choice, _translate))
            for choice in explanation.depths
        ]
        self._depths.fill(heading, rows, words=2)

    def _no_answer(self) -> str:
        if self._facts.asking is not None:
            return self.tr("Asking the engine…")
        return self.tr("The engine did not answer. Open this dialog again to ask once more.")

    def _refusal(self) -> str:
        """Why INT8 cannot be made here; empty where it can."""
        state = self._facts.state
        if state is not None and state.explanation.engine != "openvino":
            return self.tr("INT8 is computed by OpenVINO, on the CPU only.")
        if find_spec("nncf") is None:
            return self.tr("To make INT8, install NNCF: pip install 'unetpp-desktop[int8]'")
        if self._session.project is None:
            return self.tr("Open a folder to make INT8 from its scenes.")
        return ""

    def _int8_words(self, report: Int8Report | None) -> str:
        if self._facts.making is not None:
            return self.tr("INT8 is being made; the status bar says how far it is. Go on working meanwhile.")
        if report is None:
            return self.tr(
                "INT8 is faster still, and loses some accuracy. It is made from up to 24 scenes of this "
                "folder and compared with fp32 on as many others. You see what it loses before you switch "
                "it on."
            )
        sentence = self.tr(
            "Made from {0} scenes of {1}; compared with fp32 on {2} scenes, {3} of them corrected."
        )
        return sentence.format(
            report.calibration_scenes, report.calibrated_on, report.compared_scenes, report.known_scenes
        )

    def _loss_heading(self) -> tuple[str, ...]:
        return (
            self.tr("Depth"),
            self.tr("Times as fast as fp32"),
            self.tr("Same class"),
            self.tr("mIoU in fp32"),
            self.tr("mIoU in INT8"),
        )

    def _loss_rows(self, report: Int8Report) -> list[tuple[str, ...]]:
        return [
            (
                str(depth),
                f"{loss.speed:.2f}",
                f"{100 * loss.agreement:.2f} %",
                _percent(loss.miou_fp32),
                _percent(loss.miou_int8),
            )
            for depth, loss in report.losses.items()
        ]


class _Table(QWidget):
    """Rows of text under a heading; numbers stand right, words left."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)

    def fill(
        self, heading: tuple[str, ...], rows: Sequence[tuple[str, ...]], words: int | None = None
    ) -> None:
        """Shows ``rows``; the column ``words`` wraps its text and takes what room there is."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # deleted only later, it would be seen until then
                widget.deleteLater()
        for row, cells in enumerate([heading, *rows]):
            for column, text in enumerate(cells):
                label = QLabel(text, self)
                label.setObjectName("muted" if row == 0 else "")
                label.setWordWrap(column == words and row > 0)
                if words is None and column > 0:
                    label.setAlignment(_RIGHT)
                self._grid.addWidget(label, row, column)
                label.show()  # now: the dialog takes its size from what is shown
        if words is not None:
            self._grid.setColumnStretch(words, 1)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"
