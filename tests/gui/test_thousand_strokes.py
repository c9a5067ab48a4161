"""A thousand strokes of all tools: taken back and done again, bit by bit, whatever happened meanwhile."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from tests.editing.full_copies import Planes
from tests.editing.hands import use
from tests.editing.superpixel_grids import squares
from tests.gui.folders import new_session
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.tools import TOOLS
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session

HEIGHT, WIDTH = 120, 160
STROKES = 1000
SUPERPIXELS = squares(HEIGHT, WIDTH, 12)


def _planes(session: Session) -> Planes:
    assert session.document is not None
    return Planes(session.document.labels.copy(), session.document.origins.copy())


def _stroke(session: Session, random: np.random.Generator, ranked: np.ndarray) -> None:
    """One use of any tool by any points, some of them outside the image."""
    tool = TOOLS[int(random.integers(len(TOOLS)))]
    session.set_class(int(random.integers(len(session.palette))))
    session.set_diameter(int(random.integers(1, 40)))
    session.set_square(bool(random.integers(2)))
    first = random.uniform((-8, -8), (WIDTH + 8, HEIGHT + 8))
    steps = random.normal(0, 15, (int(random.integers(1, 6)), 2))
    points = [(float(x), float(y)) for x, y in first + np.cumsum(steps, axis=0)]
    context = session.strokes.context(ctrl=bool(random.integers(8) == 0))
    assert context is not None
    options = replace(context.options, erase_to_model=bool(random.integers(2)))
    session.after_edit(
        use(tool, replace(context, ranked=ranked, options=options, superpixels=SUPERPIXELS), points)
    )


def test_a_thousand_strokes_survive_a_save_a_scene_change_and_a_restart(tmp_path: Path, jobs: Jobs) -> None:
    random = np.random.default_rng(2026)
    for name in ("0.png", "1.png"):
        pixels = random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / name)
    ranked = np.stack([np.kron(random.integers(0, 11, (6, 8)), np.ones((20, 20))) for _ in range(3)])
    ranked = ranked.astype(np.uint8)
    session = new_session(tmp_path, jobs)
    start = _planes(session)
    looks = [start]
    while len(looks) <= STROKES:
        if len(looks) == 250:
            assert session.save()
        elif len(looks) == 500:
            session.next_scene()
            session.previous_scene()
        elif len(looks) == 750:
            assert session.close_folder()
            session = new_session(tmp_path, jobs)
        edits = len(session.document.history) if session.document else 0
        _stroke(session, random, ranked)
        assert session.document is not None
        if len(session.document.history) > edits:
            looks.append(_planes(session))
    assert len(session.document.history) == STROKES
    names = {edit.name for edit in session.document.history.entries()}
    changes_nothing = {"Picker", "Select", "Pre-label a box"}  # the box asks the model first
    assert names == {tool.name for tool in TOOLS} - changes_nothing
    for restart in (False, True):
        if restart:
            assert session.close_folder()
            session = new_session(tmp_path, jobs)
            assert session.document is not None
        while session.document.can_undo:
            assert _planes(session).equal(looks[session.document.history.position])
            session.undo()
        assert _planes(session).equal(start)
        assert (session.document.labels == VOID).all()
        while session.document.can_redo:
            session.redo()
        assert _planes(session).equal(looks[STROKES])
    assert session.save()
    nbytes = session.document.history.nbytes
    full_copies = STROKES * 2 * HEIGHT * WIDTH
    print(f"history of {STROKES} strokes: {nbytes} bytes, full copies {full_copies}")
    assert nbytes < full_copies / 5
