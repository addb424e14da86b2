"""Which of the problems that a log shows is the one to begin with.

The life that counts is the last one that tells how it went. Within it causes stand before what
follows from them, what failed before what was only remarked upon, the earlier before the later: the
first exception of a chain is the one that started it. No line is trusted for being the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from triton_doctor.logs.runs import Run, Sighting
from triton_doctor.readings import LogLine, Reading, Role, Told, Untold
from triton_doctor.record import Mutable

# Areas whose problems are one client's or one request's, and stop no server.
_PASSING = ("request",)
# What a server says at its end whatever failed.
_LAST_WORDS = "launch/exits-after-ready"
# What is said around every failure to start, and may be written down before what it is about.
_AROUND = (_LAST_WORDS, "engine/start-failed")
MOST_ECHOES = 50
SHORT = 40  # lines of an excerpt, which was cut out for what stands in it
_ACCESS = re.compile(r'"[A-Z]{3,7} [^"]+ HTTP/[\d.]+" \d{3}\b')  # a line of uvicorn's access log


class _Group(Mutable):
    """What is one finding: a problem, and where models are told apart, the model."""

    problem: str
    model: str
    sightings: list[Sighting]

    @property
    def best(self) -> Sighting:
        """The one to show: the cause that knows most, of equals the first."""
        return min(self.sightings, key=lambda one: (_tier(one), -len(one.hit.values), one.line))

    @property
    def order(self) -> tuple[int, int, int]:
        """Of two in one line the one that says more of it."""
        return min(
            (_tier(one), one.line, one.hit.span[0] - one.hit.span[1]) for one in self.sightings
        )


def reading(runs: list[Run], lines: int) -> Reading:
    run = next((run for run in reversed(runs) if run.telling), runs[-1])
    groups = sorted(_groups(_counting(run)), key=lambda group: group.order)
    if run.load_failed and [group.problem for group in groups] == [_LAST_WORDS]:
        groups = []  # a model said why it failed, and that is not known
    if groups and groups[0].order[0] == 1 and not run.failed and lines > SHORT:
        groups = []  # only remarks, and nothing says that anything came of them
    told = tuple(_told(group, groups, run) for group in groups if _worth(group, groups[0]))
    told = tuple(sorted(told, key=lambda one: one.role != "root-cause"))
    untold = _untold(run) if not told and run.failed else None
    return Reading(told, untold, lines, ready=bool(run.ready) and not run.gave_up)


def _counting(run: Run) -> list[Sighting]:
    """What came before a server was ready did not stop it, unless a model of it failed; and one
    that serves refuses a request now and then."""
    if run.ready and not run.load_failed and not run.gave_up:
        kept = [one for one in run.sightings if one.served or _last_words(one)]
        return [one for one in kept if not _ACCESS.search(one.evidence)]
    return run.sightings


def _last_words(one: Sighting) -> bool:
    """Of standard output and standard error either may have been written down first."""
    return one.hit.known.problem == _LAST_WORDS


def _worth(group: _Group, first: _Group) -> bool:
    """Neither a remark in passing beside a cause, nor that cause's own line read another way."""
    if group is first:
        return True
    tier, line, _ = group.order
    return tier != 1 and line != first.order[1]


def _groups(sightings: Iterable[Sighting]) -> list[_Group]:
    groups: dict[tuple[str, str], _Group] = {}
    for one in sightings:
        key = (one.hit.known.problem, one.model)
        groups.setdefault(key, _Group(one.hit.known.problem, one.model, [])).sightings.append(one)
    for (problem, model), group in list(groups.items()):
        # What names no model belongs to the first that does.
        named = next((groups[key] for key in groups if key[0] == problem and key[1]), None)
        if not model and named is not None:
            named.sightings = sorted([*named.sightings, *group.sightings], key=lambda one: one.line)
            del groups[problem, ""]
    return list(groups.values())


def _tier(one: Sighting) -> int:
    if one.hit.known.signature.rank == "symptom":
        return 4 if one.hit.known.problem in _AROUND else 3
    if one.hit.known.problem.startswith(_PASSING):
        return 2
    return 1 if one.level in ("I", "W") and not _FATAL.search(one.evidence) else 0


# Said in passing by its level, and yet a failure: the stub writes its last words as information.
_FATAL = re.compile(
    r"initialize Python stub|failed to load '|Failed to start engine"
    r"|is not compatible with the current PyTorch"
)


def _told(group: _Group, groups: list[_Group], run: Run) -> Told:
    best = group.best
    lines = run.echoes.get(group.problem, [])
    return Told(
        problem=group.problem,
        role=_role(group, groups),
        line=best.line,
        evidence=best.evidence,
        values=best.hit.values,
        case=best.hit.known.signature.case,
        echoes=tuple(line for line in lines if line != best.line)[:MOST_ECHOES],
        model=group.model,
    )


def _role(group: _Group, groups: list[_Group]) -> Role:
    """The first is the cause; another model's own failure is one too."""
    first = groups[0]
    if group is first:
        return "root-cause"
    other = group.model and first.model and group.model != first.model
    return "root-cause" if other and group.order[0] == 0 else "consequence"


def _untold(run: Run) -> Untold:
    telling = run.telling_lines()
    best = max(telling, key=lambda one: (one.weight, -one.line), default=None)
    lines = tuple(LogLine(one.line, one.evidence) for one in telling)
    return Untold(lines, _stub(best.text if best else ""))


def _stub(line: str) -> str:
    """A signature to go on from: the line, open where one log differs from another."""
    regex = re.sub(r"\d+", r"\\d+", re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", line[:200]))
    return f"[[SLUG]]\nregex = '''{regex}'''\nsamples = ['''{line[:300]}''']\n"
