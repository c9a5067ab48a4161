"""A benchmark as a picture."""

from itertools import groupby
from pathlib import Path

from unetpp_desktop.storage.bar_chart import Bar, BarGroup, draw_bars
from unetpp_desktop.tasks.benchmark_report import BenchmarkReport, BenchmarkRow
from unetpp_desktop.tasks.contenders import PLAIN


def draw_report(report: BenchmarkReport, path: Path) -> None:
    """Draws milliseconds per image, a group of bars for each depth; raises as `draw_bars` does."""
    first = report.rows[0]
    groups = [
        BarGroup(f"Depth {depth}", [_bar(row) for row in rows])
        for depth, rows in groupby(report.rows, lambda row: row.depth)
    ]
    title = f"{report.model}: ms per image of {first.height} x {first.width} pixels"
    machine = report.machine
    subtitle = f"{machine.processor}, {machine.cores} cores, {machine.device}. Dark: what the app takes."
    draw_bars(title, subtitle, groups, path)


def _bar(row: BenchmarkRow) -> Bar:
    color = "plain" if row.engine == PLAIN else "chosen" if row.default else "other"
    ratio = "" if row.engine == PLAIN else f", {row.ratio_to_plain:.1f} x plain"
    return Bar(f"{row.engine} {row.precision}", row.ms_p50, f"{row.ms_p50:.0f} ms{ratio}", color)
