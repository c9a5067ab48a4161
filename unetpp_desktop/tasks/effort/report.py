"""What the simulated annotator's seconds come to, for people and for programs."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from pydantic import BaseModel

from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.tasks.effort.curves import Curve
from unetpp_desktop.tasks.effort.modes import Outcome

_GOOD_MIOU = 0.85


class ModeReport(BaseModel):
    """A curve, and when it reaches an accuracy: None for never, 0 where the first masks have it already."""

    seconds: tuple[float, ...]
    miou: tuple[float, ...]
    pixel_accuracy: tuple[float, ...]
    seconds_to_95_accuracy: float | None
    seconds_to_98_accuracy: float | None


class EffortReport(BaseModel):
    """What ``unetpp-desktop effort --json`` prints."""

    modes: dict[str, ModeReport]


def report_of(outcomes: Mapping[str, Outcome]) -> EffortReport:
    return EffortReport(modes={name: _mode_report(outcome.curve) for name, outcome in outcomes.items()})


def _mode_report(curve: Curve) -> ModeReport:
    short = curve.thinned()
    return ModeReport(
        seconds=short.seconds,
        miou=short.miou,
        pixel_accuracy=short.pixel_accuracy,
        seconds_to_95_accuracy=curve.seconds_to(curve.pixel_accuracy, 0.95),
        seconds_to_98_accuracy=curve.seconds_to(curve.pixel_accuracy, 0.98),
    )


def effort_table(outcomes: Mapping[str, Outcome]) -> str:
    """The outcomes as a plain text table: simulated seconds, figures at the end in percent."""
    width = max(map(len, outcomes)) + 2
    titles = ("to 95 %", "to 98 %", "to mIoU 85", "all", "gestures", "spoilt px", "accuracy", "mIoU")
    lines = ["".ljust(width) + "".join(title.rjust(12) for title in titles)]
    used = []
    for name, outcome in outcomes.items():
        curve = outcome.curve
        reached = (
            curve.seconds_to(curve.pixel_accuracy, 0.95),
            curve.seconds_to(curve.pixel_accuracy, 0.98),
            curve.seconds_to(curve.miou, _GOOD_MIOU),
            outcome.seconds,
        )
        cells = ["never" if value is None else f"{value:.0f} s" for value in reached]
        cells += [f"{sum(outcome.tally.gestures.values())}", f"{outcome.tally.spoilt}"]
        cells += [f"{100 * curve.pixel_accuracy[-1]:.1f}", f"{100 * curve.miou[-1]:.1f}"]
        lines.append(name.ljust(width) + "".join(cell.rjust(12) for cell in cells))
        used.append(name.ljust(width) + _where_seconds_go(outcome))
    return "\n".join([*lines, "", *used])


def _where_seconds_go(outcome: Outcome) -> str:
    """The tools by their seconds; what is left is looking, deciding, and going from scene to scene."""
    spent = sorted(outcome.tally.seconds.items(), key=lambda item: -item[1])
    rest = outcome.seconds - sum(outcome.tally.seconds.values())
    parts = [f"{name} {seconds:.0f} s ({outcome.tally.gestures[name]})" for name, seconds in spent]
    return ", ".join([f"looking {rest:.0f} s", *parts])


def write_csv(outcomes: Mapping[str, Outcome], file: Path) -> None:
    """All points of all curves, one a row. Raises `WriteError` where that is not possible."""
    text = StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("mode", "seconds", "miou", "pixel_accuracy"))
    for name, outcome in outcomes.items():
        curve = outcome.curve
        for point in zip(curve.seconds, curve.miou, curve.pixel_accuracy, strict=True):
            rows.writerow((name, *(f"{value:.6g}" for value in point)))
    write_atomically(file, text.getvalue().encode())
