"""What the benches write into the documentation."""

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from bench import peers, predictor, startup
from bench.plain_unet import PlainUNet, equal_filters, plain_multiply_adds
from bench.sections import markdown_table, replace_section
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.cost import multiply_adds
from unetpp_desktop.tasks.benchmark_report import BenchmarkReport, BenchmarkRow, Machine


def test_a_section_is_added_then_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text("# Benchmarks\n\nBy hand.\n")
    replace_section("peers", "old", document)
    replace_section("start", "other", document)
    assert document.read_text() == (
        "# Benchmarks\n\nBy hand.\n\n<!-- peers -->\nold\n<!-- end of peers -->\n"
        "\n<!-- start -->\nother\n<!-- end of start -->\n"
    )
    replace_section("peers", r"new \1 \n", document)
    assert document.read_text() == (
        "# Benchmarks\n\nBy hand.\n\n<!-- peers -->\nnew \\1 \\n\n<!-- end of peers -->\n"
        "\n<!-- start -->\nother\n<!-- end of start -->\n"
    )


def test_numbers_stand_on_the_right() -> None:
    table = markdown_table(("what", "ms"), [("a", "1"), ("b", "22")], words=1)
    assert table == "| what | ms |\n| --- | ---: |\n| a | 1 |\n| b | 22 |"


def _report(shallow_ms: float, shallow_mib: float) -> BenchmarkReport:
    """Depth 1, which does a tenth of the work of depth 4, and depth 4."""

    def row(engine: str, depth: int, ms: float, mib: float, default: bool) -> BenchmarkRow:
        return BenchmarkRow(
            engine=engine,
            precision="fp32",
            depth=depth,
            height=64,
            width=64,
            ms_p50=ms,
            ms_p95=ms,
            peak_mib=mib,
            ratio_to_plain=300 / ms,
            gmac={1: 1.0, 4: 10.0}[depth],
            share_of_matmul=0.5,
            default=default,
        )

    machine = Machine(
        processor="one",
        cores=2,
        device="cpu",
        system="",
        python="",
        torch="2",
        openvino=None,
        load=0.1,
        gflops={"fp32": 100.0},
    )
    rows = [row("plain", 1, 90, 90, False), row("torch", 1, shallow_ms, shallow_mib, True)]
    rows += [row("plain", 4, 300, 300, False), row("torch", 4, 100, 100, True)]
    return BenchmarkReport(machine=machine, model="fresh", rows=rows)


def test_the_bench_of_the_predictor_judges_its_figures() -> None:
    good, bad = _report(19, 54), _report(21, 56)
    assert "3.0 times as fast" in predictor.judgement(good)
    assert "All of that is reached" in predictor.judgement(good)
    assert "Missed: depth 1 takes 21 % of the time" in predictor.judgement(bad)
    assert "depth 1 takes 56 % of the memory" in predictor.judgement(bad)
    text = predictor.section(good, {"AVX2": good}, 5)
    assert "| **torch** | **fp32** | 4 | 100 / 100 | 3.0 | 50 | 100 / 100 | 100 | 100 |" in text
    assert "| AVX2 | 1 | 90 | 19 | - | fp32 | 19 |" in text


def test_the_other_benches_show_what_they_found() -> None:
    about = {"processor": "one", "cores": 2, "load": 0.1}
    row = {"peer": "monai", "height": 64, "width": 80, "engine": "openvino", "precision": "bf16", "depth": 4}
    found = about | {"rounds": 5, "peers": {"monai": "MONAI"}, "problems": {"smp": "no module"}}
    found |= {"rows": [row | {"ms_ours": 10.0, "ms_peer": 40.0, "ratio": 4.0}]}
    assert "| monai | 64x80 | bf16 | 4 | 10 | 40 | 4.0 |" in peers.section(found)
    assert "smp could not be used: no module." in peers.section(found)
    starts = [
        {"what": name, "cache": "warm", "ms_p50": 1, "ms_max": 2, "loaded": []} for name in startup.SCRIPTS
    ]
    assert "| window shown | none | 1 / 2 | - |" in startup.section(about | {"runs": 7, "rows": starts})


@pytest.mark.parametrize("dilations", [(), (0, 2, 2)])
def test_the_plain_unet_takes_as_much_work_as_ours(dilations: tuple[int, ...]) -> None:
    ours = NetworkConfig(filters=(12, 24, 48), classes=11, dilations=dilations)
    plain = equal_filters(ours)
    network = PlainUNet(plain).eval()
    with FlopCounterMode(display=False) as counted, torch.no_grad():
        logits = network(torch.zeros(1, 3, 256, 256))
    assert list(logits) == [2]
    assert counted.get_total_flops() // 2 == plain_multiply_adds(plain, (256, 256))
    assert 0.8 < plain_multiply_adds(plain, (256, 256)) / multiply_adds(ours, 2, (256, 256)) <= 1
