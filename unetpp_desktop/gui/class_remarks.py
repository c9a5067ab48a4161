"""What is to be said about a plan for other classes."""

from PySide6.QtCore import QCoreApplication

from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.registry import ModelEntry


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


def warnings(plan: ClassPlan, model: ModelEntry | None) -> list[str]:
    """What somebody may want to mend, one sentence each."""
    sentences = [
        _tr("{0} and {1} differ in upper and lower case only.").format(*pair) for pair in plan.alike_names()
    ]
    for one, other in plan.similar_colors():
        names = plan.classes[one].name, plan.classes[other].name
        sentences.append(_tr("{0} and {1} have colours that are hard to tell apart.").format(*names))
    if model is not None and plan.can_be_applied and plan.changes_something:
        known = set(plan.palette().mapping_from(model.card.palette).tolist())
        unknown = [entry.name for place, entry in enumerate(plan.classes) if place not in known]
        if unknown:
            sentence = _tr("The model {0} does not know {1} and never predicts it.")
            sentences.append(sentence.format(model.name, ", ".join(unknown)))
    return sentences


def _tr(text: str) -> str:
    return QCoreApplication.translate("ClassRemarks", text)
