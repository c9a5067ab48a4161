"""The parts of docs/benchmarks.md that a bench writes by itself."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from unetpp_desktop.tasks.machine import processor_name, usable_cores

_DOCUMENT = Path("docs/benchmarks.md")


def replace_section(name: str, text: str, document: Path = _DOCUMENT) -> None:
    """Puts ``text`` between the lines ``<!-- NAME -->`` and ``<!-- end of NAME -->``.

    Adds both at the end of a document that lacks them.
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    old = document.read_text(encoding="utf-8")
    new = f"{begin}{text.strip()}\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    found = pattern.search(old)
    written = pattern.sub(lambda _: new, old) if found else f"{old.rstrip()}\n\n{new}"
    document.write_text(written, encoding="utf-8")


def publish(name: str, result: Mapping[str, Any], out: Path, text: str, write: bool) -> None:
    """Keeps ``result`` as JSON in ``out`` and prints ``text``; with ``write`` that is section ``name``."""
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(result, indent=2) + "\n")
    print(text)
    if write:
        replace_section(name, text)


def machine_facts(load_before: float | None) -> dict[str, Any]:
    """What a result says of the machine, as its first entries; `load_words` puts the load into words."""
    return {"processor": processor_name(), "cores": usable_cores(), "load": load_before}


def load_words(load: float | None) -> str:
    return "unknown" if load is None else f"{load:.1f}"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> str:
    """A table whose first ``words`` columns are words; the others are numbers and stand on the right."""
    rule = [" --- " if place < words else " ---: " for place in range(len(head))]
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], f"|{'|'.join(rule)}|", *lines[1:]])
