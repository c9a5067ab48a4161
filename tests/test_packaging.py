"""What is installed from a wheel finds its data without the checkout."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
DATA_FOLDERS = ("resources", "models")


def _run(arguments: list[str], folder: Path) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    _run([sys.executable, *build], folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.parametrize("name", DATA_FOLDERS)
def test_the_wheel_carries_every_shipped_file(wheel: Path, name: str) -> None:
    shipped = [file for file in (ROOT / name).rglob("*") if file.is_file()]
    expected = {f"unetpp_desktop/_data/{file.relative_to(ROOT).as_posix()}" for file in shipped}
    assert expected
    with zipfile.ZipFile(wheel) as archive:
        assert expected <= set(archive.namelist())


def test_an_unpacked_wheel_uses_its_own_data(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    # -P and the inserted path: neither the current folder nor an editable install may answer.
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from unetpp_desktop.core.resources import data_folder\n"
        "from unetpp_desktop.core.palette import shipped_palette\n"
        f"for name in {DATA_FOLDERS!r}: print(data_folder(name))\n"
        "print(len(shipped_palette('camvid11')))"
    )
    printed = _run([sys.executable, "-P", "-c", script, str(place)], tmp_path).splitlines()
    data = place / "unetpp_desktop" / "_data"
    assert printed == [*(str(data / name) for name in DATA_FOLDERS), "11"]


def test_a_checkout_uses_its_top_level_folders() -> None:
    from unetpp_desktop.core.resources import data_folder

    assert {data_folder(name) for name in DATA_FOLDERS} == {ROOT / name for name in DATA_FOLDERS}


def test_every_dependency_has_one_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    # A local version such as 2.13.0+cpu would exclude the builds of other platforms.
    assert all(str(pin.specifier).startswith("==") and "+" not in str(pin.specifier) for pin in pins)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {Requirement(line) for line in [*project["dependencies"], *extras["dev"]]}
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}
    for requirement in wanted:
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"constraints.txt lacks {requirement.name}"
        assert requirement.specifier.contains(version, prereleases=True), requirement
