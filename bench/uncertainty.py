"""How well the uncertainty finds errors, and what it costs: python -m bench.uncertainty CAMVID.

    .venv/bin/python -m bench.uncertainty CAMVID [--model light] [--splits hold-out,val] [--scenes 0]

For each split and depth: the area under the ROC curve (AUROC, in percent) of several measures against the
true errors of the depth's labels, void left out, at every second pixel of every second row. All measures are
made of the same logits in fp32. Then how well the queue of `tasks.review` finds the wrong pixels, and how
long a prediction takes with and without the uncertainty, in turns. The shipped model has learnt from
all of train: its hold-out is only held out of what was chosen here. Writes build/uncertainty.json.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bench.uncertainty_queue import QueueShares, queue_shares
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.error_rates import area_under_roc
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry, resolve_model
from unetpp_desktop.nn.uncertainty import head_weights
from unetpp_desktop.nn.weights import image_tensor, load_network, normalise
from unetpp_desktop.storage.camvid import open_dataset
from unetpp_desktop.tasks.datasets import pairs_of_split, source_of

_BINS = 1 << 14
_SOME = (slice(None, None, 2), slice(None, None, 2))  # pixels: neighbours say much the same
_TINY = 1e-12
_RESULT = Path("build/uncertainty.json")

Shares = Sequence[Tensor]
"""The heads' probabilities ``(classes, H, W)``, shallowest first; the last head decides."""
Measure = Callable[[Shares], Tensor]
"""From 0, sure, to 1: ``(H, W)``."""


def _entropy(shares: Tensor) -> Tensor:
    most = float(np.log(shares.shape[0]))
    return -(shares * (shares + _TINY).log()).sum(0) / most


def _arithmetic(shares: Shares, weights: Sequence[float]) -> Tensor:
    return torch.stack([weight * share for weight, share in zip(weights, shares, strict=True)]).sum(0)


def _divergence(shares: Shares, weights: Sequence[float]) -> Tensor:
    """Jensen-Shannon: the entropy of the mean less the mean of the entropies."""
    apart = [weight * _entropy(share) for weight, share in zip(weights, shares, strict=True)]
    return _entropy(_arithmetic(shares, weights)) - torch.stack(apart).sum(0)


def _even(shares: Shares) -> tuple[float, ...]:
    return (1 / len(shares),) * len(shares)


def _others(mixed: Tensor, shares: Shares) -> Tensor:
    return 1 - mixed.gather(0, shares[-1].argmax(0, keepdim=True))[0]


def _geometric(ratio: float) -> Measure:
    """What a geometric mean of the heads, each weighing ``ratio`` times the one above, gives to others."""

    def measure(shares: Shares) -> Tensor:
        weights = head_weights(len(shares), ratio)
        logs = [weight * (share + _TINY).log() for weight, share in zip(weights, shares, strict=True)]
        return _others(torch.stack(logs).sum(0).softmax(0), shares)

    return measure


def _mean_and_divergence(shares: Shares) -> Tensor:
    return (_entropy(_arithmetic(shares, _even(shares))) + _divergence(shares, _even(shares))) / 2


MEASURES: Mapping[str, Measure] = {
    "ours: geometric mean, 1:4": _geometric(4),
    "geometric mean, 1:2": _geometric(2),
    "geometric mean, 1:8": _geometric(8),
    "max-probability, deepest head": lambda shares: 1 - shares[-1].max(0).values,
    "entropy, deepest head": lambda shares: _entropy(shares[-1]),
    "entropy of the mean head": lambda shares: _entropy(_arithmetic(shares, _even(shares))),
    "Jensen-Shannon of the heads": lambda shares: _divergence(shares, _even(shares)),
    "entropy of the mean + Jensen-Shannon": _mean_and_divergence,
}


def areas(entry: ModelEntry, source: TrainingScenes, scenes: Sequence[int]) -> dict[int, dict[str, float]]:
    """By depth: the error rate, and the AUROC of each measure."""
    network = load_network(entry).placed_on(torch.device("cpu"))
    depths = range(1, entry.card.depth + 1)
    counts = {depth: {name: np.zeros((2, _BINS), np.int64) for name in MEASURES} for depth in depths}
    for index in scenes:
        image, truth = source.load(index)
        truth = truth[_SOME]
        known = torch.from_numpy(truth != VOID)
        with torch.inference_mode():
            logits = network(normalise(image_tensor(image, torch.device("cpu")), entry.card), depths)
            shares = [logits[depth][0][:, *_SOME].softmax(0) for depth in depths]
            for depth in depths:
                wrong = (shares[depth - 1].argmax(0) != torch.from_numpy(truth))[known]
                for name, measure in MEASURES.items():
                    score = measure(shares[:depth])[known].clamp(0, 1).sqrt()  # many are small
                    place = (score * (_BINS - 1)).long()
                    for row, chosen in zip(counts[depth][name], (~wrong, wrong), strict=True):
                        row += torch.bincount(place[chosen], minlength=_BINS).numpy()
    found = {}
    for depth, by_name in counts.items():
        right, wrong_pixels = next(iter(by_name.values())).sum(1)
        found[depth] = {"error rate": float(wrong_pixels / (right + wrong_pixels))}
        found[depth] |= {name: area_under_roc(*rows) for name, rows in by_name.items()}
    return found


def extra_ms(predictor: Predictor, image: np.ndarray, rounds: int) -> dict[int, dict[str, float]]:
    """By depth: median ms of `predict`, `predict_ranked` and `predict_for_review`, in turns."""
    found = {}
    for depth in range(1, predictor.card.depth + 1):
        ways: dict[str, Callable[[np.ndarray, int], object]] = {
            "labels": predictor.predict,
            "ranked": predictor.predict_ranked,
            "review": predictor.predict_for_review,
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for round_number in range(rounds + 2):
            for name, way in ways.items():
                start = time.perf_counter()
                way(image, depth)
                if round_number > 1:  # the first compile and test
                    times[name].append(1000 * (time.perf_counter() - start))
        found[depth] = {name: round(statistics.median(values), 1) for name, values in times.items()}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--splits", default="hold-out,val")
    parser.add_argument("--scenes", type=int, default=0, help="of a split, evenly spread; 0: all")
    parser.add_argument("--rounds", type=int, default=15, help="of the timing; 0: none")
    parser.add_argument("--without", default="", help="areas and queue, or one of them, left out")
    given = parser.parse_args()
    entry, dataset = resolve_model(given.model), open_dataset(given.data)
    figures: dict[str, object] = {"model": entry.name}
    for split in given.splits.split(","):
        _, pairs = pairs_of_split(dataset, split)
        source = source_of(dataset, pairs)
        count = min(given.scenes or source.count, source.count)
        scenes = [place * source.count // count for place in range(count)]
        if "areas" not in given.without:
            by_depth = areas(entry, source, scenes)
            figures[f"areas {split}"] = by_depth
            _print_areas(split, count, by_depth)
        if "queue" not in given.without:
            shares = queue_shares(open_predictor(entry, "cpu"), source, scenes, dataset.palette)
            figures[f"queue {split}"] = shares
            _print_queue(split, count, shares)
    if given.rounds:
        for engine in ("openvino", "torch"):
            predictor = open_predictor(entry, "cpu", engine)
            image, _ = source.load(0)
            figures[f"ms {engine}"] = ms = extra_ms(predictor, image, given.rounds)
            _say(f"\nms per image, {engine}, {predictor.precision}: labels / ranked / for review")
            for depth, row in ms.items():
                extra = row["review"] - row["labels"]
                _say(f"  depth {depth}: {row['labels']} / {row['ranked']} / {row['review']}, {extra:+.1f}")
    _RESULT.parent.mkdir(parents=True, exist_ok=True)
    _RESULT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _print_areas(split: str, scenes: int, by_depth: Mapping[int, Mapping[str, float]]) -> None:
    _say(f"\nAUROC of errors, {scenes} scenes of {split}, in percent")
    _say(f"{'depth':<40}" + "".join(f"{depth:>8}" for depth in by_depth))
    for name in next(iter(by_depth.values())):
        _say(f"{name:<40}" + "".join(f"{100 * row[name]:>8.1f}" for row in by_depth.values()))


def _print_queue(split: str, scenes: int, shares: QueueShares) -> None:
    _say(f"\nWrong pixels inside the first parts of the queue's area, {scenes} scenes of {split}, in percent")
    for depth, by_order in shares.items():
        _say(f"  depth {depth:<28}{'10 %':>8}{'20 %':>8}{'30 %':>8}{'regions in the first 10 %':>28}")
        for name, row in by_order.items():
            *first, last = row.values()
            _say(f"    {name:<30}" + "".join(f"{100 * value:>8.1f}" for value in first) + f"{last:>12.0f}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
