"""The only door for authors of checks.

A check is a generator `check(context)` in `AREA/check.py` of a package that the entry-point group
`triton_doctor.checks` names. It judges facts, `context.fact(probe)`, and yields answers:

- `found("slug", value=...)`: a problem of its own area, or `found("area/slug", ...)` of another;
- `unsure("slug", ...)`: something that could not be told; its words stand under `[unknown.slug]`;
- `sound(...)`: values for the check's `healthy` line;
- `not_for_here("slug", ...)`: the deployment gives the check nothing to look at.

It does no I/O, prints nothing, and knows no colour and no language: words are in `check.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import FactUnavailable
from triton_doctor.model import (
    Answer,
    Applicability,
    Edit,
    Found,
    NotForHere,
    Plan,
    Severity,
    Sound,
    Step,
    Unsure,
)
from triton_doctor.probes.base import Asking, Probe, probe
from triton_doctor.readings import Told
from triton_doctor.record import Record
from triton_doctor.spots import pointed, spot
from triton_doctor.values import size

__all__ = [
    "ASK",
    "SAFE",
    "SHOW",
    "Answer",
    "Answers",
    "Applicability",
    "Asking",
    "Context",
    "Deployment",
    "FactUnavailable",
    "Found",
    "Plan",
    "Probe",
    "Record",
    "Settings",
    "Severity",
    "Step",
    "Told",
    "age",
    "command",
    "data",
    "edit",
    "found",
    "gib",
    "not_for_here",
    "plan",
    "pointed",
    "probe",
    "size",
    "sound",
    "spot",
    "told",
    "unsure",
]

Answers = Iterator[Answer]
SHOW, ASK, SAFE = Applicability.SHOW, Applicability.ASK, Applicability.SAFE


def found(
    problem: str,
    *,
    where: str | None = None,
    evidence: Sequence[str] = (),
    case: str | None = None,
    severity: Severity | None = None,
    fix: Plan | None = None,
    **values: object,
) -> Found:
    """A problem met here and now.

    problem: a slug of the own area or a whole id; where: the place, as `path:line:column`, a
    container or a port; evidence: lines as they were seen; case: which variant of the words;
    severity: if other than the catalogue's; values: exactly the problem's declared facts.
    """
    return Found(problem, values, where, tuple(evidence), case, severity, fix)


def told(
    seen: Told, *, where: str | None = None, severity: Severity | None = None, **values: object
) -> Found:
    """A problem that `context.read_log` saw in a log; values: facts that the log does not tell."""
    given = {**values, **({"model": seen.model} if seen.model else {}), **seen.values}
    return Found(
        problem=seen.problem,
        values=given,
        where=where,
        evidence=(seen.evidence,),
        case=seen.case,
        severity=severity,
        from_log=True,
    )


def unsure(
    reason: str, *, fix: Plan | None = None, blocks: bool = False, **values: object
) -> Unsure:
    """Something that could not be told; blocks: checks that need this one cannot be done either."""
    return Unsure(reason, values, fix, blocks)


def sound(case: str = "default", **values: object) -> Sound:
    """The values of the line that says what is well; `case` picks one of several such lines."""
    return Sound(values, case)


def not_for_here(reason: str, **values: object) -> NotForHere:
    """The check has nothing to look at in this deployment; its words stand under `[unknown]`."""
    return NotForHere(reason, values)


def plan(name: str, applicability: Applicability, *steps: Step, **values: object) -> Plan:
    """A fix: its title stands under `[problem.SLUG.fix]` (or `[unknown.SLUG.fix]`) as `name`."""
    return Plan(name, applicability, steps, values)


def command(*argv: str, root: bool = False) -> Step:
    """A step that is one command; root: it needs the rights of root."""
    from shlex import join

    return Step(("sudo " if root else "") + join(argv), argv, root)


def edit(
    path: str, text: str, line: int, column: int, old: str, new: str, *, encoding: str = "utf-8"
) -> Step:
    """A step that changes one place of a file, shown as the lines before and after.

    text: the file as it is; line, column: of `old` in it, from 1, as `spot` gives them. `old` may
    be empty (an insertion) and may span lines. encoding: of the file now; with another than utf-8
    the step is to write it as UTF-8 without a mark.
    """
    lines = text.split("\n")
    start = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    if text[start : start + len(old)] != old:
        raise ValueError(f"{path}:{line}:{column} does not hold {old!r}")
    ends = text.find("\n", start + len(old))
    ends = len(text) if ends < 0 else ends
    head = lines[line - 1][: column - 1]
    before = head + text[start:ends]
    after = head + new + text[start + len(old) : ends]
    shown = [f"{path}:{line}"]
    shown += [f"- {one}".rstrip() for one in before.split("\n") if before.strip()]
    shown += [f"+ {one}".rstrip() for one in after.split("\n") if after.strip()]
    if encoding != "utf-8":
        shown[0] += f" ({encoding} > utf-8)"
        shown = shown[:1] if before == after else shown
    return Step("\n".join(shown), edit=Edit(path, line, column, old, new, encoding))


@cache
def data(package: str, name: str) -> Any:
    """A JSON or TOML file of the check's own package, parsed once: knowledge, not the machine's.

    package: `__package__` of the check's module; name: of the file, ending in `.json` or `.toml`.
    """
    from importlib import resources

    raw = (resources.files(package) / name).read_bytes()
    if name.endswith(".json"):
        from msgspec.json import decode

        return decode(raw)
    import tomli

    return tomli.loads(raw.decode())


def gib(count: float) -> str:
    """A number of bytes as `7.5 GiB`, or in MiB below one GiB."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"


def age(seconds: float) -> str:
    """A time span in its largest unit: `40 s`, `12 min`, `3 h`, `5 d`."""
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{max(0, int(seconds))} s"
