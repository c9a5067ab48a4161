"""The curves of all modes as a picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from unetpp_desktop.storage.line_chart import Line, Panel, draw_lines
from unetpp_desktop.tasks.effort.curves import Curve
from unetpp_desktop.tasks.effort.modes import Outcome

_PERCENT = (0.0, 100.0)


def write_plot(outcomes: Mapping[str, Outcome], file: Path) -> None:
    """Pixel accuracy and mIoU against simulated minutes, as PNG. Raises `WriteError`."""
    curves = {name: outcome.curve.thinned() for name, outcome in outcomes.items()}
    accuracy = [_line(name, curve, curve.pixel_accuracy) for name, curve in curves.items()]
    miou = [_line(name, curve, curve.miou) for name, curve in curves.items()]
    panels = (Panel("Pixel accuracy, %", accuracy, _PERCENT), Panel("mIoU, %", miou, _PERCENT))
    draw_lines(panels, "simulated minutes", file)


def _line(name: str, curve: Curve, figures: Sequence[float]) -> Line:
    return Line(name, [(at / 60, 100 * value) for at, value in zip(curve.seconds, figures, strict=True)])
