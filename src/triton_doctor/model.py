"""The words of the house as frozen records. No I/O, no behaviour beyond ordering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from triton_doctor.record import Record
from triton_doctor.repairs import Fix, Ordered, Plan

Rank = Literal["cause", "symptom"]


class Severity(Ordered):
    """How bad a problem is, mildest first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Outcome(Ordered):
    """What became of one check."""

    PASSED = "passed"
    FOUND = "found"
    SKIPPED = "skipped"
    COULD_NOT_TELL = "could-not-tell"
    CRASHED = "crashed"
    TIMED_OUT = "timed-out"


class When(Ordered):
    """Which runs a check belongs to."""

    ALWAYS = "always"
    BEFORE_LAUNCH = "before-launch"
    RUNNING = "running"
    GIVEN = "given"  # only where a command of the user's own was handed to the run


class Words(Record, frozen=True):
    """Templates of one problem or of one reason not to know; `{name}` takes a value."""

    title: str
    why: str = ""
    remedy: str = ""


class Signature(Record, frozen=True):
    """A pattern that recognises a problem in a log.

    regex: searched for in a cleaned line or message; its named groups are facts. samples, others:
    lines that it must and must not match; also: other problems whose samples it may match. case:
    of the problem's words. rank: a symptom counts only where no cause explains it. give: facts
    that are always so.
    """

    regex: str
    samples: tuple[str, ...]
    others: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    case: str | None = None
    rank: Rank = "cause"
    give: Mapping[str, str] = {}

    @property
    def of_places(self) -> bool:
        """It reads the places of a traceback in a stub's message too: the whole message counts."""
        return "At:" in self.regex


class Problem(Record, frozen=True):
    """A kind of trouble: one id, one explanation, wherever it shows.

    facts: names that the words use, each with an example; examples: others for a case, by its name.
    blocks: other checks make no sense while it holds; hides: nor can the rest of the same file be
    judged, so that what shows after its repair was there before.
    """

    id: str
    severity: Severity
    words: Words
    facts: Mapping[str, str]
    cases: Mapping[str, Words] = {}
    examples: Mapping[str, Mapping[str, str]] = {}
    fixes: Mapping[str, str] = {}
    links: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    aliases: tuple[str, ...] = ()
    since: str = ""
    blocks: bool = False
    hides: bool = False

    @property
    def area(self) -> str:
        return self.id.rpartition("/")[0]


class Check(Record, frozen=True):
    """What the catalogue says of one check; `id` is its area, with a stranger's prefix.

    foresees: it looks before the launch; one that judges what became of it does not.
    """

    id: str
    title: str
    when: When = When.ALWAYS
    needs: tuple[str, ...] = ()
    finds: tuple[str, ...] = ()
    healthy: Mapping[str, str] = {}
    foresees: bool = True


# ---- what a check yields: judgement without words -------------------------------------------


class Found(Record, frozen=True):
    """A problem met here and now. from_log: its values are those that a log happened to tell."""

    problem: str
    values: Mapping[str, object]
    where: str | None = None
    evidence: tuple[str, ...] = ()
    case: str | None = None
    severity: Severity | None = None
    fix: Plan | None = None
    from_log: bool = False


class Unsure(Record, frozen=True):
    """Something that could not be told; `reason` is a slug under [unknown] of the check.

    because: the check that tells of the cause in its own right.
    """

    reason: str
    values: Mapping[str, object]
    fix: Plan | None = None
    blocks: bool = False
    because: str = ""


class Sound(Record, frozen=True):
    """What the line for all is well has to say; `case` picks the sentence."""

    values: Mapping[str, object]
    case: str = "default"


class NotForHere(Record, frozen=True):
    """The check does not apply to this deployment; `reason` is a slug under [unknown]."""

    reason: str
    values: Mapping[str, object]


Answer = Found | Unsure | Sound | NotForHere


# ---- what a run gives back ------------------------------------------------------------------


class Accepted(Record, frozen=True):
    """Why a finding does not count: somebody's reason, and until when it holds.

    until: a date, or a version from which on it counts again; place: file and line of the entry.
    """

    reason: str
    until: str
    place: str


class Acceptance(Record, frozen=True):
    """An entry of the settings file that accepts a problem, and what this run made of it.

    gone: its problem was looked for and is not there; ran-out: the problem counts again; not-told:
    whether the problem is there was not looked at, or could not be told.
    """

    problem: str
    where: str | None
    accepted: Accepted
    state: Literal["holds", "gone", "ran-out", "not-told"] = "not-told"


class Finding(Record, frozen=True):
    """A problem met here and now, in words.

    from_log: a log showed it; foreseen: and a check looks for it before the launch; accepted: it
    is known and does not count.
    """

    problem: str
    check: str
    severity: Severity
    title: str
    why: str
    remedy: str
    where: str | None
    evidence: tuple[str, ...]
    fix: Fix | None
    docs: str
    links: tuple[str, ...] = ()
    blocks: bool = False
    hides: bool = False
    from_log: bool = False
    foreseen: bool = False
    accepted: Accepted | None = None


class Doubt(Record, frozen=True):
    """One thing that could not be told, in words, and what would let us tell.

    because: the check that tells of the cause in its own right.
    """

    reason: str
    remedy: str = ""
    fix: Fix | None = None
    because: str = ""


class Result(Record, frozen=True):
    """What one check came to. blocks: checks that need it have no ground to stand on.

    not_here: it was not made, since the settings say that it cannot be made on this machine.
    """

    check: str
    title: str
    outcome: Outcome
    seconds: float
    reason: str | None = None
    caused_by: str | None = None
    healthy: str = ""
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    trace: str = ""
    blocks: bool = False
    not_here: bool = False


class Report(Record, frozen=True):
    """All that one run learned.

    untold: reason and timed_out of each probe that gave no fact; settings: those that what was
    found may hang on. With both and the facts the run can be judged again.
    """

    version: str
    seconds: float
    deployment: Mapping[str, Any]
    results: tuple[Result, ...]
    facts: Mapping[str, Any]
    acceptances: tuple[Acceptance, ...] = ()
    untold: Mapping[str, Any] = {}
    settings: Mapping[str, Any] = {}

    @property
    def findings(self) -> list[Finding]:
        """Worst first, those that were accepted last; among equals in check order."""
        every = [finding for result in self.results for finding in result.findings]
        return sorted(every, key=lambda one: (one.accepted is not None, -one.severity.rank))

    @property
    def counted(self) -> list[Finding]:
        """The findings that nobody has accepted."""
        return [finding for finding in self.findings if finding.accepted is None]
