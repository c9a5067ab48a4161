"""Commands that open the window."""

from pathlib import Path
from typing import Annotated

import typer

from unetpp_desktop.core.errors import UserError


def open_window(
    folder: Annotated[Path | None, typer.Argument(help="Folder of images; default: the last one.")] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Where the masks go, for a folder that is read-only.")
    ] = None,
    samples: Annotated[bool, typer.Option("--samples", help="Open a copy of the sample scenes.")] = False,
) -> None:
    """Open a folder of images in the window."""
    from unetpp_desktop.gui.app import run

    if labels is not None and folder is None:
        raise UserError(f"--labels {labels} needs the FOLDER of the images.")
    if samples and folder is not None:
        raise UserError(f"--samples opens a folder of its own: leave {folder} or --samples out.")
    raise typer.Exit(run(folder, labels_folder=labels, samples=samples))


def tour(
    folder: Annotated[
        Path | None, typer.Argument(help="Images, or a CamVid data set; default: the sample scenes.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where report and screenshots go; default: a new folder.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="The part of the data set, such as val.")] = None,
    scenes: Annotated[int | None, typer.Option(min=2, help="Use only the first scenes.")] = None,
    correct: Annotated[int, typer.Option(min=1, help="How many scenes are corrected.")] = 3,
) -> None:
    """Play the whole loop offscreen on a copy: pre-label, correct, save, fine-tune, pre-label again."""
    from unetpp_desktop.gui.tour import TourOrder, play

    raise typer.Exit(play(TourOrder(folder, out, split, scenes, correct)))
