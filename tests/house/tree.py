"""The checkout as the house tests see it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import tomli

from triton_doctor.knowledge.catalogue import Area, Catalogue, read_area

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ROOT / "checks" / "triton_doctor_checks"
OWN = ROOT / "src" / "triton_doctor" / "knowledge"
TEXT = {".py", ".toml", ".md", ".cfg", ".yml", ".yaml", ".json", ".sh", ".txt", ""}


def folders() -> list[Path]:
    """Every folder with words, the house's own last."""
    places = [*sorted(CHECKS.glob("*/check.toml")), *sorted(OWN.glob("*/check.toml"))]
    return [place.parent for place in places]


def area(folder: Path) -> Area:
    return read_area(folder.name, (folder / "check.toml").read_bytes(), str(folder / "check.toml"))


def raw(folder: Path) -> dict[str, Any]:
    return tomli.loads((folder / "check.toml").read_text(encoding="utf-8"))


def catalogue() -> Catalogue:
    return Catalogue({folder.name: area(folder) for folder in folders()})


def files() -> list[Path]:
    """Every text file that belongs to the project: what git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # an unpacked sdist has no git
        names = [path for path in ROOT.rglob("*") if "__pycache__" not in path.parts]
    return [path for path in names if path.is_file() and path.suffix in TEXT]


def python(*argv: str, extra: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run this Python with the checkout first on its path; extra: one more folder for the path."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "checks"), *([extra] if extra else [])])
    kept = {name: value for name, value in os.environ.items() if "TRITON_DOCTOR" not in name}
    return subprocess.run(
        [sys.executable, *argv],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": path, "PYTHONUTF8": "1", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
