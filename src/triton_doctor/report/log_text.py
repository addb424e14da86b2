"""What a log came to as lines of styled words: the root cause, its echoes folded under it."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.knowledge.house import Phrases
from triton_doctor.lines import Line, advice, block, labelled, line, paragraph
from triton_doctor.model import Severity
from triton_doctor.readings import LogFinding, LogReport, Untold
from triton_doctor.record import Record
from triton_doctor.redact import clean

ECHOES = 8  # line numbers that are named


class LogText(Record, frozen=True):
    """Reports for a reader. width: columns."""

    say: Phrases
    width: int

    def report(self, report: LogReport) -> Iterator[Line]:
        """Everything about one log."""
        lines = report.reading.lines
        source = self.say("log", "stdin") if report.source == "-" else report.source
        head = self.say(
            "log", "heading-one" if lines == 1 else "heading", source=source, lines=lines
        )
        yield from paragraph(head, self.width, style="strong")
        causes = [one for one in report.findings if one.told.role == "root-cause"]
        followers = [one for one in report.findings if one.told.role != "root-cause"]
        for one in causes:
            yield line()
            yield from self.cause(one, followers if one is causes[0] else [])
        if report.reading.untold:
            yield line()
            yield from self._untold(report.reading.untold)
        yield line()
        yield from paragraph(self._last(report), self.width, style="strong")

    def cause(self, one: LogFinding, followers: list[LogFinding]) -> Iterator[Line]:
        """One root cause, and what followed from it."""
        finding = one.finding
        label, style = self.say("severity", str(finding.severity)), str(finding.severity)
        yield from labelled(label, style, finding.title, self.width)
        yield from self._place(one)
        for text in finding.evidence:
            yield from block(" ".join(text.split("\n")), indent=6, mark="| ", style="dim")
        yield from self._echoes(one)
        yield from self._part("why", finding.why)
        yield from self._remedy(finding.remedy)
        if finding.foreseen:
            yield line()
            yield from paragraph(self.say("log", "foreseen"), self.width, indent=4)
        yield from self._followers(followers)
        yield line(self.say("part", "more") + ":", indent=4, style="dim")
        yield line(self.say("line", "more", problem=finding.problem), indent=6, style="command")

    def _place(self, one: LogFinding) -> Iterator[Line]:
        key, model = ("of-model", clean(one.told.model)) if one.told.model else ("line", "")
        place = self.say("log", key, line=one.told.line, model=model)
        yield line(place + ":", indent=4, style="dim")

    def _echoes(self, one: LogFinding) -> Iterator[Line]:
        numbers = one.told.echoes
        if not numbers:
            return
        shown = ", ".join(str(number) for number in numbers[:ECHOES])
        if len(numbers) > ECHOES:
            shown = self.say("log", "more-echoes", lines=shown, more=len(numbers) - ECHOES)
        key = "echo" if len(numbers) == 1 else "echoes"
        yield from paragraph(self.say("log", key, lines=shown), self.width, indent=6, style="dim")

    def _part(self, key: str, text: str) -> Iterator[Line]:
        if text:
            yield line(self.say("part", key) + ":", indent=4, style="dim")
            for piece in text.split("\n"):
                yield from paragraph(piece, self.width, indent=6)

    def _remedy(self, remedy: str) -> Iterator[Line]:
        yield line(self.say("part", "remedy") + ":", indent=4, style="dim")
        yield from advice(remedy, self.width, indent=6)

    def _followers(self, followers: list[LogFinding]) -> Iterator[Line]:
        if followers:
            yield line(self.say("log", "followed") + ":", indent=4, style="dim")
        for one in followers:
            text = self.say("log", "follower", line=one.told.line, title=one.finding.title)
            yield from paragraph(text, self.width, indent=6)

    def _untold(self, untold: Untold) -> Iterator[Line]:
        label = self.say("part", "unclear")
        yield from labelled(label, "unclear", self.say("log", "unknown"), self.width)
        yield from paragraph(self.say("log", "unknown-why"), self.width, indent=4)
        for one in untold.lines:
            place = self.say("log", "unknown-line", line=one.line)
            yield line(place, indent=4, style="dim")
            yield from block(clean(one.text), indent=6, mark="| ", style="dim")
        yield from paragraph(self.say("log", "stub"), self.width, indent=4)
        yield line()
        yield from block(clean(untold.stub), indent=4)

    def _last(self, report: LogReport) -> str:
        causes = [one.finding for one in report.findings if one.told.role == "root-cause"]
        if any(one.severity is Severity.ERROR for one in causes):
            worst = next(one for one in causes if one.severity is Severity.ERROR)
            key = "next-request" if worst.problem.startswith("request/") else "next"
            return self.say("log", key, title=worst.title)
        if report.reading.untold:
            return self.say("log", "unknown") + "."
        if causes:
            return self.say("log", "warnings")
        if not report.reading.lines:
            return self.say("log", "empty")
        return self.say("log", "healthy" if report.reading.ready else "nothing")
