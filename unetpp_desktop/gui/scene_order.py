"""In which order the scenes are listed, and which of them."""

from collections.abc import Callable, Sequence
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from unetpp_desktop.storage.project import SceneFacts, SceneState
from unetpp_desktop.storage.scene_marks import SceneMark
from unetpp_desktop.storage.scenes import Scene

FactsOf = Callable[[Scene], SceneFacts | None]


class SceneFilter(Enum):
    """Which scenes are listed."""

    ALL = auto()
    UNDONE = auto()  # what is left to do: no excluded or unreadable ones
    EDITED = auto()
    DONE = auto()
    CHANGED_OUTSIDE = auto()
    FLAGGED = auto()
    NOTED = auto()
    EXCLUDED = auto()


class SceneSort(Enum):
    """By what the scenes are listed."""

    FOLDER = auto()
    NAME = auto()
    STATE = auto()
    LAST_EDITED = auto()
    HUMAN_PIXELS = auto()
    REVIEW = auto()  # what is worth correcting first


NOTHING_TO_DO = (SceneState.DONE, SceneState.UNREADABLE)

_PLACES = {state: place for place, state in enumerate(SceneState)}
_LAST_PLACE = len(_PLACES)


def fits(scene_filter: SceneFilter, state: SceneState | None, mark: SceneMark) -> bool:
    """Whether a scene is listed; one whose ``state`` is not read yet is in no filter of states."""
    match scene_filter:
        case SceneFilter.ALL:
            return True
        case SceneFilter.UNDONE:
            return state is not None and state not in NOTHING_TO_DO and not mark.excluded
        case SceneFilter.EDITED:
            return state is SceneState.EDITED
        case SceneFilter.DONE:
            return state is SceneState.DONE
        case SceneFilter.CHANGED_OUTSIDE:
            return state is SceneState.CHANGED_OUTSIDE
        case SceneFilter.FLAGGED:
            return mark.flagged
        case SceneFilter.NOTED:
            return bool(mark.note)
        case SceneFilter.EXCLUDED:
            return mark.excluded


def sorted_scenes(
    scenes: Sequence[Scene], sort: SceneSort, facts_of: FactsOf, ranking: Sequence[str] = ()
) -> list[Scene]:
    """``scenes``, which come as they lie in the folder; that order decides between equal ones.

    The last edited and the most worked on come first, what nothing is known of last. ``ranking`` has
    the names of the scenes that are worth correcting, the first in front.
    """
    if sort is SceneSort.FOLDER:
        return list(scenes)
    if sort is SceneSort.NAME:
        return sorted(scenes, key=lambda scene: scene.image_path.name.casefold())
    if sort is SceneSort.REVIEW:
        places = {name: place for place, name in enumerate(ranking)}
        return sorted(scenes, key=lambda scene: places.get(scene.name, len(places)))
    known = [(scene, facts_of(scene)) for scene in scenes]
    if sort is SceneSort.STATE:
        known.sort(key=lambda pair: _LAST_PLACE if pair[1] is None else _PLACES[pair[1].state])
    elif sort is SceneSort.LAST_EDITED:
        known.sort(key=lambda pair: "" if pair[1] is None else pair[1].edited, reverse=True)
    else:
        known.sort(key=lambda pair: -1 if pair[1] is None else pair[1].human_pixels, reverse=True)
    return [scene for scene, _ in known]


def sort_text(sort: SceneSort) -> str:
    """What it is called on screen."""
    texts = {
        SceneSort.FOLDER: QCoreApplication.translate("SceneSort", "As in the folder"),
        SceneSort.NAME: QCoreApplication.translate("SceneSort", "By name"),
        SceneSort.STATE: QCoreApplication.translate("SceneSort", "By state"),
        SceneSort.LAST_EDITED: QCoreApplication.translate("SceneSort", "Last edited first"),
        SceneSort.HUMAN_PIXELS: QCoreApplication.translate("SceneSort", "Most corrected first"),
        SceneSort.REVIEW: QCoreApplication.translate("SceneSort", "Worth correcting first"),
    }
    return texts[sort]
