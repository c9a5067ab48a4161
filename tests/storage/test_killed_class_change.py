"""kill -9 in the middle of a change of classes: all masks are the old ones or all are the new ones."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.storage.folders import image_folder
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.class_change import last_class_change, undo_class_change
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project

_SHAPE = (6, 9)
_COUNT = 40
_CHANGE = """
import sys
from pathlib import Path
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.class_change import change_classes
from unetpp_desktop.storage.project import Project

project = Project.open(Path(sys.argv[1]))
plan = ClassPlan.of(project.palette).removed(8, into=3).moved(0, 5)
print("ready", flush=True)
change_classes(project, plan.palette(), plan.table(), silent)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 here")
def test_a_killed_change_leaves_all_masks_old_or_all_new(tmp_path: Path) -> None:
    names = [f"{number:02}.png" for number in range(_COUNT)]
    project = Project.open(image_folder(tmp_path, *names))
    generator = np.random.default_rng(5)
    old = {name: generator.integers(0, 11, _SHAPE, np.uint8) for name in names}
    for scene in project.scenes:
        origins = np.full(_SHAPE, Origin.PAINTED, np.uint8)
        project.save_mask(scene, old[scene.name], origins, Provenance())
    plan = ClassPlan.of(project.palette).removed(8, into=3).moved(0, 5)
    new = {name: plan.table()[labels] for name, labels in old.items()}
    moments = random.Random(7)
    longest: float | None = None  # the first one ends by itself: how fast the disk is nobody knows
    outcomes = list[str]()
    for _ in range(30):
        process = subprocess.Popen(
            [sys.executable, "-c", _CHANGE, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        try:
            process.wait(None if longest is None else moments.uniform(0, longest))
            longest = max(0.02, time.monotonic() - began)  # most moments lie within the work
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        process.stdout.close()
        project = Project.open(tmp_path)
        outcome = "old" if project.palette.names == plan.old.names else "new"
        outcomes.append(outcome)
        expected = old if outcome == "old" else new
        for scene in project.scenes:
            stored = project.load_mask(scene)
            assert stored is not None
            assert np.array_equal(stored.labels, expected[scene.name])
            assert not stored.changed_outside
        if outcome == "new":
            assert last_class_change(project.own_folder) is not None
            undo_class_change(project, silent)
    assert set(outcomes) == {"old", "new"}
