"""The table of repairs in the docs, from the catalogue, the checks' code, and the proofs.

python -m tests.lab.repairs.table > docs/guide/repairs.md
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.lab.repairs import REPAIRS
from tests.lab.repairs.kit import Repair
from triton_doctor.model import Problem
from triton_doctor.registry import load_catalogue
from triton_doctor.repairs import Applicability

CHECKS = Path(__file__).resolve().parents[3] / "checks/triton_doctor_checks"
_ANY = "*"  # a plan whose name is not written in the call
_WORDS = {one.name: one for one in Applicability}
_HEAD = """\
# What is repaired

Every repair that the doctor offers. **safe**: it touches only this deployment's own files and
settings and can be undone, so `--fix --yes` applies it; **ask**: it needs your word (`--fix`, or
`--fix --yes=ask`); **show**: it is only shown, since a person has to choose. Proven: a test breaks
the real thing, lets `triton-doctor --fix` repair it, sees the problem gone, and has `triton-doctor
undo` bring back the very same bytes and state. (\\*): only a log told the problem, so that the
next start has to show whether it is gone; the doctor says so.

{offered} problems have an offer; {proven} of them are proven, {undone} with the way back.

| problem | repair | applied | proven |
| --- | --- | --- | --- |
"""


def table() -> str:
    """The whole page."""
    every = [one for one in load_catalogue().catalogue.problems() if one.fixes]
    proven = {one.problem for one in REPAIRS}
    undone = {one.problem for one in REPAIRS if one.undone}
    head = _HEAD.format(offered=len(every), proven=len(proven), undone=len(undone))
    planned = _planned()
    return head + "".join(line + "\n" for one in every for line in _rows(one, planned))


def _rows(problem: Problem, planned: Mapping[tuple[str, str], set[str]]) -> Iterator[str]:
    proofs = [one for one in REPAIRS if one.problem == problem.id]
    for number, (name, title) in enumerate(problem.fixes.items()):
        places = (problem.area, name), ("", name), (problem.area, _ANY)
        words = sorted(next((planned[one] for one in places if planned[one]), ()), key=_rank)
        applied = ", ".join(words)
        names = ", ".join(map(_name, proofs)) if not number else ""
        place = f"[{problem.id}](../problems/{problem.id}.md)" if not number else ""
        yield f"| {place} | {title.replace('|', chr(92) + '|')} | {applied} | {names} |"


def _name(repair: Repair) -> str:
    return repair.name if repair.result else f"{repair.name} (\\*)"


def _rank(word: str) -> int:
    return -Applicability(word).rank


def _planned() -> Mapping[tuple[str, str], set[str]]:
    """How each plan is applied: by area and name, and by name alone for those of other areas."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in sorted(CHECKS.glob("*/**/*.py")):
        area = path.relative_to(CHECKS).parts[0]
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call):
                for name, word in _plan(call):
                    found[area, name].add(word)
                    found["", name].add(word)
    return found


def _plan(call: ast.Call) -> Iterator[tuple[str, str]]:
    """Name and applicability, where a call gives both in words: `plan("stop", ASK, …)`."""
    texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
    named = next((one for one in texts if isinstance(one, str)), _ANY)
    is_plan = isinstance(call.func, ast.Name) and call.func.id.lstrip("_").endswith("plan")
    for one in ast.walk(ast.Tuple(list(call.args), ast.Load())):
        if isinstance(one, ast.Name) and one.id in _WORDS and (named != _ANY or is_plan):
            yield named, str(_WORDS[one.id])


if __name__ == "__main__":
    sys.stdout.write(table())
