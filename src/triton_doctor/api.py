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
from triton_doctor.model import Answer, Found, NotForHere, Severity, Sound, Unsure
from triton_doctor.probes.base import Asking, Probe, probe
from triton_doctor.readings import Told
from triton_doctor.record import Record
from triton_doctor.repairs import (
    Applicability,
    AskToken,
    Command,
    Cost,
    Edit,
    MakeFolder,
    Mode,
    Move,
    Plan,
    Setting,
    Step,
)
from triton_doctor.scaffold import scaffold
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
    "ask_token",
    "command",
    "data",
    "edit",
    "found",
    "gib",
    "make_folder",
    "move",
    "not_for_here",
    "plan",
    "pointed",
    "probe",
    "readable",
    "replaced",
    "scaffold",
    "scaffold_steps",
    "setting",
    "size",
    "sound",
    "spot",
    "told",
    "unsure",
    "write_new",
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
    reason: str,
    *,
    fix: Plan | None = None,
    blocks: bool = False,
    because: str = "",
    **values: object,
) -> Unsure:
    """Something that could not be told; blocks: checks that need this one cannot be done either.

    because: a check on whose ground this part stands, where the whole does not need it. Where that
    one finds out why, or is not for here, it is told there alone.
    """
    return Unsure(reason, values, fix, blocks, because)


def sound(case: str = "default", **values: object) -> Sound:
    """The values of the line that says what is well; `case` picks one of several such lines."""
    return Sound(values, case)


def not_for_here(reason: str, **values: object) -> NotForHere:
    """The check has nothing to look at in this deployment; its words stand under `[unknown]`."""
    return NotForHere(reason, values)


def plan(
    name: str,
    applicability: Applicability,
    *steps: Step,
    costs: Sequence[Cost] = (),
    instead: Plan | None = None,
    **values: object,
) -> Plan:
    """A fix: its title stands under `[problem.SLUG.fix]` (or `[unknown.SLUG.fix]`) as `name`.

    costs: what it takes, such as a download or a restart; that of root's rights is seen without.
    instead: another way to the same end.
    """
    return Plan(name, applicability, steps, values, tuple(costs), instead)


def command(
    *argv: str, root: bool = False, back: Sequence[str] = (), keeps: Sequence[str] = ()
) -> Step:
    """A step that is one command; root: it needs the rights of root; back: what takes it back.

    keeps: a command whose output is kept first, since what it shows will be gone.
    """
    from shlex import join

    act = Command(argv, root, tuple(back), tuple(keeps))
    return Step(("sudo " if root else "") + join(argv), act)


def move(source: str, target: str) -> Step:
    """A step that gives a file or folder another name; never over something that is there."""
    return _typed(Move(source, target))


def make_folder(path: str) -> Step:
    """A step that makes a folder, and those above it."""
    return _typed(MakeFolder(path))


def scaffold_steps(
    repository: str, model: str, weights: str, vllm: str | None = None
) -> tuple[Step, ...]:
    """Steps that make the guide's repository for a model; as `scaffold`, which gives the texts."""
    files = scaffold(repository, model, weights, vllm)
    folder = f"{repository.rstrip('/')}/{model}/1"
    return make_folder(folder), *(write_new(path, text) for path, text in files.items())


def readable(path: str) -> Step:
    """A step that lets everybody read a folder and all in it."""
    return _typed(Mode(path))


def _typed(act: Move | MakeFolder | Mode) -> Step:
    from shlex import join

    return Step(join(act.argv), act)


def write_new(path: str, text: str) -> Step:
    """A step that makes a new file with this text; where the file is there, nothing is done."""
    shown = "\n".join([path, *(f"+ {line}".rstrip() for line in text.splitlines())])
    return Step(shown, Edit(path, new=text))


def setting(key: str, value: str | int | Sequence[str]) -> Step:
    """A step that sets a key of the deployment, such as `http-port`, in triton-doctor.toml."""
    kept = value if isinstance(value, (str, int)) else tuple(value)
    text = f'"{kept}"' if isinstance(kept, str) else str(kept)
    text = text if not isinstance(kept, tuple) else str(list(kept)).replace("'", '"')
    return Step(f"triton-doctor.toml\n+ {key} = {text}", Setting(key, kept))


def ask_token(path: str) -> Step:
    """A step that asks for a Hub token without echo and keeps it in this file, of mode 0600."""
    return Step(f"{path}\n+ (the token; it is shown nowhere)", AskToken(path))


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
    return Step("\n".join(shown), Edit(path, line, column, old, new, encoding))


def replaced(path: str, line: int, column: int, old: str, new: str, *, key: str) -> Step:
    """A step that changes one value of a file that may hold secrets: no more of it is shown."""
    shown = f'{path}:{line}\n- "{key}": {old}\n+ "{key}": {new}'
    return Step(shown, Edit(path, line, column, old, new))


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
