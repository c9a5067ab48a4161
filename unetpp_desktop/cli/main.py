"""The command line: ``unetpp-desktop [FOLDER]`` or one of the commands below.

Every heavy import waits until its command runs, so that ``--help`` answers at once.
"""

import functools
import io
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

import unetpp_desktop
from unetpp_desktop.cli.console import complain
from unetpp_desktop.cli.effort import effort
from unetpp_desktop.cli.engines import quantise
from unetpp_desktop.cli.labelling import advise, export, finetune, prelabel
from unetpp_desktop.cli.learning import evaluate, samples, train
from unetpp_desktop.cli.measuring import benchmark, calibrate
from unetpp_desktop.cli.window import open_window, tour
from unetpp_desktop.core.errors import Cancelled, UserError

_OPEN = "open"

app = typer.Typer(
    help="Label scenes pixel by pixel with a U-Net++ that learns from your corrections. "
    "`unetpp-desktop FOLDER` opens a folder of images.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _stoppable(command: Callable[..., None]) -> Callable[..., None]:
    """Typer would catch Ctrl-C itself, and end with a word and a status of its own."""

    @functools.wraps(command)
    def run(*words: Any, **options: Any) -> None:
        try:
            command(*words, **options)
        except KeyboardInterrupt as error:
            raise Cancelled from error

    return run


app.command(_OPEN)(_stoppable(open_window))
for command in (
    tour,
    samples,
    prelabel,
    finetune,
    advise,
    export,
    train,
    evaluate,
    quantise,
    calibrate,
    benchmark,
    effort,
):
    app.command()(_stoppable(command))


def arguments_with_command(arguments: list[str]) -> list[str]:
    """Puts the command "open" before a folder, or where there is no argument at all."""
    names = {entry.name or entry.callback.__name__ for entry in app.registered_commands if entry.callback}
    first = arguments[0] if arguments else None
    if first in names or first in ("--help", "--version"):
        return arguments
    return [_OPEN, *arguments]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(unetpp_desktop.__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", is_eager=True, callback=_print_version
    ),
) -> None:
    """Only --version works without a command."""


def main() -> None:
    """The console script: exit status 1 for what the user can mend, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may hold what it cannot print
    try:
        app(arguments_with_command(sys.argv[1:]))
    except UserError as error:
        complain(str(error))
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        complain(f"{os.fspath(error.filename)}: {error.strerror}. Check the path and its permissions.")
        sys.exit(1)
    except Cancelled:
        complain("interrupted.")
        sys.exit(130)
