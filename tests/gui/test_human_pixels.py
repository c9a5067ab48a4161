"""Two hundred random histories: whatever is predicted again, no pixel that a person decided changes.

And no scene that is done has pixels that nobody has checked.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.editing.hands import use
from tests.editing.superpixel_grids import squares
from tests.gui.folders import SIZE, new_session, write_scenes
from tests.gui.windows import deliver
from unetpp_desktop.core.geometry import full_rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.editing.tools import TOOLS
from unetpp_desktop.gui.checking import check_area
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.prelabel import prelabel_scenes

HISTORIES, STEPS = 200, 18
NAMES = ("0.png", "1.png")
SUPERPIXELS = squares(*SIZE, 8)
NOTHING = np.full(SIZE, -1, np.int16)


def _decided(labels: np.ndarray, origins: np.ndarray) -> np.ndarray:
    """``int16 (H, W)``: class and origin of every pixel that a person decided, -1 elsewhere."""
    return np.where(np.isin(origins, HUMAN), labels + np.int16(256) * origins, np.int16(-1))


class _History:
    """A person and predictors at work on two scenes. ``known`` is what the person has decided in each."""

    def __init__(self, folder: Path, jobs: Jobs, predictor: Predictor, seed: int) -> None:
        self._folder = write_scenes(folder, NAMES)
        self._jobs = jobs
        self._predictor = predictor
        self._random = np.random.default_rng(seed)
        self.session = new_session(folder, jobs)
        self.known = dict.fromkeys(NAMES, NOTHING)
        self.predictions = self.decided = 0

    def take_step(self) -> None:
        kind = int(self._random.integers(20))
        if kind < 11:
            self._work_by_hand(kind)
            self.known[self._scene.name] = self._shown()
        elif kind < 16:
            self._predict_open()
        elif kind < 17:
            self._predict_other()
        elif kind < 18:
            assert self.session.save()
        elif kind < 19:
            self.session.go_to(self._other)
        else:
            assert self.session.close_folder()
            self.session = new_session(self._folder, self._jobs)
        self.decided += int(np.count_nonzero(self.known[self._scene.name] >= 0))

    def check(self) -> None:
        """What the person decided is in the window, and in the file of the scene that was left."""
        assert np.array_equal(self._shown(), self.known[self._scene.name])
        assert np.array_equal(self._saved(self._other), self.known[self._other.name])
        document = self.session.document
        assert document is not None
        assert not (self.session.is_done and (document.origins == Origin.MODEL).any())

    @property
    def _scene(self) -> Scene:
        assert self.session.scene is not None
        return self.session.scene

    @property
    def _other(self) -> Scene:
        return next(scene for scene in self.session.scenes if scene != self._scene)

    def _shown(self) -> np.ndarray:
        document = self.session.document
        assert document is not None
        return _decided(document.labels, document.origins)

    def _saved(self, scene: Scene) -> np.ndarray:
        assert self.session.project is not None
        stored = self.session.project.load_mask(scene)
        if stored is None:
            return NOTHING
        assert stored.provenance is not None
        assert not (stored.provenance.done and (stored.origins == Origin.MODEL).any())
        return _decided(stored.labels, stored.origins)

    def _work_by_hand(self, kind: int) -> None:
        session = self.session
        if kind < 7:
            self._use_a_tool()
        elif kind == 7:
            for _ in range(int(self._random.integers(1, 5))):
                session.undo()
        elif kind == 8:
            session.redo()
        elif kind == 9:
            check_area(session, (full_rect(SIZE), self._random.random(SIZE) < 0.5))
        elif session.is_done:
            session.unmark_done()
        else:
            session.mark_done(go_on=False)

    def _use_a_tool(self) -> None:
        session, random = self.session, self._random
        session.set_class(int(random.integers(len(session.palette))))
        session.set_diameter(int(random.integers(1, 12)))
        session.set_locked(int(random.integers(len(session.palette))), bool(random.integers(2)))
        session.set_protect_human(bool(random.integers(4) == 0))
        context = session.strokes.context(ctrl=bool(random.integers(6) == 0))
        assert context is not None
        options = replace(context.options, erase_to_model=bool(random.integers(2)))
        ranked = random.integers(0, 11, (3, *SIZE), np.uint8)
        context = replace(context, ranked=ranked, options=options, superpixels=SUPERPIXELS)
        height, width = SIZE
        points = [tuple(map(float, random.uniform((-4, -4), (width + 4, height + 4)))) for _ in range(4)]
        session.after_edit(use(TOOLS[int(random.integers(len(TOOLS)))], context, points))

    def _predict_open(self) -> None:
        labels = self._random.choice(np.array([0, 3, 7, VOID], np.uint8), SIZE)
        deliver(self.session, labels)
        self.predictions += 1

    def _predict_other(self) -> None:
        project = self.session.project
        assert project is not None
        prelabel_scenes(project, (self._other,), self._predictor, 1, silent)
        self.predictions += 1


def test_a_new_prediction_never_changes_what_a_person_decided(
    tmp_path: Path, jobs: Jobs, tiny_model: ModelEntry
) -> None:
    predictor = open_predictor(tiny_model, "cpu")
    predictions = decided = 0
    for seed in range(HISTORIES):
        history = _History(tmp_path / str(seed), jobs, predictor, seed)
        for _ in range(STEPS):
            history.take_step()
            history.check()
        assert history.session.close_folder()
        predictions += history.predictions
        decided += history.decided
    print(f"{HISTORIES} histories, {predictions} predictions, {decided} decided pixels looked at again")
    assert predictions > 4 * HISTORIES
    assert decided > 500 * HISTORIES
