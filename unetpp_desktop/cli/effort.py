"""The command that compares ways to label scenes."""

from pathlib import Path
from typing import Annotated

import typer

from unetpp_desktop.cli.console import complain, progress_bar
from unetpp_desktop.cli.engines import Device
from unetpp_desktop.cli.learning import Data
from unetpp_desktop.core.resources import DEFAULT_MODEL


def effort(
    data: Data,
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = DEFAULT_MODEL,
    scenes: Annotated[int | None, typer.Option(min=1, help="How many scenes; default: all.")] = None,
    depth: Annotated[int, typer.Option(min=1, max=4)] = 4,
    split: Annotated[str | None, typer.Option(help="Default: val, where there is one.")] = None,
    modes: Annotated[str | None, typer.Option(help="Some of the modes, with commas between.")] = None,
    retrain_every: Annotated[int, typer.Option(min=1, help="Scenes between two trainings.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same seconds.")] = 0,
    speed: Annotated[
        float | None, typer.Option(min=1, help="Of the pointer, in screen pixels per second; default: 400.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write all points of the curves to this file.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the curves into this PNG file.")] = None,
    base_data: Annotated[
        Path | None, typer.Option(help="The CamVid data set that the model learnt from; trainings replay it.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, fractions of 1.")] = False,
    device: Device = "auto",
) -> None:
    """Simulate a person who labels scenes with true masks: how many seconds until they are right?"""
    from unetpp_desktop.tasks.base_data import BaseData
    from unetpp_desktop.tasks.effort.plot import write_plot
    from unetpp_desktop.tasks.effort.report import effort_table, report_of, write_csv
    from unetpp_desktop.tasks.effort.run import EffortOptions, measure_effort

    chosen = None if modes is None else tuple(name.strip() for name in modes.split(","))
    options = EffortOptions(
        model=model,
        scenes=scenes,
        depth=depth,
        retrain_every=retrain_every,
        seed=seed,
        modes=chosen,
        device=device,
        split=split,
        speed=speed,
        base_data=None if base_data is None else BaseData(base_data),
    )
    with progress_bar("Labelling") as progress:
        outcomes = measure_effort(data, options, progress, complain)
    print(report_of(outcomes).model_dump_json() if json else effort_table(outcomes), flush=True)
    if csv is not None:
        write_csv(outcomes, csv)
    if plot is not None:
        write_plot(outcomes, plot)
