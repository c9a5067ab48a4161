"""What the window was doing when it was last closed: folders, scene, tool, class, model."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.editing.tools import ToolOptions
from unetpp_desktop.gui.view_options import ViewOptions
from unetpp_desktop.nn.config import MAX_DEPTH
from unetpp_desktop.nn.predictor import DEVICES

MEMORY_FILE = "remembered.json"

_RECENT_FOLDERS = 10


def _known_device(name: str) -> str:
    if name not in DEVICES:
        raise ValueError(f"there is no device {name}")
    return name


class FolderMemory(BaseModel):
    """A folder that was open: the scene and the model last in use, and where its labels go if not into it."""

    model_config = ConfigDict(frozen=True)

    folder: Path
    labels_folder: Path | None = None
    scene: str | None = None
    model: str | None = None


class Remembered(BaseModel):
    """Kept between two starts; none of it is a setting, and losing it loses no work."""

    model_config = ConfigDict(validate_assignment=True, extra="ignore")

    folders: tuple[FolderMemory, ...] = ()  # the latest first
    reopen: bool = False  # whether a folder was open at the end
    tool: str = "Brush"
    active_class: str | None = None
    diameter: int = Field(default=24, ge=1)
    square: bool = False
    options: ToolOptions = ToolOptions()
    view: ViewOptions = ViewOptions()
    only_over: tuple[str, ...] | None = None  # the classes that paint goes over, "" for void
    protect_human: bool = False
    folded: dict[str, bool] = {}  # the sections of the Label tab by name
    amounts: dict[str, int] = {}  # of the commands on a class, by name
    depth: int = Field(default=MAX_DEPTH, ge=1, le=MAX_DEPTH)
    device: Annotated[str, AfterValidator(_known_device)] = "auto"
    model: str | None = None
    base_data: dict[str, Path] = {}  # the labelled scenes that a model learnt from, by the model
    _at_start: "Remembered | None" = PrivateAttr(None)  # as the file was when the window read it

    @field_validator("*", mode="wrap")
    @classmethod
    def _blank_where_wrong(cls, value: Any, take: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """A wrong value in the file costs what it would have said, and nothing else."""
        try:
            return take(value)
        except ValidationError:
            if info.mode != "json" or info.field_name is None:
                raise
            return cls.model_fields[info.field_name].get_default()

    def memory_of(self, folder: Path) -> FolderMemory:
        """What is known of ``folder``; a blank memory where it was never open."""
        return next((entry for entry in self.folders if entry.folder == folder), FolderMemory(folder=folder))

    def keep(self, memory: FolderMemory) -> None:
        """Puts ``memory`` first among the recent folders."""
        others = tuple(entry for entry in self.folders if entry.folder != memory.folder)
        self.folders = (memory, *others)[:_RECENT_FOLDERS]

    def forget_labels_folder(self, folder: Path) -> None:
        """The labels of ``folder`` go beside its images again; its place among the recent folders stays."""
        self.folders = tuple(
            entry.model_copy(update={"labels_folder": None}) if entry.folder == folder else entry
            for entry in self.folders
        )

    def forget(self, folder: Path) -> None:
        self.folders = tuple(entry for entry in self.folders if entry.folder != folder)

    def note_start(self) -> None:
        """The file is as this is now."""
        self._at_start = self.model_copy()

    def take_in(self, stored: "Remembered") -> None:
        """Takes in the folders, with where their labels are, and base data that were new in another window.

        ``stored`` is the file as it is now. What was forgotten here stays so; all else is as in this window.
        """
        start = self._at_start or Remembered()
        here = {entry.folder for entry in (*start.folders, *self.folders)}
        new = tuple(entry for entry in stored.folders if entry.folder not in here)
        self.folders = (*self.folders[:1], *new, *self.folders[1:])[:_RECENT_FOLDERS]
        others = {model: data for model, data in stored.base_data.items() if model not in start.base_data}
        self.base_data = others | self.base_data


def load_remembered(path: Path) -> Remembered:
    """What ``path`` holds; a blank memory where it is missing or not readable, nothing depends on it.

    A value that cannot be used is as if it were missing.
    """
    remembered = Remembered()
    if path.exists():
        with suppress(UserError):
            remembered = read_json(path, Remembered, "the memory of the window", "Delete it.")
    remembered.note_start()
    return remembered


def save_remembered(path: Path, remembered: Remembered) -> None:
    """Writes ``path``, with what another window has put there meanwhile; `UserError` where that fails."""
    remembered.take_in(load_remembered(path))
    write_json(path, remembered)
