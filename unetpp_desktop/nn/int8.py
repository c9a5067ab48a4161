"""INT8 of models: where it is kept on this machine, what was measured of it, whether the user wants it."""

import shutil
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.nn.registry import ModelEntry, answers_digest

GRAPH_FILE = "graph.xml"
_REPORT_FILE, _WISH_FILE = "report.json", "wish.json"
_MOST_MODELS = 10
_MOST_CALIBRATIONS = 3  # per model


class DepthLoss(BaseModel):
    """What INT8 brings and costs at one depth, against fp32 on the same scenes.

    ``speed`` is how many times as fast it is, ``agreement`` the share of the pixels (0..1) that get
    the same class; the mIoUs (0..1) are None where no pixel of these scenes had a known class.
    """

    model_config = ConfigDict(frozen=True)

    speed: float
    agreement: float
    miou_fp32: float | None = None
    miou_int8: float | None = None


class Int8Report(BaseModel):
    """How a model was quantised, and what that brings and costs; ``depths`` are 1, 2 and so on."""

    model_config = ConfigDict(frozen=True)

    model: str
    created: str
    processor: str
    calibrated_on: str
    calibration_scenes: int
    compared_on: str
    compared_scenes: int
    known_scenes: int = Field(description="those of the compared scenes that have pixels of known class")
    depths: tuple[DepthLoss, ...]

    @property
    def losses(self) -> dict[int, DepthLoss]:
        """By depth."""
        return dict(enumerate(self.depths, 1))


class _Wish(BaseModel):
    calibration: str = ""
    switched_on: bool = False


class Int8Store:
    """The quantised graphs of one model, one for each set of scenes it was calibrated on, newest first.

    They lie in the user's cache folder, under `answers_digest`: a changed model has none.
    """

    def __init__(self, cache_folder: Path, entry: ModelEntry) -> None:
        self.digest = answers_digest(entry)
        self._all = cache_folder / "int8"
        self.folder = self._all / self.digest[:24]

    @property
    def graph(self) -> Path | None:
        """The graph made last; None where there is none."""
        calibration = self._wish().calibration
        path = self.folder / calibration / GRAPH_FILE
        return path if calibration and path.is_file() else None

    @property
    def report(self) -> Int8Report | None:
        """What is known of the graph made last."""
        calibration = self._wish().calibration
        return self.report_of(calibration) if calibration else None

    @property
    def switched_on(self) -> bool:
        """Whether the user has seen the report and wants INT8."""
        return self._wish().switched_on and self.graph is not None and self.report is not None

    def switch(self, on: bool) -> None:
        """Keeps the user's wish; raises `UserError` where it cannot be kept or there is no graph."""
        if on and self.graph is None:
            raise UserError(
                "There is no INT8 of this model yet. Make it first: unetpp-desktop quantise FOLDER."
            )
        if on and self.report is None:
            raise UserError(
                "INT8 of this model has not been compared with fp32. Make it again: "
                "unetpp-desktop quantise FOLDER."
            )
        write_json(self.folder / _WISH_FILE, self._wish().model_copy(update={"switched_on": on}))

    def report_of(self, calibration: str) -> Int8Report | None:
        """The report of one set of scenes; None where there is no whole one."""
        with suppress(UserError):
            return read_json(self.folder / calibration / _REPORT_FILE, Int8Report, "a report", "Delete it.")
        return None

    def take(self, calibration: str, report: Int8Report | None = None) -> None:
        """Makes the graph in the folder ``calibration`` the newest one, switched off, and drops old ones."""
        if report is not None:
            write_json(self.folder / calibration / _REPORT_FILE, report)
        write_json(self.folder / _WISH_FILE, _Wish(calibration=calibration))
        _drop_old(self.folder, _MOST_CALIBRATIONS, calibration)
        _drop_old(self._all, _MOST_MODELS, self.folder.name)

    def _wish(self) -> _Wish:
        with suppress(UserError):
            return read_json(self.folder / _WISH_FILE, _Wish, "a wish", "Delete it.")
        return _Wish()


def _drop_old(folder: Path, most: int, kept: str) -> None:
    """Deletes the oldest folders in ``folder`` but ``kept``, which another program may hold open."""
    found = [path for path in folder.iterdir() if path.is_dir() and path.name != kept]
    found.sort(key=lambda path: path.stat().st_mtime)
    for path in found[: max(0, len(found) + 1 - most)]:
        shutil.rmtree(path, ignore_errors=True)
