"""What the command line says and asks about engines and precisions."""

from typing import TYPE_CHECKING, Annotated

import typer

from unetpp_desktop.cli.console import complain

if TYPE_CHECKING:
    from unetpp_desktop.nn.explanation import Explanation

Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Engine = Annotated[str, typer.Option(help="auto, openvino or torch.")]
Precision = Annotated[
    str, typer.Option(help="auto, fp32, bf16 or int8; auto takes less than fp32 only where a test allows it.")
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Say on stderr which engine and precisions were taken, and why.")
]


def tell(explanation: "Explanation") -> None:
    """Prints to stderr what a predictor took, a line for each depth."""
    from unetpp_desktop.nn.explanation import lines_of

    for line in lines_of(explanation):
        complain(line)
