"""Writes docs/problems from the words of the shipped checks.

    python docs/generate.py            write what has changed
    python docs/generate.py --check    write nothing; exit 1 and name the pages that are out of date

The words are read from this checkout, not from what is installed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from triton_doctor.knowledge.catalogue import Catalogue, read_area  # noqa: E402 - once the path is set
from triton_doctor.report.pages import pages  # noqa: E402 - once the path is set

OWN = "src/triton_doctor/knowledge/*/check.toml"
SHIPPED = "checks/triton_doctor_checks/*/check.toml"


def checkout(root: Path = ROOT) -> Catalogue:
    """The catalogue of a checkout, by area in alphabetical order."""
    places = sorted([*root.glob(SHIPPED), *root.glob(OWN)], key=lambda place: place.parent.name)
    return Catalogue(
        {
            place.parent.name: read_area(place.parent.name, place.read_bytes(), str(place))
            for place in places
        }
    )


def differences(wanted: dict[str, str], folder: Path) -> list[str]:
    """Paths under folder that are missing, superfluous or other than wanted."""
    there = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.md")
    }
    return sorted(path for path in wanted.keys() | there if wanted.get(path) != there.get(path))


def write(wanted: dict[str, str], folder: Path) -> None:
    for path in differences(wanted, folder):
        place = folder / path
        if path in wanted:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(wanted[path], encoding="utf-8", newline="\n")
        else:
            place.unlink()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="write nothing, tell what differs")
    options.add_argument("--into", type=Path, default=ROOT / "docs" / "problems")
    given = options.parse_args()
    wanted = pages(checkout())
    changed = differences(wanted, given.into)
    if not given.check:
        write(wanted, given.into)
    word = "out of date" if given.check else "written"
    sys.stdout.writelines(f"{word}: {path}\n" for path in changed)
    return 1 if given.check and changed else 0


if __name__ == "__main__":
    raise SystemExit(main())
