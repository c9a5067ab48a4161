"""Class sets are saved under the name that is typed, in the dialog that asks for it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.gui.class_dialog import ClassDialog
from unetpp_desktop.gui.class_set_menu import ClassSetMenu
from unetpp_desktop.storage.class_sets import read_class_set, write_class_set

CLASSES = shipped_palette("camvid11").names
OTHERS = shipped_palette("camvid32").names


def _save_as(dialog: ClassDialog, path: Path, answer: str = "") -> list[str]:
    """Saves the classes as a set; a question is answered by the button of that name, and returned."""
    asked: list[str] = []

    def look() -> None:
        open_now = QApplication.activeModalWidget()
        if isinstance(open_now, QFileDialog):
            field = open_now.findChild(QLineEdit)
            field.setText(str(path))
            QTest.keyClick(field, Qt.Key.Key_Return)
        elif isinstance(open_now, QMessageBox):
            asked.append(open_now.text())
            buttons = {button.text(): button for button in open_now.buttons()}
            buttons[answer].click() if answer in buttons else open_now.reject()

    watch = QTimer()
    watch.timeout.connect(look)
    watch.start(20)
    sets = dialog.findChild(ClassSetMenu)
    next(action for action in sets.menu().actions() if action.text() == "Save as…").trigger()
    watch.stop()
    return asked


@pytest.mark.parametrize(
    ("typed", "written"),
    [("streets", "streets.json"), ("v1.2", "v1.2.json"), ("a.json", "a.json"), ("B.JSON", "B.JSON")],
)
def test_a_set_is_called_what_was_typed(
    dialog: ClassDialog, tmp_path: Path, typed: str, written: str
) -> None:
    folder = tmp_path / "sets"
    folder.mkdir()
    assert _save_as(dialog, folder / typed) == []
    assert [path.name for path in folder.iterdir()] == [written]
    assert read_class_set(folder / written).name == Path(written).stem
    assert read_class_set(folder / written).names == CLASSES


@pytest.mark.parametrize(("answer", "names"), [("Keep it", OTHERS), ("Replace it", CLASSES), ("", OTHERS)])
def test_a_set_that_lies_there_is_not_replaced_unasked(
    dialog: ClassDialog, tmp_path: Path, answer: str, names: tuple[str, ...]
) -> None:
    write_class_set(tmp_path / "streets.json", shipped_palette("camvid32"))
    asked = _save_as(dialog, tmp_path / "streets", answer)
    assert read_class_set(tmp_path / "streets.json").names == names
    assert asked == ["There is a class set called streets.json already."]
