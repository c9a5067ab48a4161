"""What a benchmark found, as values for JSON and as a table."""

from collections.abc import Sequence

from pydantic import BaseModel


class Machine(BaseModel):
    """Where it was measured; ``gflops`` is the rate of a matrix product, by precision."""

    processor: str
    cores: int
    device: str
    system: str
    python: str
    torch: str
    openvino: str | None
    load: float | None
    gflops: dict[str, float]


class BenchmarkRow(BaseModel):
    """One way to label one image. ``ratio_to_plain`` is how many times as fast as the plain way.

    ``peak_mib`` is above the idle process, None where it was not measured. ``share_of_matmul`` is the
    arithmetic done, as a share of the rate of a matrix product in the same precision; None where
    that rate is unknown. ``default`` marks what the app takes by itself; for chance
    weights, which say nothing of the agreement with fp32, the faster of fp32 and bf16.
    """

    engine: str
    precision: str
    depth: int
    height: int
    width: int
    ms_p50: float
    ms_p95: float
    peak_mib: float | None
    ratio_to_plain: float
    gmac: float
    share_of_matmul: float | None
    default: bool


class FolderRow(BaseModel):
    """A folder labelled by the default engine, in images per second.

    ``per_second`` with reading and writing; ``review_per_second`` what the network alone reaches where it is
    asked the same, as many images at once; ``network_per_second`` what it reaches where it is asked for the
    classes of one image after the other.
    """

    depth: int
    images: int
    per_second: float
    review_per_second: float
    network_per_second: float


class BenchmarkReport(BaseModel):
    """All rows of one run, and one sentence for each way that was left out."""

    machine: Machine
    model: str
    rows: list[BenchmarkRow]
    folder: list[FolderRow] = []
    left_out: list[str] = []


_HEAD = (
    "engine",
    "precision",
    "depth",
    "ms p50",
    "ms p95",
    "images/s",
    "peak MiB",
    "x plain",
    "GMAC",
    "% matmul",
)


def report_table(report: BenchmarkReport) -> str:
    """The report as plain text; a * marks what the app takes by itself."""
    machine = report.machine
    rates = ", ".join(f"{precision} {rate:.0f}" for precision, rate in machine.gflops.items())
    first = report.rows[0]
    lines = [
        f"{report.model}, {first.height} x {first.width} pixels, on {machine.processor}, "
        f"{machine.cores} cores, {machine.device}",
        f"matrix product: {rates} GFLOP/s",
        *_aligned([_HEAD, *map(_cells, report.rows)]),
    ]
    lines += [f"not measured: {sentence}" for sentence in report.left_out]
    lines += [
        f"folder of {row.images} images, depth {row.depth}: {row.per_second:.2f} images/s, "
        f"{100 * row.per_second / row.review_per_second:.0f} % of what the network alone reaches with "
        f"runners-up and uncertainty, {100 * row.per_second / row.network_per_second:.0f} % of what it "
        "reaches without, one image after the other"
        for row in report.folder
    ]
    return "\n".join(lines)


def _cells(row: BenchmarkRow) -> tuple[str, ...]:
    return (
        row.engine,
        row.precision + (" *" if row.default else ""),
        str(row.depth),
        f"{row.ms_p50:.1f}",
        f"{row.ms_p95:.1f}",
        f"{1000 / row.ms_p50:.1f}",
        "-" if row.peak_mib is None else f"{row.peak_mib:.0f}",
        f"{row.ratio_to_plain:.2f}",
        f"{row.gmac:.1f}",
        "-" if row.share_of_matmul is None else f"{100 * row.share_of_matmul:.0f}",
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    words = 2  # columns of words, aligned on the left
    return [
        "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
