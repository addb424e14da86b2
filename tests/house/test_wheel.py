"""What is built is what is here: wheel from sdist, installed in a fresh environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.house import tree

LIST = """
from triton_doctor.registry import load_catalogue
loaded = load_catalogue()
assert not loaded.broken, loaded.broken
print(*sorted(loaded.catalogue.areas))
print(*sorted(one.check.id for one in loaded.checks))
"""


def run(*argv: str, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment in which the built wheel is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)),
        str(tree.ROOT),
        cwd=folder,
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "fresh")
    python = folder / "fresh" / "bin" / "python"
    # By the pip of this environment, since one more of its own takes longer than all the rest.
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    run(*pip, "install", "--quiet", "--no-compile", str(wheel), cwd=folder)
    return python


def test_the_wheel_has_exactly_the_folders_under_checks(installed: Path) -> None:
    areas, checks = run(str(installed), "-c", LIST, cwd=installed.parent).splitlines()
    assert areas.split() == sorted(folder.name for folder in tree.folders())
    assert checks.split() == sorted(place.parent.name for place in tree.CHECKS.glob("*/check.py"))


def test_the_command_is_there_and_the_tests_are_not(installed: Path) -> None:
    command = installed.parent / "triton-doctor"
    assert run(str(command), "--version", cwd=installed.parent).startswith("triton-doctor")
    probe = "import importlib.util as u; print(u.find_spec('tests'), u.find_spec('docs'))"
    assert run(str(installed), "-I", "-c", probe, cwd=installed.parent) == "None None\n"


def test_data_and_types_are_shipped(installed: Path) -> None:
    here = sorted(
        path.relative_to(root).as_posix()
        for root in (tree.ROOT / "src", tree.ROOT / "checks")
        for path in root.rglob("*")
        if path.suffix in {".toml", ".py"} or path.name == "py.typed"
    )
    shown = "from triton_doctor import __file__ as f; print(f)"
    package = Path(run(str(installed), "-c", shown, cwd=installed.parent).strip()).parents[1]
    assert [path for path in here if not (package / path).is_file()] == []
