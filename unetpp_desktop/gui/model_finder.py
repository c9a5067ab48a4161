"""Which models can be chosen, and what is wrong with those that cannot."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.registry import ModelEntry, list_models
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.lineage import accepted_versions


class ModelFinder:
    """Lists models; ``tell`` gets one sentence about broken model folders, and each of them only once."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: frozenset[str] = frozenset()
        self._shown: frozenset[Path] | None = None  # folders of the models that are listed; None: all

    def hold_back_new(self, project: Project | None) -> None:
        """Models that come from now on are not listed: nobody has decided about them."""
        self._shown = frozenset(entry.folder for entry in self.models(project))

    def show_all(self) -> None:
        """What was held back is listed too."""
        self._shown = None

    def forget_told(self) -> None:
        """What is still broken is told again."""
        self._told = frozenset()

    def models(self, project: Project | None) -> list[ModelEntry]:
        """The shipped models and those trained in the folder of ``project``."""
        folders: tuple[Path, ...] = () if project is None else (project.own_folder / "models",)
        models, problems = list_models(*folders)
        new = [problem for problem in problems if problem not in self._told]
        self._told |= frozenset(new)
        if new:
            self._tell(with_more(new))
        return [entry for entry in models if self._shown is None or entry.folder in self._shown]

    def choice(self, project: Project, here: str | None, elsewhere: str | None) -> ModelEntry | None:
        """The model to begin with in a folder; None where there is none.

        It is the one called ``here``, which was in use in this folder last; where that is not known or gone,
        the version that was accepted last in it; else the one that was in use ``elsewhere``, the standard
        one or any, but none that was fine-tuned: versions of all folders have the same names, and what
        nobody accepted is not chosen by itself.
        """
        models = self.models(project)
        used = [entry for entry in models if entry.name == here]
        roots = [entry for entry in models if entry.card.finetuned is None]
        others = [entry for name in (elsewhere, DEFAULT_MODEL) for entry in roots if entry.name == name]
        return next(iter((*used, *accepted_versions(models), *others, *roots)), None)


def with_more(sentences: list[str] | tuple[str, ...]) -> str:
    """The first of ``sentences``, and how many more there are."""
    more = len(sentences) - 1
    return sentences[0] + (
        QCoreApplication.translate("ModelFinder", " (and %n more)", "", more) if more else ""
    )
