"""What the terminal shows: progress bars, and one sentence for each mistake of the user's."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from unetpp_desktop.core.progress import Progress


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A bar on stderr with the share done, the note and the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),  # names may hold square brackets
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None, note="")

        def progress(done: int, total: int, note: str) -> None:
            bars.update(task, completed=done, total=total or None, note=note)

        yield progress


def complain(sentence: str) -> None:
    """Prints one problem to stderr."""
    print(f"unetpp-desktop: {sentence}", file=sys.stderr)
