"""Who may import whom, and what a start may cost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.house import tree

HEAVY = ["rich", "docker", "questionary", "huggingface_hub", "pynvml", "psutil", "tomli"]
HEAVY += ["tomlkit", "filelock", "requests", "httpx", "httpx2"]
HEAVY += ["detect_secrets"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    path = [str(folder / "src"), str(folder / "checks")]
    program = (
        f"import sys; sys.path[:0] = {path!r}; from importlinter.cli import lint_imports_command"
    )
    return subprocess.run(
        [sys.executable, "-c", f"{program}; lint_imports_command(['--no-cache'])"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_import_contracts_hold() -> None:
    done = lint(tree.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: " in done.stdout


def test_a_check_that_goes_round_the_door_is_noticed(tmp_path: Path) -> None:
    for name in ("src", "checks"):
        shutil.copytree(tree.ROOT / name, tmp_path / name)
    shutil.copy(tree.ROOT / "pyproject.toml", tmp_path)
    bad = tmp_path / "checks" / "triton_doctor_checks" / "engine" / "check.py"
    bad.write_text("from triton_doctor.host.local import LocalHost\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout
    assert "triton_doctor_checks.engine.check -> triton_doctor.host.local" in done.stdout


def test_starting_loads_nothing_heavy() -> None:
    done = tree.python(
        "-c",
        f"import sys, triton_doctor.cli; print([n for n in {HEAVY!r} if n in sys.modules])",
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_hub_is_loaded_by_a_question_only() -> None:
    program = (
        "import sys; from triton_doctor.host.local import LocalHost;"
        " LocalHost().hub('https://hub.example'); print('huggingface_hub' in sys.modules)"
    )
    assert tree.python("-c", program).stdout.strip() == "False"
