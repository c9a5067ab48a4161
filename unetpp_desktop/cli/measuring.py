"""The commands that measure how fast networks label here, and how well they know their errors."""

from pathlib import Path
from typing import Annotated

import typer

from unetpp_desktop.cli.console import complain, progress_bar
from unetpp_desktop.cli.engines import Device, Engine, Precision
from unetpp_desktop.core.resources import DEFAULT_MODEL


def benchmark(
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = DEFAULT_MODEL,
    filters: Annotated[
        str | None,
        typer.Option(
            help="Measure a network of these channels with chance weights, such as 32,64,128,256,512."
        ),
    ] = None,
    size: Annotated[str, typer.Option(help="Height and width of the image, in pixels.")] = "368x480",
    depth: Annotated[str, typer.Option(help="1, 2, 3, 4 or all.")] = "all",
    device: Device = "auto",
    engine: Engine = "auto",
    repeats: Annotated[int, typer.Option(min=1, help="Rounds over all rows, two images each.")] = 5,
    folder: Annotated[
        Path | None,
        typer.Option(help="Also label these images, as pre-labelling does; the folder is only read."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the rows into this PNG.")] = None,
) -> None:
    """Measure every engine, precision and depth on this machine, next to plain PyTorch.

    Rows take turns, so that whatever else the machine does falls on all of them alike: compare the
    ratios. "x plain" is how many times as fast as PyTorch in fp32, called as everybody calls it.
    """
    from unetpp_desktop.tasks.benchmark import BenchmarkOptions, image_size, run_benchmark
    from unetpp_desktop.tasks.benchmark_report import report_table

    options = BenchmarkOptions(model, filters, image_size(size), depth, device, engine, repeats, folder)
    with progress_bar("Measuring") as progress:
        report = run_benchmark(options, progress)
    print(report.model_dump_json(indent=2) if json else report_table(report), flush=True)
    if plot is not None:
        from unetpp_desktop.tasks.benchmark_plot import draw_report

        draw_report(report, plot)


def calibrate(
    data: Annotated[Path, typer.Argument(help="A CamVid data set: SegNet, original or Kaggle layout.")],
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = DEFAULT_MODEL,
    split: Annotated[
        str | None, typer.Option(help="A part of the data set that the model has not learnt from.")
    ] = None,
    device: Device = "auto",
    engine: Engine = "auto",
    precision: Precision = "auto",
    write_card: Annotated[
        bool, typer.Option("--write-card", help="Keep the error rates in the model's card.")
    ] = False,
) -> None:
    """Measure how often pixels of each uncertainty are wrong, so that the review can count on it.

    The rates are fitted to the first half of the split and measured on the second.
    """
    from unetpp_desktop.tasks.calibrate import calibrate_on, calibration_table

    with progress_bar("Calibrating") as progress:
        report = calibrate_on(data, model, split, device, progress, complain, engine, precision)
    print(calibration_table(report), flush=True)
    if write_card:
        report.write_into_card()
