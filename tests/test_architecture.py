"""What the import linter cannot hold."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "unetpp_desktop").rglob("*.py"))
BENCHES_AND_TESTS = sorted(file for folder in ("bench", "tests") for file in (ROOT / folder).rglob("*.py"))
LONGEST_MODULE = 400  # lines


def _module_names(*rooms: str) -> list[str]:
    files = [file for file in MODULES if file.relative_to(ROOT).parts[1] in rooms]
    return [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files
    ]


def _loaded_after_importing(names: list[str], prelude: str = "") -> set[str]:
    script = (
        f"{prelude}\nimport importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_light_rooms_load_neither_torch_nor_qt() -> None:
    loaded = _loaded_after_importing(_module_names("core", "editing", "storage"))
    assert not {"torch", "PySide6"} & loaded


def test_network_and_tasks_work_without_qt() -> None:
    without_qt = "import sys; sys.modules['PySide6'] = None"
    loaded = _loaded_after_importing(_module_names("nn", "tasks"), without_qt)
    assert "torch" in loaded


@pytest.mark.parametrize("module", MODULES + BENCHES_AND_TESTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_module_is_too_long(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
