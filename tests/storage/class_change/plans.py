"""Plans of other classes for a project, carried out, and what comes of its files."""

from pathlib import Path

from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.class_change import change_classes
from unetpp_desktop.storage.mask_file import StoredMask
from unetpp_desktop.storage.project import Project

SKY, BUILDING, POLE, ROAD, CAR = 0, 1, 2, 3, 8
NAMES = ("a.png", "b.png", "c.png")


def load(project: Project, name: str) -> StoredMask:
    """The mask of a scene, which has one."""
    stored = project.load_mask(project.scene(name))
    assert stored is not None
    return stored


def change(project: Project, plan: ClassPlan) -> Project:
    """Carries a plan out; returns the project opened anew."""
    change_classes(project, plan.palette(), plan.table(), silent)
    return Project.open(project.folder)


def files_of(project: Project) -> dict[str, bytes]:
    """The mask files, byte for byte."""
    return {path.name: path.read_bytes() for path in project.labels_folder.iterdir()}


def write_journal(folder: Path, content: bytes) -> None:
    """Makes a folder of journals with one for a.png."""
    folder.mkdir()
    (folder / "a.png.jnl").write_bytes(content)


def merge_car_into_road(project: Project) -> ClassPlan:
    """A plan that merges, renames and moves."""
    return ClassPlan.of(project.palette).removed(CAR, into=ROAD).renamed(SKY, "Heaven").moved(SKY, 3)
