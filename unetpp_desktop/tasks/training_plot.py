"""The log of a training as a picture."""

from collections.abc import Sequence
from pathlib import Path

from unetpp_desktop.nn.recipe import EpochLog
from unetpp_desktop.storage.line_chart import Line, Panel, draw_lines


def write_curves(log: Sequence[EpochLog], file: Path) -> None:
    """Loss and mIoU on the validation scenes against epochs, as PNG. Raises `WriteError`."""
    loss = Line("loss", [(line.epoch, line.loss) for line in log])
    measured = [(line.epoch, 100 * line.val_miou) for line in log if line.val_miou is not None]
    panels = [Panel("Loss", [loss])]
    if measured:
        panels.append(Panel("mIoU of the averaged weights, %", [Line("mIoU", measured)]))
    draw_lines(panels, "epochs", file)
