"""How probable an error is at each uncertainty, measured on scenes with true masks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.card import ErrorCalibration, write_card
from unetpp_desktop.nn.error_rates import ErrorCounts, area_under_roc, blocks_of
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.uncertainty import own_error_rates, spread
from unetpp_desktop.tasks.datasets import open_and_tell, pairs_of_split, source_of, usable_pairs

_GAP = 3  # scenes between the two parts: neighbours of a drive look alike
_LEAST = 2 * (_GAP + 1)


@dataclass(frozen=True)
class CalibrationReport:
    """By depth, "1" and so on: what goes into the card, and the area under the ROC curve of the errors."""

    model: str
    calibration: dict[str, ErrorCalibration]
    areas: dict[str, float]

    def write_into_card(self) -> None:
        """Replaces what the card of the model says about its errors.

        A depth at which the network's own figure is as near to the truth goes on with that.
        """
        entry = resolve_model(self.model)
        kept = {depth: found for depth, found in self.calibration.items() if pays(found)}
        others = {depth: found for depth, found in entry.card.calibration.items() if depth not in self.areas}
        calibration = {**others, **kept}
        write_card(entry.folder, entry.card.model_copy(update={"calibration": calibration}))


def calibrate_on(
    data: Path,
    model: str,
    split: str | None,
    device: str,
    progress: Progress,
    complain: Callable[[str], None],
    engine: str = "auto",
    precision: str = "auto",
) -> CalibrationReport:
    """Fits error rates at all depths to the first half of a split and measures them on its second half.

    The split should hold scenes that the model has not learnt from. Raises `UserError` as
    `evaluate.evaluate_on` does, and where the split has too few scenes.
    """
    entry = resolve_model(model)
    dataset = open_and_tell(data, complain)
    name, pairs = pairs_of_split(dataset, split)
    pairs = tuple(sorted(pairs, key=lambda pair: pair.image.name))
    pairs = usable_pairs(dataset, pairs, progress, complain)
    if len(pairs) < _LEAST:
        raise UserError(
            f"{data} has only {len(pairs)} scenes in {name}. Choose a part with {_LEAST} or more."
        )
    source = source_of(dataset, pairs)
    table = dataset.palette.mapping_from(entry.card.palette)
    predictor = open_predictor(entry, device, engine, precision)
    depths = range(1, entry.card.depth + 1)
    fitted, measured = blocks_of(len(pairs), _GAP)
    counts = {depth: (ErrorCounts(), ErrorCounts()) for depth in depths}
    for done, index in enumerate([*fitted, *measured]):
        progress(done, len(fitted) + len(measured), pairs[index].image.name)
        image, truth = source.load(index)
        for depth in depths:
            prediction = predictor.predict_for_review(image, depth)
            assert prediction.uncertainty is not None
            part = counts[depth][index in measured]
            part.add(table[prediction.labels], prediction.uncertainty, truth)

    def place(part: range) -> str:
        return f"{data.resolve().name} {name}, scenes {part[0] + 1} to {part[-1] + 1}"

    calibration = {}
    for depth, (learnt, seen) in counts.items():
        rates = tuple(round(rate, 5) for rate in learnt.error_rates())
        calibration[str(depth)] = ErrorCalibration(
            error_rates=rates,
            calibration_error_before=seen.calibration_error(own_error_rates()),
            calibration_error=seen.calibration_error(spread(rates)),
            fitted_on=place(fitted),
            measured_on=place(measured),
        )
    areas = {str(depth): area_under_roc(*seen.counts) for depth, (_, seen) in counts.items()}
    return CalibrationReport(model, calibration, areas)


def pays(found: ErrorCalibration) -> bool:
    """Whether the rates are nearer to the truth than the network's own figure."""
    return found.calibration_error < found.calibration_error_before


def calibration_table(report: CalibrationReport) -> str:
    """The report as a plain text table, in percent."""
    first = next(iter(report.calibration.values()))
    lines = [
        f"{report.model}: fitted to {first.fitted_on}, measured on {first.measured_on}, in percent",
        "depth   calibration error before   after   wrong pixels found (AUROC)",
    ]
    for depth, found in report.calibration.items():
        before, after = 100 * found.calibration_error_before, 100 * found.calibration_error
        kept = "" if pays(found) else "   the network's own figure stays"
        lines.append(f"{depth:>5}{before:>27.2f}{after:>8.2f}{100 * report.areas[depth]:>29.1f}{kept}")
    return "\n".join(lines)
