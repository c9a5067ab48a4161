"""Commands that label the scenes of a folder without a window."""

from pathlib import Path
from typing import Annotated

import typer

from unetpp_desktop.cli.console import complain, progress_bar
from unetpp_desktop.cli.engines import Device, Engine, Explain, Looks, Memory, Precision, Scale, tell
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.resources import DEFAULT_MODEL

Folder = Annotated[Path, typer.Argument(help="A folder of images.")]
Labels = Annotated[Path | None, typer.Option(help="Where the masks are; default: FOLDER/labels.")]


def prelabel(
    folder: Folder,
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = DEFAULT_MODEL,
    depth: Annotated[int, typer.Option(min=1, max=4)] = 4,
    device: Device = "auto",
    engine: Engine = "auto",
    precision: Precision = "auto",
    memory: Memory = 2048,
    scale: Scale = "auto",
    looks: Looks = 2,
    explain: Explain = False,
    labels: Labels = None,
) -> None:
    """Pre-label every scene of a folder; pixels that a person checked stay."""
    from unetpp_desktop.tasks.prelabel import prelabel_folder

    with progress_bar("Pre-labelling") as progress:
        report = prelabel_folder(
            folder, labels, model, depth, device, progress, engine, precision, memory, scale, looks
        )
    if explain and report.explanation is not None:
        tell(report.explanation)
    for problem in report.problems:
        complain(problem)
    print(f"{report.done} scenes pre-labelled in {folder}")
    if report.problems and not report.done:
        raise typer.Exit(1)


def finetune(
    folder: Folder,
    model: Annotated[
        str, typer.Option(help="The model in use, which the new one has to match.")
    ] = DEFAULT_MODEL,
    steps: Annotated[int | None, typer.Option(min=1)] = None,
    device: Device = "auto",
    labels: Labels = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="Start from --model even where it is fine-tuned itself.")
    ] = False,
    base_data: Annotated[
        Path | None,
        typer.Option(
            help="The CamVid data set that the model learnt from: replayed, so that it forgets less."
        ),
    ] = None,
    base_split: Annotated[
        str | None, typer.Option(help="The part of --base-data that it learnt from; default: train.")
    ] = None,
    scale: Scale = "auto",
) -> None:
    """Fine-tune a model on the pixels of a folder that a person painted or checked.

    Starts from the model that --model goes back to. A new model that got worse is kept, but refused.
    """
    from unetpp_desktop.tasks.base_data import BaseData
    from unetpp_desktop.tasks.comparison_table import comparison_table
    from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune_folder

    if base_split is not None and base_data is None:
        raise UserError("--base-split says which part of --base-data is meant. Give that, too.")
    data = None if base_data is None else BaseData(base_data, base_split)
    options = FinetuneOptions(steps=steps, seed=seed, from_chosen=go_on, base_data=data, scale=scale)
    with progress_bar("Fine-tuning") as progress:
        result = finetune_folder(folder, labels, model, options, device, progress)
    for sentence in (*result.problems, *result.remarks):
        complain(sentence)
    print(comparison_table(result))
    if result.refused is not None:
        print(f"Refused: {result.refused}")
    print(
        f"{result.candidate.folder}: mIoU {result.before.miou:.3f} before, {result.after.miou:.3f} after, "
        f"on {result.compared_on}"
    )


def advise(
    folder: Folder,
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = DEFAULT_MODEL,
    device: Device = "auto",
    labels: Labels = None,
) -> None:
    """Measure each depth of a model on this machine and on the corrected scenes of a folder."""
    from unetpp_desktop.tasks.adviser import advice_table, advise_folder

    with progress_bar("Measuring the depths") as progress:
        advice = advise_folder(folder, labels, model, device, progress)
    print(advice_table(advice))


def export(
    folder: Folder,
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    plain: Annotated[bool, typer.Option("--plain", help="Index PNGs (void 255) instead of CamVid.")] = False,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Also scenes that are not done, with what was predicted.")
    ] = False,
    labels: Labels = None,
) -> None:
    """Write the masks that are done as a SegNet CamVid data set (void 11), or as plain index PNGs."""
    from unetpp_desktop.storage.export import export_camvid, export_index_png
    from unetpp_desktop.storage.project import Project

    project = Project.open(folder, labels)
    with progress_bar("Exporting") as progress:
        report = (export_index_png if plain else export_camvid)(project, out, progress, unchecked)
    for sentence in report.skipped:
        complain(sentence)
    print(f"{report.written} scenes in {out}")
    if not report.written:
        raise typer.Exit(1)
