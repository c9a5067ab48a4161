"""What a training step costs, and what each way to make it cheaper gains.

    .venv/bin/python -m bench.trainer [--filters 16,32,64,128,256] [--rounds 5] [--device cpu]

Every way trains the same network on the same crops, in turns, each in a process state of its own
making; the last one is how `unetpp-desktop train` does it. Prints, per way, the median seconds per
crop, how many times as fast as the first way that is, and which share of the measured matrix product of the
same precision the multiply-adds of the convolutions reach (a step counts three forward passes).
`--profile` lists afterwards where the time of the last way goes.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.cost import multiply_adds
from unetpp_desktop.nn.device import freed_memory_kept, resolve_device, trains_faster_in_bf16
from unetpp_desktop.nn.joined import JoinedConvolution, Upsampling
from unetpp_desktop.nn.learner import Learner, LearningRules
from unetpp_desktop.nn.matmul import matmul
from unetpp_desktop.nn.recipe import Recipe
from unetpp_desktop.nn.unetpp import UNetPlusPlus


@dataclass(frozen=True)
class Way:
    """How a step is computed."""

    name: str
    bf16: bool = False
    channels_last: bool = True
    memory_kept: bool = False
    joined: bool = False


WAYS = (
    Way("fp32, NCHW, every layer as it comes", channels_last=False),
    Way("fp32, channels last"),
    Way("bf16, channels last", bf16=True),
    Way("and freed memory kept", bf16=True, memory_kept=True),
    Way("and joined convolutions", bf16=True, memory_kept=True, joined=True),
)


@contextmanager
def plain_layers() -> Iterator[None]:
    """The network as it is without what `unetpp_desktop.nn.joined` does for gradients."""

    def convolve(layer: nn.Conv2d, *parts: Tensor) -> Tensor:
        joined = torch.cat(parts, 1) if len(parts) > 1 else parts[0]
        return F.conv2d(joined, layer.weight, layer.bias, padding=1)

    with (
        patch.object(JoinedConvolution, "forward", convolve),
        patch.object(Upsampling, "forward", nn.ConvTranspose2d.forward),
    ):
        yield


def stepper(
    way: Way, config: NetworkConfig, batch: int, crop: int, device: torch.device
) -> Callable[[], float]:
    """What makes one step and says how many seconds it took."""
    torch.manual_seed(0)
    palette = shipped_palette("camvid11")
    card = ModelCard(name="bench", palette=palette, network=config)
    rules = LearningRules(Recipe().head_weights, torch.ones(len(palette)), bf16=way.bf16)
    learner = Learner(UNetPlusPlus(config), card, rules, device)
    if not way.channels_last:
        learner.network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    images = torch.randint(0, 256, (batch, 3, crop, crop), dtype=torch.uint8, device=device)
    if way.channels_last:
        images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.randint(0, len(palette), (batch, crop, crop), device=device)

    def seconds() -> float:
        with ExitStack() as stack:
            if way.memory_kept:
                stack.enter_context(freed_memory_kept())
            if not way.joined:
                stack.enter_context(plain_layers())
            learner.step(images, labels, 1e-3).item()  # settles the memory
            start = time.perf_counter()
            learner.step(images, labels, 1e-3).item()
            return time.perf_counter() - start

    return seconds


def measure(
    ways: Sequence[Way], config: NetworkConfig, batch: int, crop: int, rounds: int, device: torch.device
) -> str:
    """A Markdown table of the ways, measured in turns with the matrix products."""
    steps = {way: stepper(way, config, batch, crop, device) for way in ways}
    precisions = {"bf16" if way.bf16 else "fp32" for way in ways}
    products = {precision: matmul(device.type, precision) for precision in precisions}
    seconds: dict[Way, list[float]] = {way: [] for way in ways}
    rates: dict[str, list[float]] = {precision: [] for precision in precisions}
    for _ in range(rounds):
        for precision, rate in products.items():
            rates[precision] += [rate() for _ in range(4)][1:]
        for way, step in steps.items():
            seconds[way].append(step() / batch)
    work = 3 * 2 * multiply_adds(config, config.depth, (crop, crop)) / 1e9
    lines = [
        "| way | seconds per crop | times as fast | share of the matrix product |",
        "| --- |" + " ---: |" * 3,
    ]
    first = statistics.median(seconds[ways[0]])
    for way, taken in seconds.items():
        middle = statistics.median(taken)
        share = work / middle / statistics.median(rates["bf16" if way.bf16 else "fp32"])
        lines.append(f"| {way.name} | {middle:.3f} | {first / middle:.2f} | {100 * share:.0f} % |")
    lines.append("")
    lines += [f"{name}: {statistics.median(found):.0f} GFLOP/s measured" for name, found in rates.items()]
    return "\n".join(lines)


def where_time_goes(step: Callable[[], float], device: torch.device) -> str:
    """The ten operations that take longest, with their shares."""
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if device.type == "cuda" else [])]
    with profile(activities=activities) as record:
        step()
    events = record.key_averages()

    def key(event: object) -> float:
        return float(getattr(event, f"self_{_clock(device)}_time_total"))

    whole = sum(key(event) for event in events)
    longest = sorted(events, key=key, reverse=True)[:10]
    return "\n".join(f"{100 * key(event) / whole:5.1f} %  {event.key}" for event in longest)


def _clock(device: torch.device) -> str:
    return "device" if device.type == "cuda" else "cpu"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--filters", default="16,32,64,128,256")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--crop", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--profile", action="store_true")
    words = parser.parse_args()
    device = resolve_device(words.device)
    filters = tuple(int(part) for part in words.filters.split(","))
    config = NetworkConfig(filters=filters, classes=len(shipped_palette("camvid11")))
    ways = tuple(way for way in WAYS if not way.bf16 or trains_faster_in_bf16(device))
    print(f"{torch.get_num_threads()} threads, {words.batch} crops of {words.crop} x {words.crop} a step\n")
    print(measure(ways, config, words.batch, words.crop, words.rounds, device))
    if words.profile:
        print(f"\n{where_time_goes(stepper(ways[-1], config, words.batch, words.crop, device), device)}")


if __name__ == "__main__":
    main()
