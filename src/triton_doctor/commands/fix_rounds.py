"""Repairing in rounds: the roots first, and the machine is asked again after each fix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol

from triton_doctor.commands.fix_token import NoToken, TokenAsking
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.order import Known, roots_first, roughly, ways
from triton_doctor.fixing.prepare import Prepared, prepare
from triton_doctor.fixing.trouble import FixTrouble
from triton_doctor.fixing.verdict import Verdict, judged
from triton_doctor.host.protocol import Host
from triton_doctor.lines import Line
from triton_doctor.model import Check, Finding, Report
from triton_doctor.record import Record, replace
from triton_doctor.repairs import Applicability, Fix, Setting, Step
from triton_doctor.report.fix_json import Attempt
from triton_doctor.report.fix_text import FixText
from triton_doctor.settings import Layers

MOST = 100  # repairs in one run; no real machine needs so many


class Way(Record, frozen=True):
    """One fix that could be applied now; trouble: why it cannot."""

    fix: Fix
    prepared: Prepared | None = None
    trouble: str = ""


Choice = Way | Literal["decline", "later", "stop"]


class Decider(Protocol):
    """Who says what is to be done: a person, or what was said on the command line."""

    def decide(self, finding: Finding, open_ways: Sequence[Way]) -> Choice: ...


class Bench(Record, frozen=True):
    """What repairs are made with. look: asks the machine anew; write: shows lines to the person."""

    layers: Layers
    host: Host
    checks: Sequence[Check]
    look: Callable[[], Report]
    carrier: Carrier
    tokens: TokenAsking
    text: FixText
    write: Callable[[Iterable[Line]], None]

    def over(self, fix: Fix) -> str | None:
        """Why a setting of this fix would change nothing: an option or a variable wins over it."""
        for step in fix.steps:
            given = self.layers.over(step.act.key) if isinstance(step.act, Setting) else None
            if given:
                return self.text.say("fix", "overridden", given=given, file=self.layers.file)
        return None

    def prepared(self, fix: Fix, answers: dict[str, str]) -> Prepared:
        deployment, _ = self.layers.resolve()
        within = (deployment.repository, *deployment.more_repositories)
        places = tuple(self.host.absolute(path) for path in within)
        return prepare(fix, self.host, self.layers.file, answers, places)

    def way(self, fix: Fix) -> Way:
        try:
            return Way(fix, self.prepared(fix, {}))
        except FixTrouble as trouble:
            return Way(fix, trouble=trouble.text)


class Rounds:
    """One run of repairs. `attempts` is what came of it so far, also when it is broken off."""

    def __init__(self, bench: Bench, decider: Decider) -> None:
        self._bench, self._decider = bench, decider
        self.attempts: list[Attempt] = []
        self.stopped = False
        self._tried: set[tuple[Step, ...]] = set()
        self._again: set[tuple[Step, ...]] = set()
        self._left: set[Known] = set()

    def run(self) -> Report:
        """Repair what the decider says; the report of what is so then."""
        report = self._bench.look()
        for _ in range(MOST):
            found = self._next(report)
            if found is None:
                return report
            report = self._round(*found, report)
            if self.stopped:
                return report
        say = self._bench.text.say("fix", "too-many", count=MOST)
        self._bench.write(self._bench.text.words(say, "warning"))
        return report

    def afresh(self) -> None:
        """What was left stands anew, since a new start shows it in another light."""
        self._left.clear()

    def _next(self, report: Report) -> tuple[Finding, list[Fix]] | None:
        """The next finding that can be repaired, and how; never what was tried or left before."""
        for finding in roots_first(report, self._bench.checks):
            open_ways = [one for one in ways(finding.fix) if self._open(one)]
            if open_ways and roughly(finding) not in self._left:
                return finding, open_ways
        return None

    def _open(self, fix: Fix) -> bool:
        shown = fix.applicability is Applicability.SHOW
        return not shown and fix.steps not in self._tried and self._bench.over(fix) is None

    def _round(self, finding: Finding, fixes: list[Fix], before: Report) -> Report:
        every = [self._bench.way(fix) for fix in fixes]
        possible = [one for one in every if one.prepared is not None]
        if not possible:
            self._tried.update(one.fix.steps for one in every)
            self._bench.write(self._bench.text.finding(finding))
            self._failed(finding, fixes[0], every[0].trouble)
            return before
        choice = self._decider.decide(finding, possible)
        if isinstance(choice, Way):
            return self._repair(finding, choice, before)
        self._left.add(roughly(finding))
        if choice == "stop":
            self.stopped = True
        elif choice == "decline":
            reason = self._bench.text.say("fix", "declined")
            self._put(Attempt(finding, fixes[0], "declined", reason=reason, diff=_diff(possible)))
        return before

    def _repair(self, finding: Finding, way: Way, before: Report) -> Report:
        bench, fix = self._bench, way.fix
        self._tried.add(fix.steps)
        try:
            prepared = self._answered(way)
            entry = bench.carrier.apply(prepared, finding.problem, finding.where)
        except NoToken as reason:
            self._put(Attempt(finding, fix, "skipped", reason=str(reason)))
            bench.write(bench.text.words(str(reason)))
            return before
        except FixTrouble as trouble:
            if trouble.kind == "changed" and fix.steps not in self._again:
                self._again.add(fix.steps)  # an editor was quicker: once more, as it is now
                self._tried.discard(fix.steps)
            self._failed(finding, fix, trouble.text)
            return bench.look()
        for path in bench.carrier.journal.kept(entry):
            bench.write(bench.text.words(bench.text.say("fix", "kept", path=path)))
        after = bench.look()
        verdict = judged(before, after, finding, fix)
        attempt = Attempt(finding, fix, "applied", entry=entry.id, diff=prepared.diff)
        return self._judge(attempt, verdict, prepared, after)

    def _answered(self, way: Way) -> Prepared:
        """Exactly what was shown, unless something has to be asked for first."""
        if way.prepared is not None and not way.prepared.asks:
            return way.prepared
        offline = self._bench.layers.resolve()[1].offline
        answers = self._bench.tokens.answers(way.fix, offline=offline)
        return self._bench.prepared(way.fix, answers)

    def _judge(
        self, attempt: Attempt, verdict: Verdict, prepared: Prepared, after: Report
    ) -> Report:
        """Say what it came to; what made matters worse is taken back."""
        bench, say = self._bench, self._bench.text.say
        if verdict.result != "fixed":
            self._left.add(roughly(attempt.finding))
        if verdict.result == "worse":
            state, reason = self._back(attempt, verdict, prepared)
            attempt = replace(attempt, state=state, result="worse", reason=reason)
            after = bench.look() if state == "undone" else after
            verdict = Verdict("worse")
        elif verdict.result == "untold":
            reason = say("fix", "said-untold", reason=verdict.reason)
            if verdict.old_log:
                reason = say("fix", "said-old-log", container=attempt.finding.where or "?")
            attempt = replace(attempt, reason=reason)
        else:
            attempt = replace(attempt, result=verdict.result)
        self._put(attempt)
        bench.write(bench.text.became(attempt, verdict.cleared, verdict.shown))
        return after

    def _back(
        self, attempt: Attempt, verdict: Verdict, prepared: Prepared
    ) -> tuple[Literal["undone", "applied"], str]:
        say, carrier = self._bench.text.say, self._bench.carrier
        if not prepared.undoable:
            return "applied", say("fix", "said-worse-final", reason=verdict.reason)
        entry = carrier.journal.find(attempt.entry or "")
        try:
            if entry is not None:
                carrier.undo(entry)
        except FixTrouble as trouble:
            values = {"reason": verdict.reason, "trouble": trouble.text}
            return "applied", say("fix", "said-not-undone", **values)
        return "undone", say("fix", "said-worse", reason=verdict.reason)

    def _failed(self, finding: Finding, fix: Fix, reason: str) -> None:
        attempt = Attempt(finding, fix, "failed", reason=reason)
        self._put(attempt)
        self._bench.write(self._bench.text.became(attempt, (), ()))

    def _put(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)


def _diff(open_ways: Sequence[Way]) -> str:
    prepared = open_ways[0].prepared
    return prepared.diff if prepared else ""
