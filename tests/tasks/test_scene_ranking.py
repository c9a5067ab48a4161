"""The order in which scenes are worth correcting."""

import numpy as np
import pytest

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.storage.review_file import Judgement
from unetpp_desktop.tasks import scene_ranking
from unetpp_desktop.tasks.review import Region, RegionState, SceneReview
from unetpp_desktop.tasks.scene_ranking import ranked_scenes

_JUDGEMENT = Judgement(model="m", created="", depth=1, mask_model="m", mask_depth=1, predicted="")


def _scene(name: str, wrong: float, state: RegionState = RegionState.OPEN, **pixels: int) -> SceneReview:
    """So many wrong pixels of 100 in one region; ``pixels`` by class, as c3=50."""
    region = Region(name, 0, Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 1, wrong, (0, 1), state)
    counts = np.zeros(256, np.int64)
    for value, count in (pixels or {"c0": 100}).items():
        counts[int(value[1:])] = count
    return SceneReview(name, (10, 10), _JUDGEMENT, wrong, counts, (region,))


def test_the_most_doubtful_scene_comes_first_and_its_likes_later() -> None:
    scenes = [
        _scene("alike", 40, c0=90, c1=10),
        _scene("other", 20, c5=100),
        _scene("worst", 50, c0=89, c1=11),
        _scene("sure", 0, c7=100),
    ]
    assert ranked_scenes(scenes) == ("worst", "other", "alike", "sure")


def test_what_is_reviewed_is_no_doubt_any_more() -> None:
    done = _scene("done", 50, RegionState.ACCEPTED)
    assert ranked_scenes([done, _scene("open", 1)])[0] == "open"


def test_every_fifth_is_drawn_by_chance_and_nobody_is_lost() -> None:
    scenes = [_scene(str(number), number, **{f"c{number}": 100}) for number in range(40)]
    order = ranked_scenes(scenes, seed=1)
    assert sorted(order) == sorted(scene.scene for scene in scenes)
    assert ranked_scenes(scenes, seed=1) == order
    assert ranked_scenes(scenes, seed=2) != order
    by_doubt = [str(number) for number in range(39, -1, -1)]
    assert list(order[:4]) == by_doubt[:4]
    assert order[4] not in by_doubt[:5]


def test_behind_many_scenes_the_doubt_alone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_ranking, "_MOST_COMPARED", 2)
    scenes = [_scene(str(number), number) for number in range(9)]
    rest = [int(name) for name in ranked_scenes(scenes)[2:]]
    assert rest == sorted(rest, reverse=True)


def test_without_scenes_there_is_no_order() -> None:
    assert ranked_scenes([]) == ()
