"""The button that loads and saves class sets."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QPushButton, QWidget

from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import Palette, shipped_palette
from unetpp_desktop.storage.class_sets import SHIPPED, places_in, read_class_set, write_class_set

_SUFFIX = ".json"


class ClassSetMenu(QPushButton):
    """A set that is chosen becomes a plan: classes are matched by name, the others become void."""

    chosen = Signal(object)  # a ClassPlan

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Class set"))
        self.setAutoDefault(False)
        self._plan: ClassPlan | None = None
        menu = QMenu(self)
        for name in SHIPPED:
            palette = shipped_palette(name)
            menu.addAction(palette.name).triggered.connect(lambda _=False, new=palette: self._choose(new))
        menu.addSeparator()
        menu.addAction(self.tr("Load…")).triggered.connect(self._load)
        self._save_action = menu.addAction(self.tr("Save as…"))
        self._save_action.triggered.connect(self._save)
        self.setMenu(menu)

    def show_plan(self, plan: ClassPlan) -> None:
        """The plan that a set would change, and that is saved as one."""
        self._plan = plan
        self._save_action.setEnabled(plan.can_be_applied)

    def load(self, path: Path) -> None:
        """Takes over the set in a file, or says why not."""
        try:
            self._choose(read_class_set(path))
        except UserError as error:
            self._tell(error)

    def save(self, path: Path) -> None:
        """Writes the classes that are planned."""
        if self._plan is None:
            return
        palette = self._plan.palette().model_copy(update={"name": path.stem})
        try:
            write_class_set(path, palette)
        except UserError as error:
            self._tell(error)

    def _choose(self, new: Palette) -> None:
        if self._plan is not None:
            old = self._plan.old
            self.chosen.emit(ClassPlan.to(new, old, places_in(new, old)))

    def _load(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Load a class set"), "", self._filter())
        if path:
            self.load(Path(path))

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save the class set"), "", self._filter())
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != _SUFFIX:  # a point may belong to the name: v1.2
            path = path.with_name(path.name + _SUFFIX)
            # The dialog has asked about the name that was typed, not about this one.
            if path.exists() and not self._may_replace(path):
                return
        self.save(path)

    def _may_replace(self, path: Path) -> bool:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setText(self.tr("There is a class set called {} already.").format(path.name))
        keep = question.addButton(self.tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        replace = question.addButton(self.tr("Replace it"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(keep)
        question.exec()
        return question.clickedButton() is replace

    def _filter(self) -> str:
        return self.tr("Class sets (*.json)")

    def _tell(self, error: UserError) -> None:
        QMessageBox.warning(self, self.tr("Class set"), str(error))
