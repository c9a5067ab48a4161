"""Commands that train and measure networks, and draw scenes to do it on."""

from pathlib import Path
from typing import Annotated

import typer

from unetpp_desktop.cli.console import complain, progress_bar
from unetpp_desktop.cli.engines import Device, Engine, Explain, Looks, Memory, Precision, Scale, tell
from unetpp_desktop.core.resources import DEFAULT_MODEL

Data = Annotated[Path, typer.Argument(help="A CamVid data set: SegNet, original or Kaggle layout.")]
Split = Annotated[str | None, typer.Option(help="The part of the data set; needed where there are several.")]


def samples(
    folder: Annotated[Path, typer.Argument(help="Where the data set goes (SegNet CamVid layout).")],
    count: Annotated[int, typer.Option(min=1, help="How many scenes.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same scenes.")] = 0,
    height: Annotated[int, typer.Option(min=64)] = 360,
    width: Annotated[int, typer.Option(min=64)] = 480,
) -> None:
    """Draw street scenes with exact CamVid masks."""
    from unetpp_desktop.storage.street import write_samples

    with progress_bar("Drawing") as progress:
        write_samples(folder, count, seed, progress, height, width)
    print(f"{count} scenes in {folder}")


def train(
    data: Data,
    out: Annotated[Path, typer.Option(help="The model folder: checkpoint, log, weights and card.")],
    resume: Annotated[bool, typer.Option("--resume", help="Continue the training in --out.")] = False,
    max_minutes: Annotated[
        float | None,
        typer.Option(help="Stop after the epoch that passes this; from the start of the command."),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="In all; default 60. With --resume it can be another number.")
    ] = None,
    filters: Annotated[
        str | None,
        typer.Option(help="Channels of each row, full resolution first; default 16,32,64,128,256."),
    ] = None,
    block: Annotated[str | None, typer.Option(help="plain (the default) or residual.")] = None,
    dilations: Annotated[
        str | None,
        typer.Option(help="Of a further convolution in each row of the encoder; 0 or not said: none."),
    ] = None,
    generated: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of crops from drawn scenes; default 0.05.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Default 0.")] = None,
    split: Annotated[str, typer.Option(help="The part to train on.")] = "train",
    device: Device = "auto",
    start_from: Annotated[
        str | None,
        typer.Option(help="Begin with the weights of this model; it sets filters, block and dilations."),
    ] = None,
    rate: Annotated[float | None, typer.Option(min=0, help="Highest learning rate; default 0.002.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Another setting of the recipe, such as dice=1.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the loss and the mIoU on val into this PNG file.")
    ] = None,
) -> None:
    """Train a U-Net++, from scratch or on from a model.

    Ctrl-C and --max-minutes keep the last whole epoch; --resume goes on from there, with the settings
    that the training was begun with. It is saved once a minute: a kill loses what came after that.
    """
    from unetpp_desktop.tasks.train import TrainOptions, train_on
    from unetpp_desktop.tasks.training_plot import write_curves

    options = TrainOptions(
        filters,
        block,
        dilations,
        epochs,
        generated,
        seed,
        split,
        device,
        resume,
        max_minutes,
        start_from,
        rate,
        tuple(settings or ()),
    )
    with progress_bar("Training") as progress:
        end = train_on(data, out, options, progress, lambda line: print(line, flush=True), complain)
    state = "finished" if end.finished else "stopped; go on with --resume"
    print(f"{end.model.folder}: {len(end.log)} epochs, {state}")
    if plot is not None:
        write_curves(end.log, plot)


def evaluate(
    data: Data,
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = DEFAULT_MODEL,
    depth: Annotated[str, typer.Option(help="1, 2, 3, 4 or all.")] = "all",
    split: Split = None,
    device: Device = "auto",
    engine: Engine = "auto",
    precision: Precision = "auto",
    memory: Memory = 2048,
    scale: Scale = "auto",
    looks: Looks = 2,
    explain: Explain = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, fractions of 1.")] = False,
    write_card: Annotated[
        bool, typer.Option("--write-card", help="Keep the figures in the model's card.")
    ] = False,
    pictures: Annotated[
        Path | None, typer.Option(help="Draw the ten worst scenes and their wrong pixels into this folder.")
    ] = None,
) -> None:
    """Measure a model on true masks: mIoU, per-class IoU, pixel accuracy, ms per image, what is mixed up."""
    from unetpp_desktop.nn.predictor import open_predictor
    from unetpp_desktop.nn.registry import resolve_model
    from unetpp_desktop.tasks.error_pictures import draw_worst_scenes
    from unetpp_desktop.tasks.evaluate import evaluate_on, report_table

    with progress_bar("Evaluating") as progress:
        report = evaluate_on(
            data, model, depth, split, device, progress, complain, engine, precision, memory, scale, looks
        )
    if explain:
        tell(report.explanation)
    print(report.model_dump_json(indent=2) if json else report_table(report), flush=True)
    if write_card:
        report.write_into_card(model)
    if pictures is not None:
        predictor = open_predictor(resolve_model(model), device, engine, precision, memory, scale, looks)
        with progress_bar("Drawing") as progress:
            draw_worst_scenes(data, split, report, predictor, pictures, progress)
