"""The guide is true: its files are written down, installed, tested and run as it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree

GUIDE = (tree.ROOT / "docs" / "guide" / "writing-a-check.md").read_text(encoding="utf-8")
FILE = re.compile(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def conversation() -> list[tuple[str, list[str]]]:
    """Each command of the console blocks, with what it is said to print."""
    spoken: list[tuple[str, list[str]]] = []
    for line in "".join(CONSOLE.findall(GUIDE)).splitlines():
        if line.startswith("$ "):
            spoken.append((line[2:], []))
        else:
            spoken[-1][1].append(line)
    return spoken


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's package, written out and installed beside this checkout."""
    folder = tmp_path_factory.mktemp("acme")
    for name, body in FILE.findall(GUIDE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body, encoding="utf-8")
    (folder / "home").mkdir()
    pip = [*(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")]
    where = ["--no-build-isolation", "--target", str(folder / "site"), str(folder)]
    done = subprocess.run([*pip, *where], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def say(command: str, package: Path) -> tuple[int, str]:
    """Run a line of the guide; `python` and `triton-doctor` are those under test."""
    python = f'"{sys.executable}"'
    line = re.sub(r"^triton-doctor", f"{python} -m triton_doctor", command)
    line = re.sub(r"^python\b", python, line)
    path = os.pathsep.join(
        [str(package / "site"), str(tree.ROOT / "src"), str(tree.ROOT / "checks")]
    )
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=package,
        env={**os.environ, "PYTHONPATH": path, "HOME": str(package / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_all_files_are_there() -> None:
    names = [name for name, _ in FILE.findall(GUIDE)]
    assert len(names) == GUIDE.count("\n```\n") - len(CONSOLE.findall(GUIDE))
    assert "acme_checks/maintenance/check.py" in names


def test_what_the_console_shows_is_what_happens(package: Path) -> None:
    spoken = conversation()
    assert spoken[0] == ("pip install --editable .", [])  # done by the fixture
    for command, expected in spoken[1:]:
        _, out = say(command, package)
        assert [line for line in expected if line not in out] == [], f"{command}\n{out}"


def test_the_exit_codes_are_those_told(package: Path) -> None:
    mark, run = package / "home" / ".acme-maintenance", "triton-doctor --select acme:maintenance"
    mark.unlink(missing_ok=True)
    assert say(run, package)[0] == 0
    mark.write_text("18:00\n", encoding="utf-8")
    assert say(run, package)[0] == 1
    mark.unlink()
    mark.mkdir()  # a folder cannot be read as a file, not even by root
    assert say(run, package)[0] == 3
    mark.rmdir()
