"""What `launch` says, as lines of styled words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby

from triton_doctor.knowledge.house import Phrases
from triton_doctor.launching.outcome import Died, End, Lost, Ready, Refused, Silent
from triton_doctor.lines import Line, block, command, labelled, line, paragraph
from triton_doctor.model import Finding, Report, Severity
from triton_doctor.record import Record, replace
from triton_doctor.redact import clean
from triton_doctor.repairs import Applicability
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.verdict import unclear

_LONG = 1.0  # s that a stage has to take to be named in the end
_OVER = ("graphs-done", "warm", "model-done")  # what comes after them has no name of its own


class LaunchText(Record, frozen=True):
    """width: columns."""

    phrases: Phrases
    width: int

    def say(self, key: str, style: str = "", **values: object) -> Iterator[Line]:
        text = self.phrases("launch", key, **values)
        yield from paragraph(text, self.width, style=style)

    def preflight(self, report: Report, *, clear: bool) -> Iterator[Line]:
        """What is worth a line beside what stands in the way; that is told apart. clear: nothing
        does."""
        for one in report.counted:
            if one.severity is Severity.WARNING:
                label = self.phrases("severity", "warning")
                yield from labelled(label, "warning", one.title, self.width)
        for result in report.results:
            if unclear(result) and not result.caused_by:
                reason = result.doubts[0].reason if result.doubts else result.reason or ""
                label = self.phrases("part", "unclear")
                yield from labelled(label, "unclear", f"{result.title}: {reason}", self.width)
        if clear:
            yield from self.say("clear", "ok")

    def plan(self, start: str) -> Iterator[Line]:
        yield line()
        yield from self.say("plan")
        yield line()
        yield from block(start, indent=4, style="command")
        yield line()

    def ended(self, end: End, models_ready: Sequence[str]) -> Iterator[Line]:
        """How it ended, at once; why comes after it."""
        label = self.phrases("launch", "label-died")
        yield from labelled(label, "error", self._end(end), self.width)
        if isinstance(end, Died) and end.served is not None:
            seconds = f"{end.served:.1f}"
            yield from self.say("gone-after", seconds=seconds)
        elif isinstance(end, Died) and models_ready:
            yield from self.say("ready-gone", models=", ".join(dict.fromkeys(models_ready)))

    def _end(self, end: End) -> str:
        say = self.phrases
        if isinstance(end, Died):
            return say("launch", "died", code=end.code, seconds=f"{end.seconds:.1f}")
        if isinstance(end, Silent):
            return say("launch", "silent", seconds=f"{end.seconds:.0f}")
        if isinstance(end, Refused):
            return say("launch", "refused", text=clean(end.text))
        return say("launch", "lost", text=clean(end.text) if isinstance(end, Lost) else "")

    def ready(self, end: Ready, stages: Sequence[tuple[str, float]]) -> Iterator[Line]:
        label = self.phrases("launch", "label-ready")
        text = self.phrases("launch", "ready", seconds=f"{end.seconds:.1f}", address=end.address)
        yield from labelled(label, "ok", text, self.width)
        spent = list(self._spent(end, stages))
        if len(spent) > 1:
            yield from self.say("spent", "dim", stages=", ".join(spent))

    def _spent(self, end: Ready, stages: Sequence[tuple[str, float]]) -> Iterator[str]:
        """Where the time went; what was done in several stretches is told once."""
        whole: dict[str, float] = {}
        ends = [*[at for _, at in stages[1:]], end.seconds]
        for (name, since), until in zip(stages, ends, strict=True):
            known = "profile" if name == "weights-done" else name  # vLLM says when that is over
            whole[known] = whole.get(known, 0) + until - since
        for name, seconds in whole.items():
            if seconds >= _LONG and name not in _OVER:
                yield f"{self.phrases('launch', f'do-{name}')} {seconds:.0f} s"

    def answered(self, first: float, seconds: float) -> Iterator[Line]:
        yield line()
        yield from self.say("answered", "dim", first=f"{first:.2f}", seconds=f"{seconds:.2f}")

    def what_next(
        self, name: str, named: Sequence[str], asked: Sequence[str], prompt: str
    ) -> Iterator[Line]:
        """The commands to ask, watch and stop it. named, asked: options of `stop` and `ask`."""
        ask = ("triton-doctor", "ask", *asked, prompt)
        watch = ("triton-doctor", "logs", "--follow", name)
        stop = ("triton-doctor", "stop", *named)
        for key, words in (("to-ask", ask), ("to-watch", watch), ("to-stop", stop)):
            yield line()
            yield line(self.phrases("launch", key))
            yield line()
            yield command(shlex.join(words), indent=4)

    def causes(self, causes: Sequence[Finding], whole: TextReport) -> Iterator[Line]:
        """All that is known of why it does not serve, with what is to be done."""
        for _, group in groupby(causes, key=lambda one: (one.problem, one.remedy)):
            yield line()
            # That a check finds it before a launch is no news to who has just seen it not do so.
            yield from whole.finding([replace(one, foreseen=False) for one in group])

    def waiting(self, causes: Sequence[Finding], yes: str | None) -> Iterator[Line]:
        """The word with which a repair would be made that was not made for want of it."""
        floor = Applicability(yes) if yes else None
        waits = [
            one.fix
            for one in causes
            if one.fix and one.fix.applicability is not Applicability.SHOW
            if one.severity is Severity.ERROR  # a launch repairs no others
            if floor is None or not one.fix.applicability.at_least(floor)
        ]
        if waits:
            safe = all(one.applicability is Applicability.SAFE for one in waits)
            yield line()
            yield from self.say("waits-safe" if safe else "waits-ask", "strong")
