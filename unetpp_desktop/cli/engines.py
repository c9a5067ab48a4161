"""What the command line says and asks about engines and precisions."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unetpp_desktop.cli.console import complain, progress_bar
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.resources import DEFAULT_MODEL

if TYPE_CHECKING:
    from unetpp_desktop.nn.explanation import Explanation

Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Engine = Annotated[str, typer.Option(help="auto, openvino or torch.")]
Precision = Annotated[
    str, typer.Option(help="auto, fp32, bf16 or int8; auto takes less than fp32 only where a test allows it.")
]
Memory = Annotated[
    int, typer.Option(help="MiB that a prediction may take; large images are predicted in tiles.")
]
Scale = Annotated[
    str,
    typer.Option(
        help="auto, 1, 0.75, 0.5 or 0.25: at what scale the network looks at images; "
        "auto: near the size of its training scenes."
    ),
]
Looks = Annotated[
    int,
    typer.Option(
        min=1,
        max=2,
        help="2: at a smaller copy of the image, too, which sees more and takes 1.5 times as long.",
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Say on stderr which engine and precisions were taken, and why.")
]


def tell(explanation: "Explanation") -> None:
    """Prints to stderr what a predictor took, a line for each depth."""
    from unetpp_desktop.nn.explanation import lines_of

    for line in lines_of(explanation):
        complain(line)


def quantise(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of images to make INT8 from; none: what was made before.")
    ] = None,
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = DEFAULT_MODEL,
    calibrate: Annotated[
        Path | None, typer.Option(help="Make INT8 from the images of this folder, and compare on the other.")
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="Where the masks are; default: FOLDER/labels.")] = None,
    use: Annotated[
        bool | None, typer.Option("--use/--no-use", help="Switch INT8 on or off without being asked.")
    ] = None,
) -> None:
    """Quantise a model to INT8 on your scenes, see what that loses, and switch it on or off."""
    from unetpp_desktop.tasks.quantise import int8_store_of, make_int8_of_folder, report_table

    if folder is None and calibrate is not None:
        raise UserError(f"--calibrate {calibrate} needs a FOLDER, on whose scenes INT8 is compared.")
    if folder is None and labels is not None:
        raise UserError(f"--labels {labels} needs the FOLDER of the images.")
    if folder is not None:
        with progress_bar("Quantising") as progress:
            make_int8_of_folder(folder, labels, model, calibrate, progress)
    store = int8_store_of(model, folder, labels)
    if store.report is not None:
        print(report_table(store.report))
    if use is None and folder is not None and sys.stdin.isatty():
        use = typer.confirm(f"Use INT8 of {model} wherever it is the fastest?")
    if use is not None:
        store.switch(use)
    print(f"INT8 of {model} is switched {'on' if store.switched_on else 'off'}.")
