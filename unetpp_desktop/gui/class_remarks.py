"""What is to be said about a plan for other classes."""

from PySide6.QtCore import QCoreApplication

from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.class_counts import ClassCounts

_MOST_NAMES = 5


def faults(plan: ClassPlan) -> list[str]:
    """Why the plan cannot be applied, one sentence each."""
    sentences = [_tr("Two classes are called {}.").format(name) for name in plan.double_names()]
    if any(not entry.name for entry in plan.classes):
        sentences.append(_tr("A class has no name."))
    if not plan.classes:
        sentences.append(_tr("At least one class is needed."))
    if len(plan.classes) > VOID:
        sentences.append(_tr("A mask holds 255 classes at most."))
    return sentences


def warnings(plan: ClassPlan, model: ModelEntry | None, counts: ClassCounts | None) -> list[str]:
    """What somebody may want to mend, one sentence each, the worst first.

    ``counts``: of the pixels as they are; None while they are being counted.
    """
    sentences = []
    totals = None if counts is None else counts.total()
    lost = [
        name
        for value, name in enumerate(plan.old.names)
        if plan.place_of(value) is None and (totals is None or totals[value])
    ]
    if lost:
        sentences.append(_tr("Pixels of {} become void.").format(_some(lost)))
    sentences += [
        _tr("{0} and {1} differ in upper and lower case only.").format(*pair) for pair in plan.alike_names()
    ]
    for one, other in plan.similar_colors():
        names = plan.classes[one].name, plan.classes[other].name
        sentences.append(_tr("{0} and {1} have colours that are hard to tell apart.").format(*names))
    if model is not None and plan.can_be_applied and plan.changes_something:
        known = set(plan.palette().mapping_from(model.card.palette).tolist())
        unknown = [entry.name for place, entry in enumerate(plan.classes) if place not in known]
        if unknown:
            sentence = _tr("The model {0} does not know {1}.")
            sentences.append(sentence.format(model.name, _some(unknown)))
    return sentences


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return _tr("{0} and {1} more").format(shown, more) if more > 0 else shown


def _tr(text: str) -> str:
    return QCoreApplication.translate("ClassRemarks", text)
