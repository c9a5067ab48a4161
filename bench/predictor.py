"""Engines, precisions and depths of the papers' network next to plain PyTorch: python -m bench.predictor.

Runs `unetpp-desktop benchmark` for filters 32 to 512, and again for the shipped model on PyTorch alone with
oneDNN held to older processors, where the app must not take what is slower than fp32. Takes some four
minutes. Writes build/bench-predictor.json and, with --write, the section of this processor in
docs/benchmarks.md.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.sections import load_words, markdown_table, publish
from unetpp_desktop.tasks.benchmark_report import BenchmarkReport, BenchmarkRow
from unetpp_desktop.tasks.contenders import PLAIN

_OUT = Path("build/bench-predictor.json")
_TIME_MARGIN = 0.10
_MEMORY_AIMS = {1: 0.55, 2: 0.70, 3: 0.85}
_OLDER = ("AVX2", "AVX512_CORE_VNNI")  # of oneDNN: processors without hardware for bf16


def run(words: Sequence[str], isa: str | None = None) -> BenchmarkReport:
    """What the command prints as JSON, with oneDNN held to the instructions ``isa``."""
    command = [sys.executable, "-m", "unetpp_desktop", "benchmark", "--json", *words]
    environment = os.environ | ({} if isa is None else {"ONEDNN_MAX_CPU_ISA": isa})
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return BenchmarkReport.model_validate_json(done.stdout)


def main_table(report: BenchmarkReport) -> str:
    """All rows; shares are of depth 4 of the same engine and precision."""
    deepest = max(row.depth for row in report.rows)
    whole = {(row.engine, row.precision): row for row in report.rows if row.depth == deepest}

    def cells(row: BenchmarkRow) -> tuple[str, ...]:
        last = whole[row.engine, row.precision]
        memory = "-" if row.peak_mib is None else f"{row.peak_mib:.0f}"
        shares = f"{100 * row.ms_p50 / last.ms_p50:.0f} / {100 * row.gmac / last.gmac:.0f}"
        memories = "-"
        if row.peak_mib is not None and last.peak_mib is not None:
            memories = f"{100 * row.peak_mib / last.peak_mib:.0f}"
        return (
            f"**{row.engine}**" if row.default else row.engine,
            f"**{row.precision}**" if row.default else row.precision,
            str(row.depth),
            f"{row.ms_p50:.0f} / {row.ms_p95:.0f}",
            f"{row.ratio_to_plain:.1f}",
            "-" if row.share_of_matmul is None else f"{100 * row.share_of_matmul:.0f}",
            shares,
            memory,
            memories,
        )

    head = (
        "engine",
        "precision",
        "depth",
        "ms p50 / p95",
        "x plain",
        "% of matmul",
        "% of depth 4: time / work",
        "peak MiB",
        "% of depth 4",
    )
    return markdown_table(head, [cells(row) for row in report.rows], words=2)


def older_table(reports: dict[str, BenchmarkReport]) -> str:
    """What the app takes with PyTorch on older processors, next to the best fp32 way."""
    rows = []
    for isa, report in reports.items():
        for default in (row for row in report.rows if row.default):
            same = [row for row in report.rows if row.depth == default.depth]
            exact = min(row.ms_p50 for row in same if row.precision == "fp32")
            bf16 = next((f"{row.ms_p50:.0f}" for row in same if row.precision == "bf16"), "-")
            plain = next(row.ms_p50 for row in same if row.engine == PLAIN)
            rows.append(
                (
                    isa,
                    str(default.depth),
                    f"{plain:.0f}",
                    f"{exact:.0f}",
                    bf16,
                    default.precision,
                    f"{default.ms_p50:.0f}",
                )
            )
    head = ("ONEDNN_MAX_CPU_ISA", "depth", "plain, ms", "best fp32, ms", "bf16, ms", "taken", "ms")
    return markdown_table(head, rows, words=1)


def judgement(report: BenchmarkReport) -> str:
    """The aims, and what became of them in this run."""
    chosen = {row.depth: row for row in report.rows if row.default}
    int8 = next((row for row in report.rows if row.precision == "int8" and row.depth == max(chosen)), None)
    deepest = chosen[max(chosen)]
    missed = []
    for depth, most_memory in _MEMORY_AIMS.items():
        row = chosen.get(depth)
        if row is None or depth >= deepest.depth:
            continue
        time, work = row.ms_p50 / deepest.ms_p50, row.gmac / deepest.gmac
        if time > work + _TIME_MARGIN:
            missed.append(
                f"depth {depth} takes {100 * time:.0f} % of the time for {100 * work:.0f} % of the work"
            )
        if row.peak_mib is not None and deepest.peak_mib and row.peak_mib / deepest.peak_mib > most_memory:
            missed.append(f"depth {depth} takes {100 * row.peak_mib / deepest.peak_mib:.0f} % of the memory")
    share = "-" if deepest.share_of_matmul is None else f"{100 * deepest.share_of_matmul:.0f}"
    faster = "" if int8 is None else f", INT8 {int8.ratio_to_plain:.1f} times (aim with AMX: 15)"
    pruning = f"Missed: {'; '.join(missed)}" if missed else "All of that is reached"
    return (
        f"At depth {deepest.depth} the app is {deepest.ratio_to_plain:.1f} times as fast as the plain way "
        f"(aim with AMX: 10) at {share} % of the rate of a matrix product{faster}. A shallower depth is to "
        "take no more of the time of depth 4 than its share of the multiply-adds and 10 points, and no more "
        f"than 55, 70 and 85 % of its memory. {pruning}."
    )


def section(report: BenchmarkReport, older: dict[str, BenchmarkReport], repeats: int) -> str:
    """The figures as the documentation shows them."""
    machine = report.machine
    rates = ", ".join(f"{rate:.0f} in {precision}" for precision, rate in machine.gflops.items())
    left_out = "".join(f" Not measured: {sentence}" for sentence in report.left_out)
    height, width = report.rows[0].height, report.rows[0].width
    return (
        f"### On {machine.processor}\n\n"
        f"`python -m bench.predictor --write`: {report.model}, chance weights, {height} x {width} pixels, "
        f"{machine.cores} cores, load {load_words(machine.load)} before; "
        f"torch {machine.torch}, OpenVINO {machine.openvino}; matrix product {rates} GFLOP/s. "
        f"Medians of {repeats} rounds, two images each; bold is what the app takes by itself.{left_out}\n\n"
        + main_table(report)
        + f"\n\n{judgement(report)}\n\n"
        "The shipped model with PyTorch alone, oneDNN held to older processors; what is taken is to be no "
        "slower than the best fp32 way:\n\n" + older_table(older)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filters", default="32,64,128,256,512")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()
    report = run(["--filters", arguments.filters, "--repeats", str(arguments.repeats)])
    older = {isa: run(["--engine", "torch", "--device", "cpu", "--repeats", "3"], isa) for isa in _OLDER}
    reports = {"predictor": report} | older
    result = {name: found.model_dump() for name, found in reports.items()}
    text = section(report, older, arguments.repeats)
    publish(f"predictor on {report.machine.processor}", result, _OUT, text, arguments.write)


if __name__ == "__main__":
    main()
