"""The classes of the project: add, rename, recolour, reorder, merge, remove; nothing happens before Apply."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QColorDialog,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.class_plan import ClassPlan, distinct_color
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui import class_remarks
from unetpp_desktop.gui.class_changing import ClassChanging
from unetpp_desktop.gui.class_editor import ClassEditor
from unetpp_desktop.gui.class_preview import ClassPreview, changed_classes, pixels_to_be
from unetpp_desktop.gui.class_set_menu import ClassSetMenu
from unetpp_desktop.gui.class_target import ClassTarget
from unetpp_desktop.gui.pixel_count import PixelCount
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.class_change import change_classes

_SIZE = (760, 680)
_MOST_REMARKS = 4


class ClassDialog(QDialog):
    """Shows a plan for other classes, and carries it out.

    ``plan`` is what is shown; Ctrl+Z takes the last step of it back.
    """

    changed = Signal(str)  # the classes of the project; a sentence that says so

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.plan = ClassPlan.of(session.palette)
        self._former: list[ClassPlan] = []
        self._count = PixelCount(session, self)
        self._count.progressed.connect(self._on_counting)
        self._count.ended.connect(self._on_counted)
        self._refusal = ""  # why this plan could not be carried out
        self._changing = ClassChanging(session, self)
        self._changing.progressed.connect(self._on_progress)
        self._changing.ended.connect(self._on_ended)
        self.setWindowTitle(self.tr("Classes"))
        self.resize(*_SIZE)
        self.editor = ClassEditor(self)
        self.preview = ClassPreview(self)
        self._sets = ClassSetMenu(self)
        self._sets.chosen.connect(self._change)
        self._buttons = self._make_buttons()
        self._preview_title = QLabel(self)
        self._preview_title.setObjectName("heading")
        self._remarks = QLabel(self)
        self._remarks.setWordWrap(True)
        self._remarks.setTextFormat(Qt.TextFormat.PlainText)
        self._note = QLabel(
            self.tr(
                "Applying rewrites all masks, or none. Earlier edits cannot be undone one by one any more; "
                "the change as a whole can be: Classes > Undo class change."
            ),
            self,
        )
        self._note.setObjectName("muted")
        self._note.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress"))
        self.apply_button = QPushButton(self.tr("Apply"), self)
        self.apply_button.setProperty("primary", True)
        self.apply_button.setAutoDefault(False)
        self.apply_button.clicked.connect(self.apply)
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self._lay_out()
        self._connect()
        self._show_busy(False)
        self._count.start()
        self._show()
        self.editor.choose(session.active_class)
        self.editor.setFocus()

    def apply(self) -> None:
        """Carries the plan out."""
        project = self._session.project
        if project is None or not self.plan.can_be_applied or self._changing.running:
            return
        self._count.stop()
        work = partial(change_classes, project, self.plan.palette(), self.plan.table())
        refusal = self._changing.start(self.tr("Change classes"), work, self._count.job)
        if refusal:
            self._refuse(refusal)
        else:
            self._show_busy(True)

    def reject(self) -> None:
        """While masks are being written it stops that, and the dialog stays."""
        if self._changing.running:
            self._changing.cancel()
        else:
            super().reject()

    def add(self) -> None:
        """A new class below the current one, whose name can be typed at once."""
        names = {entry.name for entry in self.plan.classes}
        number = len(self.plan.classes) + 1
        while (name := self.tr("Class {}").format(number)) in names:
            number += 1
        place = self.editor.current + 1
        color = distinct_color([entry.color for entry in self.plan.classes])
        self._change(self.plan.added(name, color, place))
        self.editor.edit_name(place)

    def rename(self) -> None:
        self.editor.edit_name(self.editor.current)

    def recolour(self) -> None:
        """Asks for another colour of the current class."""
        place = self.editor.current
        entry = self.plan.classes[place]
        title = self.tr("Colour of {}").format(entry.name)
        color = QColorDialog.getColor(QColor(*entry.color), self, title)
        if color.isValid():
            self._change(self.plan.recoloured(place, (color.red(), color.green(), color.blue())))

    def merge(self) -> None:
        """The current class becomes part of another."""
        sentence = self.tr("{} becomes part of:")
        self._ask_target(self.tr("Merge class"), sentence, self.tr("Merge"))

    def remove(self) -> None:
        """The current class goes; what its pixels become is asked where it may have any."""
        place = self.editor.current
        entry = self.plan.classes[place]
        counts, pixels = self._count.counts, self._pixels()
        is_empty = counts is not None and not counts.problems and pixels is not None and pixels[place] == 0
        if not entry.members or is_empty:
            self._change(self.plan.removed(place, None))
            return
        sentence = self.tr("{} has labelled pixels. They become:")
        self._ask_target(self.tr("Remove class"), sentence, self.tr("Remove"))

    def undo(self) -> None:
        """Takes back the last step of the plan."""
        if self._former and not self._changing.running:
            self._show_plan(self._former.pop())

    def _ask_target(self, title: str, sentence: str, button: str) -> None:
        place = self.editor.current
        name = self.plan.classes[place].name
        question = ClassTarget(title, sentence.format(name), button, self.plan, place, self)
        if question.exec():
            self._change(self.plan.removed(place, question.target))

    def _make_buttons(self) -> dict[str, QPushButton]:
        rows = (
            ("add", self.tr("Add"), "Ins", self.add),
            ("rename", self.tr("Rename"), "F2", self.rename),
            ("recolour", self.tr("Colour…"), "Ctrl+L", self.recolour),
            ("up", self.tr("Up"), "", partial(self.editor.move_current, -1)),
            ("down", self.tr("Down"), "", partial(self.editor.move_current, 1)),
            ("merge", self.tr("Merge…"), "Ctrl+M", self.merge),
            ("remove", self.tr("Remove…"), "Del", self.remove),
        )
        buttons = {}
        for name, text, keys, slot in rows:
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            shown = keys or {"up": "Alt+Up", "down": "Alt+Down"}[name]
            native = QKeySequence(shown).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{text.rstrip('…')} ({native})")
            if keys and name != "rename":  # the list itself knows F2
                shortcut = QShortcut(QKeySequence(keys), self.editor if name == "remove" else self)
                if name == "remove":  # the drop-down lists must not hear it
                    shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(button.click)
            buttons[name] = button
        return buttons

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(8)
        for name, button in self._buttons.items():
            if name in ("up", "merge"):
                side.addSpacing(8)
            side.addWidget(button)
        side.addStretch(1)
        side.addWidget(self._sets)
        upper = QHBoxLayout()
        upper.setSpacing(16)
        upper.addWidget(self.editor, 1)
        upper.addLayout(side)
        lower = QGridLayout()
        lower.setHorizontalSpacing(8)
        lower.setColumnStretch(0, 1)
        lower.addWidget(self._progress, 0, 0)
        lower.addWidget(self.apply_button, 0, 1)
        lower.addWidget(self.cancel_button, 0, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addLayout(upper, 3)
        column.addWidget(self._preview_title)
        column.addWidget(self.preview, 2)
        column.addWidget(self._remarks)
        column.addWidget(self._note)
        column.addLayout(lower)

    def _connect(self) -> None:
        self.editor.renamed.connect(self._rename)
        self.editor.moved.connect(self._move)
        self.editor.currentItemChanged.connect(self._show_buttons)
        self.preview.assigned.connect(self._assign)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.activated.connect(self.undo)

    def _rename(self, place: int, name: str) -> None:
        self._change(self.plan.renamed(place, name))

    def _move(self, place: int, to: int) -> None:
        self._change(self.plan.moved(place, to))
        self.editor.choose(to)

    def _assign(self, value: int, place: int | None) -> None:
        self._change(self.plan.assigned(value, place))

    def _change(self, plan: ClassPlan) -> None:
        if plan != self.plan:
            self._former.append(self.plan)
            self._show_plan(plan)
        else:
            self._show()

    def _show_plan(self, plan: ClassPlan) -> None:
        self.plan = plan
        self._refusal = ""
        self._show()

    def _on_counting(self, done: int, total: int) -> None:
        if not self._changing.running:
            title = self.tr("Pixels that change (counting, {0} of {1} scenes)")
            self._preview_title.setText(title.format(done, total))

    def _pixels(self) -> list[int] | None:
        """Of each class as it is planned; None while they are being counted."""
        counts = self._count.counts
        return None if counts is None else pixels_to_be(self.plan, counts.total().tolist())

    def _show(self) -> None:
        self.editor.show_plan(self.plan, self._pixels())
        self.preview.show_plan(self.plan, self._count.counts)
        self._sets.show_plan(self.plan)
        self._show_title()
        self._show_remarks()
        self._show_buttons()

    def _on_counted(self) -> None:
        """Only the numbers change: a name may be half typed in the list, or a class being chosen."""
        self.editor.show_pixels(self._pixels())
        self.preview.show_counts(self.plan, self._count.counts)
        self._show_title()
        self._show_remarks()

    def _show_title(self) -> None:
        changes = changed_classes(self.plan)
        self.preview.setVisible(bool(changes))
        if changes:
            self._preview_title.setText(self.tr("Pixels that change"))
        else:
            self._preview_title.setText(self.tr("No labelled pixel gets another class."))

    def _show_remarks(self) -> None:
        remarks = [self._refusal] if self._refusal else []
        remarks += class_remarks.faults(self.plan)
        counts = self._count.counts
        remarks += class_remarks.warnings(self.plan, self._session.model, counts)
        remarks += [] if counts is None else counts.problems
        more = len(remarks) - _MOST_REMARKS
        shown = remarks[:_MOST_REMARKS] + ([self.tr("And {} more.").format(more)] if more > 0 else [])
        self._remarks.setText("\n".join(shown))
        self._remarks.setVisible(bool(shown))

    def _show_buttons(self) -> None:
        place, count, free = self.editor.current, len(self.plan.classes), not self._changing.running
        here = free and 0 <= place < count
        enabled = {
            "add": free and count < VOID,
            "rename": here,
            "recolour": here,
            "up": here and place > 0,
            "down": here and place < count - 1,
            "merge": here and count > 1,
            "remove": here and count > 1,
        }
        for name, button in self._buttons.items():
            button.setEnabled(enabled[name])
        self.apply_button.setEnabled(free and self.plan.changes_something and self.plan.can_be_applied)

    def _show_busy(self, busy: bool) -> None:
        for widget in (self.editor, self.preview, self._sets):
            widget.setEnabled(not busy)
        self._progress.setVisible(busy)
        self._progress.setRange(0, 0)
        self._show_buttons()

    def _on_progress(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def _on_ended(self, changed: bool, sentence: str) -> None:
        self._show_busy(False)
        if changed:
            self.changed.emit(sentence)
            self.accept()
        elif self._session.project is None:
            self.reject()
        else:
            self._refuse(sentence)
            self._count.start()

    def _refuse(self, sentence: str) -> None:
        """Says so until the plan is another, whatever else is to be remarked meanwhile."""
        self._refusal = sentence
        self._show_remarks()
