"""The report as lines of styled words; a terminal colours them, a pipe gets them plain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from triton_doctor.knowledge.house import Phrases
from triton_doctor.lines import Line, advice, block, command, labelled, line, paragraph
from triton_doctor.model import Doubt, Finding, Outcome, Report, Result, Severity
from triton_doctor.record import Record
from triton_doctor.redact import clean
from triton_doctor.repairs import Fix
from triton_doctor.report.accepted_words import accepted_words, stale
from triton_doctor.report.verdict import looked_at_nothing, unclear
from triton_doctor.spots import excerpts, narrowed

_BAD = (Outcome.CRASHED, Outcome.TIMED_OUT, Outcome.COULD_NOT_TELL)


class TextReport(Record, frozen=True):
    """One report for a reader.

    width: columns; start: the command that starts the server; partial: not all was looked at.
    """

    report: Report
    say: Phrases
    width: int
    start: str
    partial: bool = False

    @property
    def aside(self) -> bool:
        """Whether something was not looked at, since it cannot be here."""
        return any(result.not_here for result in self.report.results)

    def lines(self) -> Iterator[Line]:
        yield from self.body()
        yield line()
        yield from self.closing()

    def body(self) -> Iterator[Line]:
        """All but what to do next."""
        yield from self.heading()
        for result in self.report.results:
            yield from self._result(result)
        for result in self.report.results:
            yield from self._trace(result)
        yield from self._findings()
        yield from self.doubts()

    def heading(self) -> Iterator[Line]:
        plan = self.report.deployment
        ports = " ".join(str(plan[f"{kind}_port"]) for kind in ("http", "grpc", "metrics"))
        head = self.say("line", "heading", version=self.report.version, image=plan["image"])
        rest = self.say(
            "line",
            "plan",
            models=", ".join(plan["model"]) or "-",
            repository=plan["repository"],
            gpus=plan["gpus"],
            ports=ports,
        )
        yield from paragraph(head, self.width, style="strong")
        yield from paragraph(rest, self.width, style="dim")
        yield line()

    def _result(self, result: Result) -> Iterator[Line]:
        counted = [one.severity for one in result.findings if not one.accepted]
        worst = max(counted, key=_rank, default=None)
        if worst:
            label, style = self.say("severity", str(worst)), str(worst)
        elif result.findings and not result.doubts:
            label, style = self.say("outcome", "accepted"), "dim"
        else:
            outcome = "not-here" if result.not_here else str(result.outcome)
            label, style = self.say("outcome", outcome), _style(result)
        yield from labelled(label, style, f"{result.title}: {self._summary(result)}", self.width)

    def _summary(self, result: Result) -> str:
        if result.findings:
            titles = list(dict.fromkeys(finding.title for finding in result.findings))
            more = f" (+{len(titles) - 1})" if len(titles) > 1 else ""
            first = max(result.findings, key=lambda one: (not one.accepted, one.severity.rank))
            return first.title + more
        if result.outcome is Outcome.SKIPPED and result.caused_by:
            return self.say("line", "skipped", reason=result.reason, cause=result.caused_by)
        return result.reason or result.healthy or self.say("outcome", "passed")

    def _trace(self, result: Result) -> Iterator[Line]:
        if result.trace:
            yield line()
            yield from paragraph(self.say("line", "crash", check=result.check), self.width)
            yield line()
            yield line("```", indent=4)
            yield line(f"triton-doctor {self.report.version}, check {result.check}", indent=4)
            yield from block(result.trace, indent=4)
            yield line("```", indent=4)

    def _findings(self) -> Iterator[Line]:
        for _, group in groupby(self.report.counted, key=lambda one: (one.problem, one.remedy)):
            yield line()
            yield from self.finding(list(group))
        for finding in self.report.findings:
            if finding.accepted:
                yield line()
                yield from self._accepted(finding)
        for note in stale(self.report, self.say):
            yield line()
            label = self.say("outcome", "accepted")
            yield from labelled(label, "warning", note, self.width)

    def _accepted(self, finding: Finding) -> Iterator[Line]:
        """What it is, where, and why it does not count; no more."""
        label = self.say("outcome", "accepted")
        yield from labelled(label, "dim", finding.title, self.width)
        if finding.where:
            yield from self._part("places", finding.where)
        words = accepted_words(finding.accepted, self.say)
        yield from paragraph(words, self.width, indent=4, style="dim")
        yield line(self.say("line", "more", problem=finding.problem), indent=4, style="command")

    def finding(self, same: list[Finding]) -> Iterator[Line]:
        """One problem said once, then its places."""
        first = same[0]
        for title in dict.fromkeys(finding.title for finding in same):
            label = self.say("severity", str(first.severity))
            yield from labelled(label, str(first.severity), title, self.width)
        places = list(dict.fromkeys(finding.where for finding in same if finding.where))
        if places:
            yield from self._part("places", "\n".join(places))
        yield from self._part("why", first.why)
        seen = dict.fromkeys(part for finding in same for part in excerpts(finding.evidence))
        if seen:
            yield from self._head("seen")
            for text in (text for part in seen for text in narrowed(part, self.width - 8)):
                yield from block(text, indent=6, mark="| ", style="dim")
        yield from self._remedy(first.remedy, first.fix)
        if first.foreseen:
            yield from paragraph(self.say("log", "foreseen"), self.width, indent=6)
        yield from self._head("more")
        yield line(self.say("line", "more", problem=first.problem), indent=6, style="command")
        for link in first.links:
            yield line(link, indent=6, style="dim")

    def _remedy(self, remedy: str, fix: Fix | None) -> Iterator[Line]:
        if remedy:
            yield from self._head("remedy")
            yield from advice(remedy, self.width, indent=6)
        if fix and not remedy:
            yield from self._part("fix", fix.title)
            for step in fix.steps:
                yield command(clean(step.show), indent=8)

    def doubts(self) -> Iterator[Line]:
        for result in self.report.results:
            if result.doubts or result.outcome is Outcome.TIMED_OUT:
                for doubt in result.doubts or (Doubt(result.reason or ""),):
                    yield line()
                    label = self.say("part", "unclear")
                    yield from labelled(
                        label, "unclear", f"{result.title}: {doubt.reason}", self.width
                    )
                    yield from self._remedy(doubt.remedy, doubt.fix)

    def closing(self) -> Iterator[Line]:
        """The one next step."""
        worst = next(iter(self.report.counted), None)
        untold = next((result for result in self.report.results if unclear(result)), None)
        if looked_at_nothing(self.report):
            yield from paragraph(self.say("next", "nothing"), self.width, style="strong")
        elif worst and worst.severity is Severity.ERROR:
            yield from paragraph(
                self.say("next", "found", title=_sentence(worst.title)), self.width, style="strong"
            )
        elif untold:
            title = untold.doubts[0].reason if untold.doubts else f"{untold.title}: {untold.reason}"
            yield from paragraph(
                self.say("next", "unclear", title=_sentence(title)), self.width, style="strong"
            )
        elif self.aside:
            key = "not-here-warnings" if worst else "not-here"
            yield from paragraph(self.say("next", key), self.width, style="strong")
        elif self.partial:
            key = "partial-warnings" if worst else "partial"
            yield from paragraph(self.say("next", key), self.width, style="strong")
        else:
            key = "sound" if not worst else f"{worst.severity}s"
            yield from paragraph(self.say("next", key), self.width, style="strong")
            yield line()
            yield from block(self.start, indent=4, style="command")

    def _part(self, key: str, text: str) -> Iterator[Line]:
        if text:
            yield from self._head(key)
            for piece in text.split("\n"):
                yield from paragraph(piece, self.width, indent=6)

    def _head(self, key: str) -> Iterator[Line]:
        yield line(self.say("part", key) + ":", indent=4, style="dim")


def _sentence(title: str) -> str:
    """A title with its full stop, unless it ends in a question."""
    return title if title.endswith("?") else f"{title}."


def _style(result: Result) -> str:
    if result.outcome in _BAD:
        return "unclear"
    return "ok" if result.outcome is Outcome.PASSED else "dim"


def _rank(severity: Severity) -> int:
    return severity.rank
