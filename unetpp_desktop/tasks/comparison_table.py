"""A fine-tuned model against the one in use, class by class, as text."""

from unetpp_desktop.nn.card import DepthMetrics
from unetpp_desktop.tasks.finetune import FinetuneResult


def comparison_table(result: FinetuneResult) -> str:
    """IoU in percent before and after, on the corrections held out and, where measured, on the reference."""
    blocks = [_block(result.before, result.after)]
    if result.reference_before is not None and result.reference_after is not None:
        blocks.append(_block(result.reference_before, result.reference_after))
    return "\n\n".join(blocks)


def _block(before: DepthMetrics, after: DepthMetrics) -> str:
    names = [name for name, value in before.iou.items() if value is not None]
    width = max(len(name) for name in ("mIoU", *names))
    lines = [f"On {after.data}, IoU in %:", f"{'':{width}}  before   after"]
    lines += [_line(name, width, before.iou[name], after.iou[name]) for name in names]
    return "\n".join([*lines, _line("mIoU", width, before.miou, after.miou)])


def _line(name: str, width: int, before: float | None, after: float | None) -> str:
    return f"{name:{width}}  {_percent(before)}  {_percent(after)}"


def _percent(value: float | None) -> str:
    return "     –" if value is None else f"{value * 100:6.1f}"
